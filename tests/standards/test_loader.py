"""From files to rows: repeatable, text immutable, guidance and rules by version."""

import hashlib
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction

from standards.actions import drafting, publishing
from standards.loader import load
from standards.models import (
    Clause,
    Edition,
    EditorNote,
    GlossaryTerm,
    Guidance,
    Prompt,
    ReadinessRules,
    Standard,
)
from standards.scoring import Rules
from standards.yamlfile import LoadError
from tests.conftest import acting, count_queries
from tests.standards.conftest import GUIDANCE
from tests.world import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def load_folder(folder, owner):
    def run():
        with owner():
            return load(folder.path)

    return run


def rows():
    models = (Edition, Standard, Clause, Guidance, Prompt, EditorNote, GlossaryTerm, ReadinessRules)
    return {
        model.__name__: sorted(map(str, model.objects.values_list("pk", flat=True)))
        for model in models
    }


def test_load_real_standards_writes_seventy_clauses_in_order(edition):
    clauses = list(Clause.objects.filter(standard__edition=edition))
    assert len(clauses) == 70
    assert [clause.position for clause in clauses] == list(range(1, 71))
    assert clauses[-1].code == "8.8"
    assert all(c.text_sha256 == hashlib.sha256(c.text.encode()).hexdigest() for c in clauses)


def test_published_text_is_the_one_that_was_proof_read(edition):
    """Compared word for word with the printed standards. A change needs a new edition."""
    assert edition.code == "neps-2022"
    assert edition.sha256 == "ea8b06cb980d3a03d41aba028a6a2c0e0bf27c579e0c9aa5bcd2bd94b9de01f3"
    counts = [standard.clauses.count() for standard in edition.standards.all()]
    assert counts == [9, 10, 10, 11, 8, 6, 8, 8]


def test_load_real_rules_can_be_read_by_scoring(edition):
    rules = Rules.from_document(edition.rules.get(is_current=True).document)
    assert [step.level for step in rules.scale] == [0, 1, 2, 3]
    assert [level.title for level in rules.levels] == ["Working Towards", "Full"]


def test_load_small_edition_writes_every_part(load_folder, owner):
    load_folder()
    with owner():
        clause = Clause.objects.get(code="1.2", standard__edition__code="tiny-2026")
        assert (clause.group, clause.addressed_to, clause.position) == ("Apart", ["LA"], 2)
        assert [(p.kind, p.text) for p in clause.prompts.all()] == [
            ("policy", "A policy."),
            ("data", "Figures."),
        ]
        assert clause.notes.get().text == "As printed."
        terms = GlossaryTerm.objects.filter(guidance__edition__code="tiny-2026")
        assert [(t.term, t.is_from_standards, t.note) for t in terms] == [
            ("EP", True, ""),
            ("Lead", False, "Not in the standards."),
        ]


def test_load_twice_changes_no_row_and_says_so(load_folder, owner):
    first = load_folder()
    with owner():
        before = rows()
    second = load_folder()
    with owner():
        assert rows() == before
    assert "tiny-2026: loaded, 2 standards, 3 clauses." in first
    assert second == [
        "tiny-2026: unchanged, 2 standards, 3 clauses.",
        "tiny-2026: guidance 1.0 unchanged.",
        "tiny-2026: readiness rules 1.0 unchanged.",
    ]


def test_load_again_writes_nothing_with_few_queries(load_folder):
    load_folder()
    assert count_queries(load_folder) <= 10


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("LAs do that.", "LAs may do that.", "line 15, standards[0].clauses[1].text"),
        ("statement: It is done.\n", "statement: Done.\n", "line 9, standards[0].statement"),
        ("title: Tiny standards", "title: Small standards", "line 3, edition.title"),
        ("published: 2026-03-31", "published: 2026-04-01", "line 5, edition.published"),
        ("addressed_to: [RAA]", "addressed_to: [VAA]", "standards[1].clauses[0].addressed_to[0]"),
        ("        group: Apart\n", "", "standards[0].clauses[1].group"),
    ],
)
def test_load_edited_text_is_refused_with_its_place(load_folder, folder, owner, old, new, place):
    load_folder()
    with owner():
        before = rows()
    folder.change(folder.text, old, new)
    with pytest.raises(LoadError) as caught:
        load_folder()
    assert place in str(caught.value)
    assert "differs from the published text of tiny-2026, which is never edited" in str(
        caught.value
    )
    with owner():
        assert rows() == before
        assert Clause.objects.get(code="1.2", standard__edition__code="tiny-2026").text == (
            "LAs do that."
        )


def test_load_clause_taken_out_of_a_published_text_is_refused(load_folder, folder):
    load_folder()
    passage = '      - code: "1.2"\n        text: LAs do that.\n        group: Apart\n'
    folder.change(folder.text, passage + "        addressed_to: [LA]\n", "")
    for file in (folder.guidance,):
        content = file.read_text()
        prompts = content.index('  - code: "1.2"'), content.index('  - code: "2.1"')
        content = content[: prompts[0]] + content[prompts[1] :]
        file.write_text(content.replace('clause: "1.2"', 'clause: "1.1"'))
    with pytest.raises(LoadError, match=r"standards\[0\].clauses\[1\]: this differs"):
        load_folder()


