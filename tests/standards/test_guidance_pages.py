"""The scheme's pages of the guidance, and what everybody may read of its versions."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agencies.models import Membership
from standards.actions import drafting, publishing
from standards.models import Edition, Guidance, GuidanceDraft
from standards.presenting import term_key
from standards.yamlfile import MAX_BYTES
from tests.conftest import acting, count_queries
from tests.world import change

pytestmark = pytest.mark.django_db
EDITION = "neps-2022"
TEXT = "How many, by quarter."


@pytest.fixture
def admin(
    edition: Edition, scheme_admin: Membership, client_for: Callable[[Membership], Client]
) -> Client:
    return client_for(scheme_admin)


@pytest.fixture
def draft(edition: Edition, scheme_admin: Membership) -> GuidanceDraft:
    with acting(scheme_admin) as by:
        return drafting.start(Guidance.objects.get(is_current=True), by=by)


def url(name: str, *args: str) -> str:
    return reverse(f"standards:{name}", args=[EDITION, *args])


def errors(answer: HttpResponse) -> str:
    """The error summary, as text."""
    assert answer.status_code == 422
    found = re.search(r"govuk-error-summary(.*?)</ul>", answer.content.decode(), re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>", " ", found[1])


def fields(page: HttpResponse) -> dict[str, str]:
    """What the form holds when it is opened."""
    form = page.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_draft_is_begun_changed_previewed_and_published(
    admin: Client, lead: Membership, client_for: Callable[[Membership], Client]
) -> None:
    reader = client_for(lead)
    admin.post(url("draft_start", "1.1"))
    part = fields(admin.get(url("draft_clause", "1.1")))
    assert {part["kind_1"], part["kind_2"]} == {"audit", "voice_of_children"}
    said = part | {"kind_1": "data", "text_1": f"  {TEXT}\n", "kind_3": "", "text_3": ""}
    assert admin.post(url("draft_clause", "1.1"), said)["Location"] == url("draft_detail")
    assert TEXT not in reader.get(f"/standards/{EDITION}/").content.decode()
    preview = admin.get(url("draft_changes")).content.decode()
    assert preview.index("Removed") < preview.index("Added") < preview.index(TEXT)
    proposed = fields(admin.get(url("draft_publish")))
    assert proposed["version"] == "1.2"
    admin.post(url("draft_publish"), proposed | {"summary": "A question on figures."})
    shown = reader.get(f"/standards/{EDITION}/").content.decode()
    assert f"<strong>Data.</strong> {TEXT}" in shown
    assert "A question on figures." in reader.get(url("guidance_list")).content.decode()
    assert TEXT not in reader.get(url("guidance_detail", "1.1")).content.decode()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"kind_1": ""}, "Select the kind of prompt 1"),
        ({"kind_1": "gossip"}, "Select the kind of prompt 1"),
        ({"text_1": " "}, "Write prompt 1, or choose “No prompt” to remove it"),
        ({"text_1": "x" * 301}, "Prompt 1 must be 300 characters or fewer"),
        ({"note": "x" * 1001}, "Editor's note must be 1,000 characters or fewer"),
        ({"text_1": "Same.", "text_2": "Same."}, "Clause 1.1, prompt 2"),
    ],
)
def test_clause_that_cannot_be_saved_says_why_and_keeps_the_text(
    admin: Client, draft: GuidanceDraft, said: dict[str, str], expected: str
) -> None:
    part = fields(admin.get(url("draft_clause", "1.1"))) | {"note": "Kept as typed"} | said
    answer = admin.post(url("draft_clause", "1.1"), part)
    assert expected.replace("'", "&#x27;") in errors(answer)
    assert said.get("note", "Kept as typed") in answer.content.decode()


def test_clause_with_one_prompt_is_refused(admin: Client, draft: GuidanceDraft) -> None:
    part = fields(admin.get(url("draft_clause", "1.1")))
    none = {f"{name}_{place}": "" for name in ("kind", "text") for place in (2, 3, 4)}
    answer = admin.post(url("draft_clause", "1.1"), part | none)
    assert "A clause needs at least 2 prompts" in errors(answer)


def test_stale_clause_shows_both_texts_and_can_be_saved_again(
    admin: Client, draft: GuidanceDraft, scheme_admin: Membership
) -> None:
    mine = fields(admin.get(url("draft_clause", "1.1"))) | {"text_1": "What I wrote."}
    with acting(scheme_admin) as by:
        change(draft, "1.1", TEXT, by=by)
    answer = admin.post(url("draft_clause", "1.1"), mine)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert TEXT in page and "What I wrote." in page
    again = admin.post(url("draft_clause", "1.1"), fields(answer))
    assert again.status_code == 302
    assert "What I wrote." in admin.get(url("draft_detail")).content.decode()


def test_terms_are_added_changed_and_removed(admin: Client, draft: GuidanceDraft) -> None:
    new = fields(admin.get(url("draft_term_add")))
    assert "Enter the term" in errors(admin.post(url("draft_term_add"), new))
    said = new | {"term": "Quarter", "definition": "Three months."}
    assert admin.post(url("draft_term_add"), said).status_code == 302
    assert "has the term Quarter already" in errors(admin.post(url("draft_term_add"), said))
    here = url("draft_term", term_key("Quarter"))
    stored = fields(admin.get(here))
    assert admin.post(here, stored | {"note": "As in accounts."}).status_code == 302
    stale = admin.post(here, stored)
    assert stale.status_code == 412
    assert "As in accounts." in stale.content.decode()
    assert "Quarter (new)" in admin.get(url("draft_changes")).content.decode()
    assert admin.post(url("draft_term_remove", term_key("Quarter"))).status_code == 302
    assert admin.get(here).status_code == 404


def test_term_of_the_standards_offers_its_note_alone(admin: Client, draft: GuidanceDraft) -> None:
    term = next(t for t in draft.document["glossary"] if t["source"] == "standards")
    here = term_key(term["term"])
    page = admin.get(url("draft_term", here))
    assert set(fields(page)) == {"seen", "note"}
    assert "Remove this term" not in page.content.decode()
    assert "stay as the standards define them" in errors(admin.post(url("draft_term_remove", here)))


def test_file_that_was_downloaded_can_be_changed_and_uploaded(admin: Client) -> None:
    answer = admin.get(url("guidance_file", "1.1"))
    assert answer["Content-Disposition"] == f'attachment; filename="{EDITION}.guidance-1.1.yaml"'
    changed = answer.content.replace(b"An audit of care plans", b"A look at care plans")
    file = SimpleUploadedFile("next.yaml", changed)
    assert admin.post(url("draft_upload"), {"file": file})["Location"] == url("draft_changes")
    assert "A look at care plans" in admin.get(url("draft_changes")).content.decode()
    assert "There is a draft already" in admin.get(url("draft_upload")).content.decode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "Choose a file"),
        (b"", "The file is empty"),
        (b"\xff\xfe", "next.yaml, line 1: this is not UTF-8 text."),
        (b"edition: [", "next.yaml, line 2: this is not valid YAML"),
        (b"a: &x 1\nb: *x\n", "anchors (&amp;) and aliases (*) are not allowed"),
        (b"edition: neps-2022\n", "the key &#x27;version&#x27; is missing"),
        (b"#" * (MAX_BYTES + 1), "no larger than 2 MB"),
    ],
)
def test_file_that_cannot_be_read_says_where(
    admin: Client, scheme_admin: Membership, content: bytes | None, expected: str
) -> None:
    sent = {} if content is None else {"file": SimpleUploadedFile("next.yaml", content)}
    assert expected in errors(admin.post(url("draft_upload"), sent))
    with acting(scheme_admin):
        assert not GuidanceDraft.objects.exists()


def test_publishing_says_by_field_what_is_wrong(admin: Client, draft: GuidanceDraft) -> None:
    said = errors(admin.post(url("draft_publish"), {"version": "", "summary": ""}))
    assert "Enter a version" in said and "Say in a sentence what is new" in said
    said = errors(admin.post(url("draft_publish"), {"version": "1.0", "summary": "New."}))
    assert "The last version is 1.1" in said
    said = errors(admin.post(url("draft_publish"), {"version": "1.2", "summary": "New."}))
    assert "The draft says the same as version 1.1" in said


def test_second_draft_and_missing_draft_are_told(admin: Client, draft: GuidanceDraft) -> None:
    answer = admin.post(url("draft_start", "1.1"))
    assert (answer.status_code, "There is a draft" in answer.content.decode()) == (409, True)
    assert admin.post(url("draft_discard")).status_code == 302
    pages = ("draft_detail", "draft_changes", "draft_publish", "draft_discard", "draft_term_add")
    assert {admin.get(url(name)).status_code for name in pages} == {404}
    assert admin.get(url("draft_clause", "9.9")).status_code == 404
    assert admin.get(url("guidance_detail", "7.7")).status_code == 404


def test_edition_is_withdrawn_and_restored(
    admin: Client, lead: Membership, client_for: Callable[[Membership], Client]
) -> None:
    reader = client_for(lead)
    assert admin.post(url("edition_withdraw")).status_code == 302
    assert "Restore this edition" in admin.get(reverse("standards:publishing")).content.decode()
    assert "Withdrawn" in reader.get(reverse("standards:edition_list")).content.decode()
    assert EDITION not in reader.get(reverse("assessments:start")).content.decode()
    assert admin.post(url("edition_withdraw")).status_code == 409
    assert admin.post(url("edition_restore")).status_code == 302
    assert reader.post(url("edition_withdraw")).status_code == 403


def _publish_more(count: int, by: Membership) -> None:
    for number in range(count):
        draft = drafting.start(Guidance.objects.get(is_current=True), by=by)
        change(draft, "1.1", f"Figures {number}.", by=by)
        publishing.publish(draft, version=f"2.{number}", summary="New.", by=by)


def test_name_of_who_published_stays_in_the_scheme(
    admin: Client,
    scheme_admin: Membership,
    lead: Membership,
    client_for: Callable[[Membership], Client],
) -> None:
    with acting(scheme_admin) as by:
        _publish_more(1, by)
    assert scheme_admin.display_name in admin.get(url("guidance_list")).content.decode()
    shown = client_for(lead).get(url("guidance_list")).content.decode()
    assert "By the scheme" in shown and "With this service" in shown
    assert scheme_admin.display_name not in shown


@pytest.mark.parametrize("name", ["guidance_list", "publishing", "draft_detail", "draft_changes"])
def test_queries_do_not_grow_with_versions(
    admin: Client, scheme_admin: Membership, name: str
) -> None:
    """One version, then four; the draft changes one clause, then three."""
    here = reverse("standards:publishing") if name == "publishing" else url(name)

    def counted(codes: tuple[str, ...]) -> int:
        with acting(scheme_admin) as by:
            draft = drafting.start(Guidance.objects.get(is_current=True), by=by)
            for code in codes:
                draft = change(draft, code, "Figures.", by=by)
        admin.get(here)
        queries = count_queries(lambda: admin.get(here))
        with acting(scheme_admin) as by:
            drafting.discard(draft, by=by)
        return queries

    one = counted(("1.1",))
    with acting(scheme_admin) as by:
        _publish_more(3, by)
    assert counted(("1.2", "1.3", "1.4")) == one <= 25
