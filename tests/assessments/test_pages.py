"""The pages: what they show, to whom, and with how many queries."""

import re

import pytest
from django.urls import reverse

from agencies.permissions import AGENCY_ROLES, Role
from assessments.actions.answers import HARD_LIMIT, Said
from assessments.models import Assessment, Submission
from tests import factories
from tests.assessments.conftest import answer_of, fill, make_draft, reread, sent, url
from tests.conftest import owner

pytestmark = pytest.mark.django_db


STATES = {
    "draft": ["overview", "rename", "archive", "delete", "check"],
    "complete": ["overview", "check", "sign_off"],
    "signed": ["overview", "check", "submit", "reopen"],
    "submitted": ["overview", "check", "withdraw"],
}
PAGES = [(state, name) for state, names in STATES.items() for name in names]


@pytest.mark.parametrize(("state", "name"), PAGES)
def test_page_opens_for_those_who_need_it(state, name, request, client_for):
    assessment = request.getfixturevalue(state)
    role = "approver" if name == "sign_off" else "lead"
    response = client_for(request.getfixturevalue(role)).get(url(name, assessment))
    assert response.status_code == 200
    assert "None" not in re.sub(r"None yet", "", response.content.decode())


def test_start_makes_an_assessment_and_leads_to_it(edition, lead, client_for):
    client = client_for(lead)
    page = client.get(reverse("assessments:start"))
    assert edition.title in page.content.decode()
    days = {"period_from_day": "1", "period_from_month": "4", "period_from_year": "2026"}
    days |= {"period_to_day": "31", "period_to_month": "3", "period_to_year": "2027"}
    form = {"title": "Year one", "edition": edition.pk, **days}
    response = client.post(reverse("assessments:start"), form)
    with owner():
        assert response.url == url("overview", Assessment.objects.get())


def test_start_with_a_wrong_period_keeps_the_form(edition, lead, client_for):
    days = {"period_from_day": "1", "period_from_month": "4", "period_from_year": "2026"}
    days |= {"period_to_day": "31", "period_to_month": "3", "period_to_year": "2026"}
    form = {"title": "Year one", "edition": edition.pk, **days}
    response = client_for(lead).post(reverse("assessments:start"), form)
    assert response.status_code == 422
    assert "The last day of the period" in response.content.decode()
    assert 'value="Year one"' in response.content.decode()


def test_overview_links_each_blocker_to_its_clauses(draft, lead, client_for):
    page = client_for(lead).get(url("overview", draft)).content.decode()
    assert "What blocks Working Towards" in page
    assert url("clause", draft, "8.8") in page
    assert page.count("govuk-task-list__link") == 8


def test_overview_of_a_stranger_is_not_found_like_none_at_all(draft, stranger, client_for):
    client = client_for(stranger)
    foreign = client.get(url("overview", draft))
    none = client.get(reverse("assessments:overview", args=[stranger.pk]))
    assert (foreign.status_code, none.status_code) == (404, 404)
    assert draft.title not in foreign.content.decode()


def test_standard_lists_its_clauses_in_groups(draft, lead, client_for):
    page = client_for(lead).get(url("standard", draft, "S4")).content.decode()
    assert "Initial match" in page
    assert "Formal adoption match" in page
    assert page.count("govuk-task-list__link") == 11
    assert client_for(lead).get(url("standard", draft, "S9")).status_code == 404


def test_clause_page_holds_text_guidance_and_neighbours(draft, lead, client_for):
    page = client_for(lead).get(url("clause", draft, "1.2")).content.decode()
    for words in (
        "Early permanence is considered for all children",
        "s note.</strong> The source cites",
        "Written for this service. Not part of the standards.",
        "An umbrella term covering concurrency",
        "Not applicable",
        "How do you do this?",
        'data-autosave-url="' + url("autosave", draft, "1.2"),
        url("clause", draft, "1.1"),
        url("clause", draft, "1.3"),
    ):
        assert words in page


def test_neighbours_cross_from_one_standard_to_the_next(draft, lead, client_for):
    page = client_for(lead).get(url("clause", draft, "1.9")).content.decode()
    assert url("clause", draft, "2.1") in page


