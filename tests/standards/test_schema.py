"""What the files may hold: the real ones as they should be, and each mistake by its place."""

import itertools

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from standards.loader import read_all
from standards.yamlfile import LoadError, line_of, read


def refusal(folder):
    with pytest.raises(LoadError) as caught:
        read_all(folder.path)
    return str(caught.value)


def test_real_files_hold_seventy_clauses_in_eight_standards():
    (files,) = read_all()
    assert [len(s.clauses) for s in files.edition.standards] == [9, 10, 10, 11, 8, 6, 8, 8]
    assert [s.code for s in files.edition.standards] == [f"S{n}" for n in range(1, 9)]
    assert all(len(files.guidance.prompts[code]) >= 2 for code in files.edition.clause_codes)
    assert [level["key"] for level in files.rules.content["levels"]] == ["working_towards", "full"]


def test_real_text_of_standard_four_stands_in_its_two_groups():
    (files,) = read_all()
    groups = [clause.group for clause in files.edition.standards[3].clauses]
    assert [(group, len(list(run))) for group, run in itertools.groupby(groups)] == [
        ("Initial match", 6),
        ("Formal adoption match", 5),
    ]


def test_real_text_addresses_clauses_as_they_are_worded():
    (files,) = read_all()
    to = {c.code: c.addressed_to for s in files.edition.standards for c in s.clauses}
    assert (to["2.2"], to["4.2"], to["3.3"]) == (["LA"], ["LA"], ["RAA"])
    assert to["3.1"] == ["RAA", "VAA"]


def test_real_note_explains_the_statute_cited_in_1_2():
    (files,) = read_all()
    (note,) = [note for note in files.guidance.notes if note.clause == "1.2"]
    assert "Children Act 1989" in note.text
    text = files.edition.standards[0].clauses[1].text
    assert "s22c (9B) (c) Care Planning and Placement Review Regulations 2010" in text


def test_small_edition_is_read_whole(folder):
    (files,) = read_all(folder.path)
    assert files.edition.published == "2026-03-31"
    assert files.edition.clause_codes == ["1.1", "1.2", "2.1"]
    assert files.edition.standards[0].clauses[1].group == "Apart"
    assert files.rules.content["levels"][0]["rules"][1]["share"] == "0.75"
    assert files.guidance.glossary[1].note == "Not in the standards."


def test_guidance_may_have_no_note_and_no_glossary(folder):
    content = folder.guidance.read_text()
    content = content[: content.index("glossary:")] + "glossary: []\n"
    old = 'notes:\n  - clause: "1.2"\n    text: As printed.\n'
    folder.guidance.write_text(content.replace(old, "notes: []\n"))
    (files,) = read_all(folder.path)
    assert files.guidance.notes == files.guidance.glossary == []


