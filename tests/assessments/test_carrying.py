"""Starting from an earlier assessment: what is carried over, flagged, confirmed or rewritten."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from agencies.models import Event
from agencies.workflow import NotAllowed, Stale
from assessments.actions import carrying
from assessments.actions.answer_table import Row, answer_clauses
from assessments.actions.answers import Said, answer_clause
from assessments.actions.assessments import archive, delete, start
from assessments.actions.assigning import assign
from assessments.actions.evidence import Source, add_version
from assessments.actions.signoff import sign_off
from assessments.carrying import mark
from assessments.models import Answer, Assessment, EvidenceLink, EvidenceVersion
from tests.assessments.conftest import PERIOD, answer_of, fill, make_draft, reread, url
from tests.assessments.cycles import NEXT, answers, attach, next_of, say, second_edition
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db
MARK = "[Redacted on 3 May 2026: personal data was removed]"
FLAG = "Check this is still true"


@pytest.fixture
def earlier(draft, contributor):
    """1.1 with texts and a level, 2.1 not applicable, 3.1 with evidence alone."""
    say(draft, "1.1", contributor, level=3, how="We meet.", difference="They stay.")
    say(draft, "2.1", contributor, is_not_applicable=True, na_reason="We place nobody.")
    attach(draft, "3.1", contributor)
    return draft


@pytest.fixture
def later(earlier, lead):
    return next_of(earlier, lead)


def confirm(assessment, code, by, seen=None):
    answer = answer_of(assessment, code)
    with acting(by) as member:
        return carrying.confirm(answer, seen=mark(answer) if seen is None else seen, by=member)


def test_texts_and_evidence_are_carried_and_flagged_and_levels_are_not(later, lead):
    found = answers(later)
    assert {code for code, answer in found.items() if answer.is_to_check} == {"1.1", "2.1", "3.1"}
    one, two = found["1.1"], found["2.1"]
    assert (one.how, one.difference, one.version) == ("We meet.", "They stay.", 1)
    assert (two.na_reason, two.is_not_applicable) == ("We place nobody.", False)
    assert not any(answer.is_complete for answer in found.values())
    assert (found["1.2"].version, found["1.2"].how) == (0, "")
    with owner():
        revision, link = one.revisions.get(), found["3.1"].evidence_links.get()
    assert (revision.how, revision.by_id) == ("We meet.", lead.pk)
    assert (link.place, link.shows, link.is_place_to_check) == ("Page 4", "Who decides", False)
    assert reread(later).answered_count == 0
    with acting(lead):
        event = Event.objects.filter(action="assessment.start").latest("seq")
    assert event.facts["to_check"] == 3


def test_start_from_nothing_has_nothing_to_check(draft):
    assert not any(answer.is_to_check for answer in answers(draft).values())


def test_starting_takes_the_same_queries_with_nothing_and_with_all(draft, lead, contributor):
    counts = []
    for _ in range(2):
        counts.append(count_queries(lambda: next_of(draft, lead)))
        fill(draft)
        for code in ("1.1", "1.2", "8.8"):
            attach(draft, code, contributor, title=f"Policy {code}")
    # The rows of revisions and of links: one statement each, however many.
    assert counts[1] <= counts[0] + 2


def test_form_sent_twice_starts_one_and_from_another_is_refused(earlier, lead):
    key, made = uuid.uuid4(), []
    for _ in range(2):
        made.append(next_of(earlier, lead, form_key=key))
    assert made[0] == made[1]
    with acting(lead) as by, pytest.raises(ValidationError, match="from this page already"):
        start(earlier.edition, **NEXT, form_key=key, by=by)


def test_removed_texts_and_evidence_that_nobody_may_open_are_not_carried(earlier, lead):
    with owner(earlier.agency):
        earlier.answers.filter(clause__code="1.1").update(how=MARK)
        EvidenceLink.objects.update(place=MARK)
    found = answers(next_of(earlier, lead))
    assert (found["1.1"].how, found["1.1"].difference) == ("", "They stay.")
    with owner(earlier.agency):
        assert found["3.1"].evidence_links.get().place == ""
        EvidenceVersion.objects.update(scan_state="removed")
        earlier.answers.filter(clause__code="1.1").update(difference=MARK)
    found = answers(next_of(earlier, lead))
    assert {code for code, answer in found.items() if answer.is_to_check} == {"2.1"}


def test_evidence_is_the_newest_that_may_be_opened_and_its_place_is_to_be_checked(earlier, lead):
    with owner():
        first = EvidenceVersion.objects.select_related("evidence").get()
    with acting(lead) as by:
        add_version(first.evidence, source=Source(url="https://example.org/2"), by=by)
    with owner(earlier.agency):  # the version it was said of, and one that waits for the check
        EvidenceLink.objects.update(version=first, is_place_to_check=False)
        row = EvidenceVersion.objects.latest("number")
        row.pk, row.id, row.number, row.scan_state = None, uuid.uuid4(), 3, "received"
        row._state.adding = True
        row.save()
    found = answers(next_of(earlier, lead))["3.1"]
    with owner():
        link = found.evidence_links.select_related("version").get()
    assert (link.version.number, link.is_place_to_check) == (2, True)


def test_evidence_that_ran_out_is_marked_where_it_was_carried_to(
    draft, lead, contributor, client_for
):
    attach(draft, "4.1", contributor, valid_until=timezone.localdate() - timedelta(days=1))
    page = client_for(lead).get(url("clause", next_of(draft, lead), "4.1")).text
    assert "No longer valid" in page
    assert FLAG in page


def test_practice_goes_into_practice_alone(edition, lead, client_for):
    with acting(lead) as by:
        tried = start(edition, title="Trying", **PERIOD, is_practice=True, by=by)
    say(tried, "1.1", lead, how="We try.")
    with pytest.raises(ValidationError, match="only be carried over into another practice one"):
        next_of(tried, lead)
    again = next_of(tried, lead, is_practice=True)
    assert answers(again)["1.1"].is_to_check
    with acting(lead) as by:
        delete(tried, by=by)
    assert reread(again).continues is None
    assert "carried over from an earlier self-assessment" in " ".join(
        client_for(lead).get(url("clause", again, "1.1")).text.split()
    )


def test_confirmed_once_with_who_and_when(later, contributor, lead, client_for):
    confirmed = confirm(later, "1.1", contributor)
    assert (confirmed.is_to_check, confirmed.confirmed_by_id) == (False, contributor.pk)
    again = confirm(later, "1.1", lead)
    assert again.confirmed_by_id == contributor.pk, "whoever is second changes nothing"
    with acting(lead):
        assert Event.objects.filter(action="answer.confirm").count() == 1
    page = client_for(lead).get(url("clause", later, "1.1")).text
    assert f"confirmed as still true by {contributor.display_name}" in page
    assert FLAG not in page


def test_nobody_confirms_what_they_have_not_seen_or_may_not(later, contributor, viewer, approver):
    with pytest.raises(Stale, match="Nothing was confirmed"):
        confirm(later, "1.1", contributor, seen="other")
    for member in (viewer, approver):
        with pytest.raises(PermissionDenied):
            confirm(later, "1.1", member)
    with acting(later.created_by) as by:
        archive(later, by=by)
    with pytest.raises(NotAllowed, match="archived"):
        confirm(later, "1.1", contributor)
    assert answer_of(later).is_to_check


def test_saving_a_rewritten_text_is_a_check_and_a_level_or_an_autosave_is_none(later, contributor):
    def save(is_autosave=False, **fields):
        answer = answer_of(later)
        said = Said(**{"how": answer.how, "difference": answer.difference, **fields})
        with acting(contributor) as by:
            options = {"version": answer.version, "is_autosave": is_autosave}
            return answer_clause(answer, said=said, **options, by=by)

    assert save(level=2).is_to_check
    typed = save(level=2, how="We met", is_autosave=True)
    assert (typed.is_to_check, typed.is_reworked) == (True, True)
    stored = save(level=2)
    assert (stored.is_to_check, stored.is_reworked) == (False, False)
    with acting(contributor):
        event = Event.objects.filter(action="answer.save").latest("seq")
    assert event.facts["checked"] is True
    assert stored.confirmed_by_id is None


def test_table_counts_as_a_save(later, contributor):
    rows = [Row(answer_of(later), 1, Said(how="We meet weekly.", difference="They stay."))]
    rows += [Row(answer_of(later, "2.1"), 1, Said(level=1, na_reason="We place nobody."))]
    with acting(contributor) as by:
        answer_clauses(later, rows=rows, by=by)
    assert [answer_of(later, code).is_to_check for code in ("1.1", "2.1")] == [False, True]


def test_sign_off_waits_until_everything_is_checked(later, contributor, approver, client_for):
    fill(later)
    page = client_for(approver).get(url("check", later)).text
    assert "Confirm or rewrite what was carried over, at 3 clauses." in page
    with acting(approver) as by, pytest.raises(ValidationError, match="at 3 clauses"):
        sign_off(later, name="Head", has_agreed=True, by=by)
    for code in ("1.1", "2.1", "3.1"):
        confirm(later, code, contributor)
    with acting(approver) as by:
        assert sign_off(later, name="Head", has_agreed=True, by=by).is_signed_off


def test_pages_show_the_flag_and_narrow_to_it(later, lead, client_for):
    client = client_for(lead)
    assert (
        "3 clauses carried over are still to be checked" in client.get(url("overview", later)).text
    )
    for name in ("standard", "table"):
        text = client.get(url(name, later, "S1")).text
        assert text.count("Carried over: check this is still true") == 1, name
    narrowed = client.get(url("team", later), {"show": "to_check"}).text
    assert "3 clauses</p>" in narrowed
    assert narrowed.count(FLAG) == 3


def test_my_clauses_keep_what_is_scored_and_not_checked(later, lead, contributor, client_for):
    ids = [answer_of(later).pk]
    with acting(lead) as by:
        assign(later, answers=ids, to=contributor, due_on=date(2030, 1, 1), by=by)
    say(later, "1.1", contributor, level=2, how="We meet.", difference="They stay.")
    client, mine = client_for(contributor), reverse("assessments:mine")
    assert FLAG in client.get(mine).text
    confirm(later, "1.1", contributor)
    assert FLAG not in client.get(mine).text


def test_the_button_on_the_clause_page_confirms_or_says_why_not(later, contributor, client_for):
    client, page = client_for(contributor), url("clause", later, "1.1")
    refused = client.post(url("confirm", later, "1.1"), {"seen": "other"}, follow=True)
    assert "Nothing was confirmed" in refused.text
    assert client.get(page).text.count("Checked: still true") == 1
    done = client.post(url("confirm", later, "1.1"), {"seen": mark(answer_of(later))}, follow=True)
    assert "recorded that you checked it" in done.text
    assert FLAG not in done.text


def test_the_button_does_not_say_that_one_checked_what_a_colleague_has_rewritten(
    later, lead, contributor, client_for
):
    seen = mark(answer_of(later))
    say(later, "1.1", lead, how="We met.")
    late = client_for(contributor).post(url("confirm", later, "1.1"), {"seen": seen}, follow=True)
    assert "Somebody else had checked or rewritten this before you" in late.text
    assert "you checked it" not in late.text
    assert answer_of(later).confirmed_by_id is None


def test_the_page_offers_what_is_ones_own_and_takes_one_up(
    earlier, lead, stranger, edition, client_for
):
    foreign = make_draft(edition, stranger, "Theirs")
    client, address = client_for(lead), reverse("assessments:start")
    page = client.get(address, {"from": earlier.pk}).text
    assert f'<option value="{earlier.pk}" selected>' in page
    assert "Theirs" not in page
    form = {"title": "Year two", "edition": edition.pk}
    for name, day in PERIOD.items():
        form |= {f"{name}_{part}": getattr(day, part) for part in ("day", "month", "year")}
    for sent in (foreign.pk, "nonsense"):
        refused = client.post(address, form | {"continues": sent})
        assert refused.status_code == 422
        assert "Choose one of your self-assessments" in refused.text
    made = client.post(address, form | {"continues": earlier.pk}, follow=True)
    assert "still to be checked" in made.text


def test_only_the_same_wording_is_carried_to_another_edition(earlier, lead, contributor):
    for code in ("1.2", "1.4"):
        say(earlier, code, contributor, how=f"We say {code}.")
    later = next_of(earlier, lead, second_edition(earlier.edition))
    found = answers(later)
    assert {code for code, answer in found.items() if answer.is_to_check} == {"1.3", "2.1", "3.1"}
    assert found["1.3"].how == "We say 1.2.", "the same words under another number"
    with owner():
        assert Answer.objects.filter(assessment=later).count() == 70
        assert Assessment.objects.get(pk=later.pk).continues_id == earlier.pk