@pytest.mark.parametrize(
    ("code", "then", "target"),
    [("1.1", "next", "1.2"), ("1.9", "next", "2.1"), ("8.8", "next", ""), ("1.1", "overview", "")],
)
def test_save_continues_where_the_person_wants(code, then, target, draft, lead, client_for):
    response = client_for(lead).post(
        url("clause", draft, code), sent(draft, code, how="We meet", then=then)
    )
    expected = url("clause", draft, target) if target else url("overview", draft)
    assert (response.status_code, response.url) == (302, f"{expected}?saved={code}")
    assert f"Clause {code} saved" in client_for(lead).get(response.url).content.decode()
    assert answer_of(draft, code).how == "We meet"


def test_not_applicable_keeps_its_reason_and_drops_the_level(draft, lead, client_for):
    client = client_for(lead)
    client.post(url("clause", draft, "1.1"), sent(draft, level="3"))
    client.post(url("clause", draft, "1.1"), sent(draft, level="na", na_reason="No panel"))
    assert Said.stored_in(answer_of(draft)) == Said(is_not_applicable=True, na_reason="No panel")
    client.post(url("clause", draft, "1.1"), sent(draft, level=""))
    assert answer_of(draft).level is None
    assert not answer_of(draft).is_not_applicable


def test_level_off_the_scale_is_refused_with_the_text_kept(draft, lead, client_for):
    form = sent(draft, level="7", how="Words worth keeping")
    response = client_for(lead).post(url("clause", draft, "1.1"), form)
    assert response.status_code == 422
    assert "Choose a level of the scale, or Not applicable" in response.content.decode()
    assert "Words worth keeping" in response.content.decode()
    assert answer_of(draft).version == 0


def test_paste_of_twenty_thousand_characters_is_saved(draft, lead, client_for):
    text = "x" * HARD_LIMIT
    response = client_for(lead).post(url("clause", draft, "1.1"), sent(draft, how=text))
    assert response.status_code == 302
    assert answer_of(draft).how == text


def test_page_says_the_advised_length_before_any_script(draft, lead, client_for):
    page = client_for(lead).get(url("clause", draft, "1.1")).content.decode()
    assert page.count("The advised length is ") == len(("how", "difference"))
    assert "%{count}" not in re.sub(r'data-i18n[^"]*"[^"]*"', "", page)


def test_longer_paste_is_refused_clearly_and_stays_in_the_box(draft, lead, client_for):
    text = "x" * (HARD_LIMIT + 1)
    response = client_for(lead).post(url("clause", draft, "1.1"), sent(draft, how=text))
    page = response.content.decode()
    assert response.status_code == 422
    assert "How you do this has 20,001 characters" in page
    assert text in page


def test_markup_in_every_text_is_shown_literally(draft, lead, client_for):
    client, bad = client_for(lead), "<script>alert(1)</script><img src=x onerror=alert(2)>"
    form = sent(draft, level="na", na_reason=bad, how=bad, difference=bad)
    client.post(url("clause", draft, "1.1"), form)
    page = client.get(url("clause", draft, "1.1")).content.decode()
    assert page.count("&lt;script&gt;alert(1)") == 3
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_stale_save_shows_both_texts_and_loses_neither(draft, lead, contributor, client_for):
    stale = sent(draft, level="1", how="Our own words")
    client_for(contributor).post(url("clause", draft, "1.1"), sent(draft, how="Their words"))
    client = client_for(lead)
    response = client.post(url("clause", draft, "1.1"), stale)
    page = response.content.decode()
    assert response.status_code == 412
    assert contributor.display_name in page
    assert 'name="mine_how" value="Our own words"' in page
    assert "Our own words\n\nTheir words" in page
    assert answer_of(draft).how == "Their words"
    kept = client.post(url("clause", draft, "1.1"), {**stale, "version": 1})
    assert kept.status_code == 302
    assert answer_of(draft).how == "Our own words"


def test_stale_save_after_ones_own_says_so(draft, lead, client_for):
    stale, client = sent(draft, how="Later words"), client_for(lead)
    client.post(url("clause", draft, "1.1"), sent(draft, how="First words"))
    response = client.post(url("clause", draft, "1.1"), stale)
    assert response.status_code == 412
    assert "You saved this answer in another tab first" in response.text
    assert "Saved by you in another tab" in response.text
    assert "What was saved by you in another tab" in response.text
    assert "Somebody else" not in response.text


def test_autosave_answers_with_the_new_version(draft, lead, client_for):
    client = client_for(lead)
    response = client.post(url("autosave", draft, "1.1"), sent(draft, how="Wor"))
    assert response.status_code == 200
    assert response.json()["version"] == 1
    assert response.json()["summary"].startswith("Saved at ")
    again = client.post(url("autosave", draft, "1.1"), sent(draft, how="Words"))
    assert again.json()["version"] == 2