TEXT_MISTAKES = [
    (
        'code: "1.2"',
        "code: 1.2",
        "line 14, standards[0].clauses[1].code: must be text, not a "
        "decimal number. Put it in quotes.",
    ),
    ('code: "1.2"', 'code: "1.3"', "clauses[1].code: '1.3' stands where '1.2' is expected."),
    ('code: "1.2"', 'code: "1.1"', "clauses[1].code: '1.1' stands where '1.2' is expected."),
    ("code: S2", "code: S3", "line 18, standards[1].code: 'S3' stands where 'S2' is expected."),
    (
        "        group: Apart\n",
        "        heading: Apart\n",
        "line 16, standards[0].clauses[1].heading: the key 'heading' is unknown.",
    ),
    ("        text: LAs do that.\n", "", "standards[0].clauses[1]: the key 'text' is missing."),
    ("text: LAs do that.", 'text: "  "', "clauses[1].text: must not be empty."),
    ("text: LAs do that.", "text: [LAs]", "clauses[1].text: must be text, not a list."),
    ("text: LAs do that.", "text: yes", "clauses[1].text: must be text, not yes or no."),
    ("text: LAs do that.", 'text: "a\\0b"', "clauses[1].text: holds a control character."),
    ("text: LAs do that.", f"text: {'a' * 5001}", "is 5001 characters long; 5000 is the most."),
    (
        "        text: LAs do that.\n",
        "        text: One.\n        text: Two.\n",
        "line 16, standards[0].clauses[1].text: the key 'text' is given twice.",
    ),
    ("addressed_to: [RAA]", "addressed_to: [RAA, RAA]", "addressed_to[1]: 'RAA' is given twice."),
    ("addressed_to: [RAA]", "addressed_to: []", "clauses[0].addressed_to: must not be empty."),
    ("addressed_to: [RAA]", "addressed_to: [XAA]", "'XAA' is unknown. Use one of: LA, RAA, VAA."),
    ("addressed_to: [RAA]", "addressed_to: RAA", "addressed_to: must be a list, not text."),
    ("published: 2026-03-31", "published: 2026-02-30", "edition.published: 2026-02-30 is not a"),
    ("published: 2026-03-31", "published: soon", "must be a date or nothing, not text."),
    ("code: tiny-2026", "code: other-2026", "'other-2026' is not the name of the file"),
    ("code: tiny-2026", "code: Tiny 2026", "'Tiny 2026' is not of the form neps-2022."),
    ("title: First", "title: &title First", "line 8: anchors (&) and aliases (*) are not allowed."),
    ("title: First", "title: *title", "line 8: anchors (&) and aliases (*) are not allowed."),
    (
        "title: First",
        "title: !!python/name:os.system x",
        "line 8: the tag tag:yaml.org,2002:python",
    ),
    ("title: First", "title: " + "[" * 20 + "]" * 20, "line 8: nested deeper than 12 levels."),
    ("title: First", "title: 'First", "this is not valid YAML"),
    ("  - code: S2", "---\n  - code: S2", "line 18: a second document begins here"),
    ("title: First", "<<: {a: b}", "the key '<<' is unknown."),
]


@pytest.mark.parametrize(("old", "new", "said"), TEXT_MISTAKES)
def test_mistake_in_the_text_is_named_with_its_place(folder, old, new, said):
    folder.change(folder.text, old, new)
    message = refusal(folder)
    assert message.startswith("tiny-2026.yaml, line ")
    assert said in message


GUIDANCE_MISTAKES = [
    ("edition: tiny-2026", "edition: other", "line 1, edition: must be 'tiny-2026'"),
    ('version: "1.0"', "version: 1.0", "line 2, version: must be text, not a decimal number."),
    ('version: "1.0"', 'version: "one"', "version: 'one' is not of the form 1.0."),
    ('- clause: "1.2"', '- clause: "9.9"', "notes[0].clause: the edition has no clause '9.9'."),
    ('- code: "2.1"', '- code: "1.1"', "clauses[2].code: the clause 1.1 is given twice."),
    ("      - {kind: policy, text: A policy.}\n", "", "1.2 has 1; from 2 to 4 prompts are needed."),
    ("kind: policy", "kind: gossip", "clauses[1].prompts[0].kind: 'gossip' is unknown."),
    ("source: service", "source: me", "glossary[1].source: 'me' is unknown."),
    ("term: Lead", "term: ep", "line 24, glossary[1]: 'ep' is given twice."),
    (
        '  - code: "2.1"\n    prompts:\n      - {kind: audit, text: An audit.}\n'
        "      - {kind: other, text: Anything else.}\n",
        "",
        "prompts are missing for: 2.1.",
    ),
]


@pytest.mark.parametrize(("old", "new", "said"), GUIDANCE_MISTAKES)
def test_mistake_in_the_guidance_is_named_with_its_place(folder, old, new, said):
    folder.change(folder.guidance, old, new)
    message = refusal(folder)
    assert message.startswith("tiny-2026.guidance.yaml, line ")
    assert said in message


