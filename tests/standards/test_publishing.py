"""The scheme's own versions of the guidance: drafted, published whole, never changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from agencies.models import Agency, Membership
from agencies.permissions import Role
from agencies.workflow import NotAllowed, Stale
from standards.actions import drafting, publishing
from standards.differences import differences
from standards.models import Edition, Guidance, GuidanceDraft, Prompt
from standards.schema import PromptText
from standards.schema.guidance import TermText
from standards.versions import as_yaml, digest, document_of, next_version, parts
from tests import factories
from tests.agencies.people import actions_of
from tests.conftest import acting, owner
from tests.world import change

pytestmark = pytest.mark.django_db
NEWS = "One more question about the figures."
TEXT = "How many, by quarter."


def current() -> Guidance:
    return Guidance.objects.with_content().get(is_current=True)


@pytest.fixture
def draft(edition: Edition, scheme_admin: Membership) -> GuidanceDraft:
    with acting(scheme_admin) as by:
        return drafting.start(current(), by=by)


def publish(draft: GuidanceDraft, by: Membership, version: str = "1.2") -> Guidance:
    return publishing.publish(draft, version=version, summary=NEWS, by=by)


def test_stored_version_says_what_the_file_says(edition: Edition) -> None:
    """Hash of the rows, read back, is the hash that was stored with them."""
    assert digest(document_of(current())) == current().sha256


def test_published_draft_is_what_everybody_reads(
    draft: GuidanceDraft, scheme_admin: Membership
) -> None:
    before = current()
    with acting(scheme_admin) as by:
        change(draft, "1.1", TEXT, by=by)
        made = publish(draft, by)
    after = current()
    assert (after.pk, after.version, after.summary) == (made.pk, "1.2", NEWS)
    assert after.published_by_id == scheme_admin.pk
    assert digest(document_of(after)) == after.sha256
    changes = differences(document_of(before), document_of(after))
    assert [(c.code, [p["text"] for p in c.added]) for c in changes.clauses] == [("1.1", [TEXT])]
    assert Guidance.objects.get(pk=before.pk).is_current is False
    assert document_of(Guidance.objects.with_content().get(pk=before.pk)) == document_of(before)
    assert actions_of(scheme_admin.agency_id) == [
        "guidance_draft.start", "guidance_draft.change_clause", "guidance.publish",
    ]  # fmt: skip
    with acting(scheme_admin):
        assert not GuidanceDraft.objects.exists()


def test_older_version_can_be_published_again_as_a_new_one(
    draft: GuidanceDraft, scheme_admin: Membership
) -> None:
    first = current()
    with acting(scheme_admin) as by:
        change(draft, "1.1", TEXT, by=by)
        publish(draft, by)
        publish(drafting.start(first, by=by), by, "1.3")
    assert document_of(current())["prompts"] == document_of(first)["prompts"]
    assert current().version == "1.3"


@pytest.mark.parametrize("role", ["lead", "viewer"])
def test_people_of_agencies_can_do_none_of_it(
    request: pytest.FixtureRequest, edition: Edition, draft: GuidanceDraft, role: str
) -> None:
    part = drafting.clause_part(draft.document, "1.1")
    term = TermText("Quarter", "Three months.", "service", "")
    calls: list[Callable[[Membership], object]] = [
        lambda by: drafting.start(current(), by=by),
        lambda by: drafting.change_clause(draft, code="1.1", part=part, seen="", by=by),
        lambda by: drafting.change_term(draft, term=term, replaces="", seen="", by=by),
        lambda by: drafting.remove_term(draft, name="Answer", by=by),
        lambda by: drafting.upload(edition, content=b"", name="x", by=by),
        lambda by: drafting.discard(draft, by=by),
        lambda by: publish(draft, by),
        lambda by: publishing.withdraw(edition, by=by),
        lambda by: publishing.restore(edition, by=by),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied), acting(request.getfixturevalue(role)) as by:
            call(by)


def _run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


PUBLISH = """SELECT ctx.publish_guidance((SELECT id FROM standards_edition),
  '{"version": "9", "label": "x", "notes": [], "prompts": {}, "glossary": []}', 'x', '', true)"""
WITHDRAW = "SELECT ctx.withdraw_edition((SELECT id FROM standards_edition), true)"
WRITES = (
    "UPDATE standards_prompt SET text = 'x'",
    "INSERT INTO standards_prompt SELECT * FROM standards_prompt LIMIT 1",
    "DELETE FROM standards_guidance",
    "UPDATE standards_guidance SET is_current = false",
    "UPDATE standards_edition SET is_withdrawn = true",
    "UPDATE standards_editornote SET text = 'x'",
    "DELETE FROM standards_glossaryterm",
)


@pytest.mark.parametrize("sql", WRITES)
def test_database_lets_no_scheme_administrator_write_past_the_door(
    edition: Edition, scheme_admin: Membership, sql: str
) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), acting(scheme_admin):
        _run(sql)


@pytest.mark.parametrize("sql", [PUBLISH, WITHDRAW, *WRITES])
def test_database_lets_no_agency_publish(edition: Edition, lead: Membership, sql: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), acting(lead):
        _run(sql)


@pytest.mark.parametrize("sql", [PUBLISH, WITHDRAW])
def test_door_is_shut_for_staff_who_are_no_administrators(
    edition: Edition, scheme: Agency, sql: str
) -> None:
    """Whatever role somebody has in the scheme: the database asks for this one."""
    with owner():
        other = factories.make_member(scheme, Role.VIEWER)
    with pytest.raises(DatabaseError, match="only a scheme administrator"), acting(other):
        _run(sql)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1.1", "The last version is 1.1. Enter a higher one, such as 1.2"),
        ("1.0.9", "The last version is 1.1"),
        ("two", "numbers and full stops"),
        ("1.2 ", "numbers and full stops"),
        ("1\u06682", "numbers and full stops"),
        ("", "numbers and full stops"),
    ],
)
def test_version_that_is_not_higher_is_refused(
    draft: GuidanceDraft, scheme_admin: Membership, version: str, said: str
) -> None:
    with acting(scheme_admin) as by:
        change(draft, "1.1", TEXT, by=by)
        with pytest.raises(ValidationError, match=said):
            publish(draft, by, version)
    assert current().version == "1.1"


@pytest.mark.parametrize(("summary", "said"), [(" \n", "Say in a sentence"), ("x" * 301, "300")])
def test_news_must_be_told_in_a_sentence(
    draft: GuidanceDraft, scheme_admin: Membership, summary: str, said: str
) -> None:
    with acting(scheme_admin) as by, pytest.raises(ValidationError, match=said):
        publishing.publish(draft, version="1.2", summary=summary, by=by)


def test_draft_without_a_change_is_not_published(
    draft: GuidanceDraft, scheme_admin: Membership
) -> None:
    with acting(scheme_admin) as by, pytest.raises(ValidationError, match="says the same"):
        publish(draft, by)


def test_second_draft_of_an_edition_is_refused(
    draft: GuidanceDraft, scheme_admin: Membership
) -> None:
    with acting(scheme_admin) as by, pytest.raises(NotAllowed, match="There is a draft"):
        drafting.start(current(), by=by)


def test_draft_that_is_gone_is_refused_with_a_sentence(
    draft: GuidanceDraft, scheme_admin: Membership
) -> None:
    with acting(scheme_admin) as by:
        drafting.discard(draft, by=by)
        with pytest.raises(NotAllowed, match="deleted meanwhile"):
            publish(draft, by)
        with pytest.raises(NotAllowed, match="deleted meanwhile"):
            change(draft, "1.1", TEXT, by=by)


TWO = (PromptText("audit", "An audit."), PromptText("data", "Figures."))


@pytest.mark.parametrize(
    ("prompts", "note", "said"),
    [
        (TWO[:1], "", "Clause 1.1: clause 1.1 has 1; from 2 to 4 prompts are needed."),
        (TWO + TWO[:1], "", "Clause 1.1, prompt 3: .*is given twice."),
        ((*TWO, PromptText("gossip", "Word.")), "", "Clause 1.1, prompt 3: 'gossip' is unknown."),
        ((*TWO, PromptText("data", "")), "", "Clause 1.1, prompt 3: must not be empty."),
        ((*TWO, PromptText("data", "x" * 301)), "", "prompt 3: is 301 characters long"),
        ((*TWO, PromptText("data", "A\x00b")), "", "prompt 3: holds a control character."),
        (TWO, "n" * 1001, "Editor's note on clause 1.1: is 1001 characters long"),
        ([PromptText("data", f"{n}.") for n in range(5)], "", "clause 1.1 has 5"),
    ],
)
def test_clause_is_checked_as_a_file_is(
    draft: GuidanceDraft,
    scheme_admin: Membership,
    prompts: tuple[PromptText, ...],
    note: str,
    said: str,
) -> None:
    seen = drafting.mark(drafting.clause_part(draft.document, "1.1"))
    part = drafting.ClausePart(tuple(prompts), note)
    with acting(scheme_admin) as by, pytest.raises(ValidationError, match=said):
        drafting.change_clause(draft, code="1.1", part=part, seen=seen, by=by)


def test_clause_that_a_colleague_changed_meanwhile_is_not_overwritten(
    draft: GuidanceDraft, scheme_admin: Membership
) -> None:
    seen = drafting.mark(drafting.clause_part(draft.document, "1.1"))
    with acting(scheme_admin) as by:
        change(draft, "1.1", TEXT, by=by)
        part = drafting.ClausePart(TWO, "")
        with pytest.raises(Stale) as caught:
            drafting.change_clause(draft, code="1.1", part=part, seen=seen, by=by)
        assert caught.value.current.prompts[-1].text == TEXT
        stored = GuidanceDraft.objects.get().document
        other = drafting.mark(drafting.clause_part(stored, "1.2"))
        drafting.change_clause(draft, code="1.2", part=part, seen=other, by=by)
        both = GuidanceDraft.objects.get().document["prompts"]
    assert [both["1.1"][-1]["text"], both["1.2"][0]["text"]] == [TEXT, "An audit."]


def test_term_is_added_changed_and_removed(draft: GuidanceDraft, scheme_admin: Membership) -> None:
    new = TermText("Quarter", "Three months.", "service", "")
    with acting(scheme_admin) as by:
        put = {"seen": drafting.mark(None), "by": by}
        drafting.change_term(draft, term=new, replaces="", **put)
        with pytest.raises(ValidationError, match="has the term quarter already"):
            again = TermText("quarter", "Else.", "service", "")
            drafting.change_term(draft, term=again, replaces="", **put)
        stored = drafting.find_term(GuidanceDraft.objects.get().document, "Quarter")
        renamed = TermText("Quarter year", "Three months.", "service", "As in accounts.")
        drafting.change_term(
            draft, term=renamed, replaces="Quarter", seen=drafting.mark(stored), by=by
        )
        terms = GuidanceDraft.objects.get().document["glossary"]
        assert drafting.find_term({"glossary": terms}, "Quarter") is None
        drafting.remove_term(draft, name="Quarter year", by=by)
        with pytest.raises(NotAllowed, match="removed from the draft already"):
            drafting.remove_term(draft, name="Quarter year", by=by)


def test_terms_of_the_standards_stay_as_printed(
    draft: GuidanceDraft, scheme_admin: Membership
) -> None:
    term = next(t for t in draft.document["glossary"] if t["source"] == "standards")
    other = TermText(term["term"], "Something else.", "standards", "")
    with acting(scheme_admin) as by:
        with pytest.raises(ValidationError, match="stay as the standards define them"):
            drafting.remove_term(draft, name=term["term"], by=by)
        with pytest.raises(ValidationError, match="stay as the standards define them"):
            seen = drafting.mark(term)
            drafting.change_term(draft, term=other, replaces=term["term"], seen=seen, by=by)
        noted = TermText(**(term | {"note": "A remark of ours."}))
        drafting.change_term(
            draft, term=noted, replaces=term["term"], seen=drafting.mark(term), by=by
        )


def test_downloaded_file_can_be_uploaded_and_says_the_same(
    edition: Edition, scheme_admin: Membership
) -> None:
    document = document_of(current())
    file = as_yaml(document, edition.code).replace("An audit of care plans", "A look at care plans")
    with acting(scheme_admin) as by:
        draft = drafting.upload(edition, content=file.encode(), name="g.yaml", by=by)
        changes = differences(document, draft.document)
        assert [change.code for change in changes.clauses] == ["1.1"]
        drafting.upload(edition, content=as_yaml(document, edition.code).encode(), name="g", by=by)
        assert not differences(document, GuidanceDraft.objects.get().document)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("edition: neps-2022", "edition: other", "line 3, edition: must be 'neps-2022'"),
        ("kind: audit", "kind: gossip", r"clauses\[0\].prompts\[0\].kind: 'gossip' is unknown"),
        ("- code: '1.1'", "- code: '9.9'", "the edition has no clause '9.9'"),
        ("source: standards", "source: service", "stay as the standards define them"),
        ("edition: neps-2022", "<html>", "g.yaml, line"),
    ],
)
def test_file_with_a_mistake_is_refused_with_its_place(
    edition: Edition, scheme_admin: Membership, old: str, new: str, said: str
) -> None:
    file = as_yaml(document_of(current()), edition.code).replace(old, new, 1)
    with acting(scheme_admin) as by, pytest.raises(ValidationError, match=said):
        drafting.upload(edition, content=file.encode(), name="g.yaml", by=by)


def test_edition_is_withdrawn_once_and_restored_once(
    edition: Edition, scheme_admin: Membership
) -> None:
    with acting(scheme_admin) as by:
        assert publishing.withdraw(edition, by=by).is_withdrawn
        with pytest.raises(NotAllowed, match="withdrawn already"):
            publishing.withdraw(edition, by=by)
        assert not publishing.restore(edition, by=by).is_withdrawn
        with pytest.raises(NotAllowed, match="in use already"):
            publishing.restore(edition, by=by)
    assert actions_of(by.agency_id) == ["edition.withdraw", "edition.restore"]


def test_versions_count_as_numbers(edition: Edition) -> None:
    assert parts("1.10") > parts("1.9")
    assert next_version(edition) == "1.2"
    assert Prompt.objects.filter(guidance=current()).count() > 200