def test_load_layout_of_the_text_may_change(load_folder, folder):
    load_folder()
    folder.change(folder.text, "text: LAs do that.", "text: >-\n          LAs do\n          that.")
    assert "tiny-2026: unchanged" in load_folder()[0]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("guidance", "text: A policy.", "text: A better policy."),
        ("guidance", "definition: Early permanence.", "definition: Early."),
        ("guidance", "label: Ours.", "label: Theirs."),
        ("readiness", "share: 0.75", "share: 0.8"),
        ("readiness", "descriptor: Begun.", "descriptor: Just begun."),
    ],
)
def test_load_changed_additions_under_the_same_version_ask_for_a_new_one(
    load_folder, folder, file, old, new
):
    load_folder()
    folder.change(getattr(folder, file), old, new)
    with pytest.raises(LoadError) as caught:
        load_folder()
    assert str(caught.value) == (
        f"tiny-2026.{file}.yaml, line 2, version: the content changed, but the version is still "
        "1.0. Give the file a new version; what was submitted keeps the old one. On a developer's "
        "machine with nothing to keep: delete .local and start again."
    )


def test_load_new_version_becomes_current_and_the_old_one_stays(load_folder, folder, owner):
    load_folder()
    folder.change(folder.guidance, "text: A policy.", "text: A better policy.")
    folder.change(folder.guidance, 'version: "1.0"', 'version: "1.1"')
    folder.change(folder.readiness, "share: 0.75", "share: 0.8")
    folder.change(folder.readiness, 'version: "1.0"', 'version: "2.0"')
    load_folder()
    with owner():
        edition = Edition.objects.get(code="tiny-2026")
        versions = set(edition.guidance.values_list("version", "is_current"))
        assert versions == {("1.0", False), ("1.1", True)}
        assert set(edition.rules.values_list("version", "is_current")) == {
            ("1.0", False),
            ("2.0", True),
        }
        texts = Prompt.objects.filter(kind="policy", guidance__edition=edition)
        assert set(texts.values_list("guidance__version", "text")) == {
            ("1.0", "A policy."),
            ("1.1", "A better policy."),
        }


def test_load_older_version_again_makes_it_current_again(load_folder, folder, owner):
    load_folder()
    first = folder.readiness.read_text()
    folder.change(folder.readiness, 'version: "1.0"', 'version: "1.1"')
    load_folder()
    folder.readiness.write_text(first)
    assert "tiny-2026: readiness rules 1.0 made current again." in load_folder()
    with owner():
        edition = Edition.objects.get(code="tiny-2026")
        assert edition.rules.get(is_current=True).version == "1.0"


def test_load_one_wrong_file_changes_nothing_of_the_others(load_folder, folder, owner):
    folder.change(folder.readiness, "share: 0.75", "share: 7.5")
    with pytest.raises(LoadError):
        load_folder()
    with owner():
        assert not Edition.objects.filter(code="tiny-2026").exists()


def test_load_by_a_persona_of_a_request_is_stopped_by_the_database(folder, acting, lead):
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with acting(lead), refused, transaction.atomic():
        load(folder.path)


def test_command_loads_and_reports_each_part(folder, owner, capsys):
    with owner():
        call_command("load_standards", data=folder.path)
    assert capsys.readouterr().out.splitlines()[0] == "tiny-2026: loaded, 2 standards, 3 clauses."


def test_command_check_needs_no_rows_and_writes_none(folder, capsys):
    call_command("load_standards", data=folder.path, check=True)
    assert capsys.readouterr().out == "The files are valid: tiny-2026.\n"
    assert not Edition.objects.filter(code="tiny-2026").exists()


def test_command_with_a_wrong_file_ends_with_its_place(folder, owner):
    folder.change(folder.text, "title: First", "titel: First")
    with (
        owner(),
        pytest.raises(CommandError, match=r"tiny-2026.yaml, line 8, standards\[0\].titel"),
    ):
        call_command("load_standards", data=folder.path)


@pytest.fixture
def published(load_folder, scheme_admin):
    """The scheme's own version 1.5 of the small edition."""
    load_folder()
    with acting(scheme_admin) as by:
        source = Guidance.objects.get(edition__code="tiny-2026")
        draft = drafting.start(source, by=by)
        change(draft, "1.1", "Other figures.", by=by)
        return publishing.publish(draft, version="1.5", summary="Figures.", by=by)


def test_load_leaves_the_schemes_version_in_use(load_folder, folder, published):
    stays = "1.5, which the scheme has published, stays in use."
    assert f"tiny-2026: guidance 1.0 is left alone: {stays}" in load_folder()
    for version, said in (("1.4", "is left alone:"), ("1.5", "is left alone:")):
        folder.guidance.write_text(re.sub(r'version: ".*"', f'version: "{version}"', GUIDANCE))
        assert f"tiny-2026: guidance {version} {said} {stays}" in load_folder()
    assert set(published.edition.guidance.values_list("version", flat=True)) == {"1.0", "1.5"}
    assert Guidance.objects.get(pk=published.pk).is_current


def test_load_stores_a_higher_version_beside_the_schemes(load_folder, folder, published):
    folder.change(folder.guidance, 'version: "1.0"', 'version: "1.10"')
    said = "guidance 1.10 loaded to be read; 1.5, which the scheme has published, stays in use."
    assert f"tiny-2026: {said}" in load_folder()
    assert Guidance.objects.get(version="1.10").is_current is False
    assert Guidance.objects.get(pk=published.pk).is_current