READINESS_MISTAKES = [
    (
        "{level: 2, title: In place",
        "{level: 3, title: In place",
        "scale[2].level: 3 stands where 2",
    ),
    ("{level: 2, title: In place", "{level: 4, title: In place", "4 is not a whole number from 0"),
    (
        "rule: clause_share, level: 1",
        "rule: clause_share, level: 3",
        "line 15, levels[0].rules[1].level: 3 is not a whole number from 0 to 2.",
    ),
    ("from_level: 2", "from_level: 3", "rules[2].from_level: 3 is not a whole number from 0 to 2."),
    ("share: 0.75", "share: 1.5", "rules[1].share: 1.5 is not above 0 and at most 1."),
    ("share: 0.75", "share: 0", "rules[1].share: 0 is not above 0 and at most 1."),
    ("share: 0.75", "share: .nan", "is not a number"),
    ("share: 0.75", "share: .inf", "is not a number"),
    ("share: 0.75", "share: 75 percent", "must be a decimal number or a whole number, not text."),
    ("scope: standard", "scope: region", "'region' is unknown. Use one of: standard, overall."),
    ("{rule: all_answered}", "{rule: everything}", "rules[0].rule: 'everything' is unknown."),
    ("{rule: all_answered}", "{rule: all_answered, level: 1}", "the key 'level' is unknown."),
    (", scope: standard", "", "levels[0].rules[1]: the key 'scope' is missing."),
    ("key: working_towards", "key: Working Towards", "is not of the form working_towards."),
]


@pytest.mark.parametrize(("old", "new", "said"), READINESS_MISTAKES)
def test_mistake_in_the_readiness_rules_is_named_with_its_place(folder, old, new, said):
    folder.change(folder.readiness, old, new)
    message = refusal(folder)
    assert message.startswith("tiny-2026.readiness.yaml, line ")
    assert said in message


def test_missing_companion_file_is_named(folder):
    folder.guidance.unlink()
    assert "tiny-2026.guidance.yaml, line 1: this file is missing" in refusal(folder)


def test_file_without_an_edition_is_refused(folder):
    (folder.path / "lost.readiness.yaml").write_text("edition: lost\n")
    assert "lost.readiness.yaml, line 1: this file belongs to no edition" in refusal(folder)


def test_folder_without_editions_is_refused(folder):
    for file in (folder.text, folder.guidance, folder.readiness):
        file.unlink()
    assert "there is no edition" in refusal(folder)


def test_empty_file_is_refused(folder):
    folder.text.write_text("# nothing yet\n")
    assert refusal(folder) == "tiny-2026.yaml, line 1: the file is empty."


def test_file_that_is_not_utf8_names_the_line(folder):
    folder.text.write_bytes(b"edition:\n  title: Caf\xe9\n")
    assert refusal(folder) == "tiny-2026.yaml, line 2: this is not UTF-8 text."


def test_file_that_is_too_large_is_refused_before_it_is_parsed(folder):
    folder.text.write_bytes(b"#" * 2_000_001)
    assert "larger than 2,000,000 bytes" in refusal(folder)


def test_bomb_of_aliases_is_refused_before_it_grows(folder):
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    folder.text.write_text("\n".join(bomb))
    assert refusal(folder) == "tiny-2026.yaml, line 1: anchors (&) and aliases (*) are not allowed."


def test_line_of_a_path_finds_the_value_or_the_nearest_above(folder):
    root = read(folder.text)
    assert line_of(root, "standards[0].clauses[1].text") == 15
    assert line_of(root, "standards[0].clauses[9].text") == 11
    assert line_of(root, "edition.nothing") == 2


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_sentence(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("any") / "any.yaml"
    file.write_bytes(content.encode("utf-8", "surrogatepass"))
    said = ""
    try:
        found = read(file).node
    except LoadError as error:
        said = str(error)
    else:
        assert isinstance(found, yaml.Node)
    assert said == "" or said.startswith("any.yaml, line ")