def test_autosave_says_why_it_stopped(signed, edition, lead, viewer, client_for):
    draft, client = make_draft(edition, lead), client_for(lead)
    stale = {**sent(draft, how="Mine"), "version": 9}
    too_long = sent(draft, how="x" * (HARD_LIMIT + 1))
    for status, response in (
        (412, client.post(url("autosave", draft, "1.1"), stale)),
        (422, client.post(url("autosave", draft, "1.1"), too_long)),
        (422, client.post(url("autosave", draft, "1.1"), sent(draft, level="9"))),
        (403, client_for(viewer).post(url("autosave", draft, "1.1"), sent(draft, how="x"))),
        (409, client.post(url("autosave", signed, "1.1"), sent(signed, how="x"))),
    ):
        assert response.status_code == status
        assert response.json()["message"]


def test_text_written_while_it_was_signed_off_is_shown_to_copy(signed, lead, viewer, client_for):
    form = sent(signed, how="An hour's work")
    for member, status in ((lead, 409), (viewer, 403)):
        response = client_for(member).post(url("clause", signed, "1.1"), form)
        assert response.status_code == status
        assert "An hour&#x27;s work" in response.content.decode()
    assert answer_of(signed).how == "We meet every week."


def test_reader_and_locked_page_say_why_there_is_no_form(signed, viewer, lead, client_for):
    page = client_for(lead).get(url("clause", signed, "1.1")).content.decode()
    assert "signed off, so it cannot be changed" in page
    assert "<textarea" not in page
    assert "We meet every week." in page
    page = client_for(viewer).get(url("clause", signed, "1.1")).content.decode()
    assert "<textarea" not in page


def test_check_page_lists_what_stops_sign_off(draft, approver, client_for):
    client = client_for(approver)
    page = client.get(url("check", draft)).content.decode()
    assert "To put right before sign-off" in page
    assert "Continue to sign-off" not in page
    fill(draft)
    page = client.get(url("check", draft)).content.decode()
    assert "Continue to sign-off" in page


def test_sign_off_page_signs(complete, approver, client_for):
    client = client_for(approver)
    page = client.get(url("sign_off", complete)).content.decode()
    assert f'value="{approver.display_name}"' in page
    refused = client.post(url("sign_off", complete), {"name": "Head of service"})
    assert refused.status_code == 422
    assert "Confirm that you agree" in refused.content.decode()
    done = client.post(url("sign_off", complete), {"name": "Head", "has_agreed": "on"})
    assert done.status_code == 302
    assert reread(complete).status == "signed_off"


def test_second_submit_is_told_who_was_first(signed, lead, approver, client_for):
    first = client_for(lead).post(url("submit", signed))
    second = client_for(approver).post(url("submit", signed))
    assert first.url == url("submission", signed, 1)
    assert second.status_code == 409
    assert lead.display_name in second.content.decode()
    with owner():
        assert Submission.objects.count() == 1


def test_submission_page_checks_the_hash(submitted, viewer, client_for):
    page = client_for(viewer).get(url("submission", submitted, 1)).content.decode()
    assert "Unchanged" in page
    assert page.count("We meet every week.") == 70
    assert client_for(viewer).get(url("submission", submitted, 2)).status_code == 404


def test_roles_see_only_the_buttons_they_can_use(complete, request, client_for):
    for role in AGENCY_ROLES:
        page = client_for(request.getfixturevalue(role)).get(url("overview", complete))
        assert ("Change the title" in page.content.decode()) == (role == Role.LEAD)


def test_list_shows_own_agency_only_and_archived_apart(draft, edition, stranger, lead, client_for):
    make_draft(edition, stranger, title="Somebody else's")
    client = client_for(lead)
    page = client.get(reverse("assessments:list")).content.decode()
    assert draft.title in page
    assert "Somebody else" not in page
    client.post(url("archive", draft))
    assert draft.title not in client.get(reverse("assessments:list")).content.decode()
    page = client.get(reverse("assessments:list") + "?show=archived").content.decode()
    assert draft.title in page


def test_pages_of_a_removed_person_are_closed(draft, edition, client_for):
    with owner():
        gone = factories.make_member(draft.agency, Role.VIEWER)
    client = client_for(gone)
    assert client.get(url("overview", draft)).status_code == 200
    with owner():
        type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    assert client.get(url("overview", draft)).status_code == 302
