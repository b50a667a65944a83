"""How long evidence is kept, and its disposal by two people."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership
from agencies.permissions import AGENCY_ROLES, ROLES, Permission
from agencies.workflow import NotAllowed
from assessments import files
from assessments.actions import evidence as evidence_actions
from assessments.actions import keeping
from assessments.actions.attaching import attach_evidence
from assessments.actions.describing import Details, edit_evidence
from assessments.actions.evidence import Source, add_evidence
from assessments.models import Assessment, Evidence, EvidenceVersion, HoldReason, Storage
from assessments.retention import keeping_of, rules, with_keeping
from protection.actions import disposing as actions
from protection.models import Disposal
from tests.assessments.conftest import answer_of, make_draft
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db
SOON = timezone.localdate() + datetime.timedelta(days=30)
DETAILS = Details("Policy of 2019", "policy", "How we worked then.")
STEPS = ("confirm", "refuse", "withdraw")


def add(by: Membership, details: Details = DETAILS) -> Evidence:
    upload = SimpleUploadedFile("policy.txt", b"How we worked then.\n")
    with acting(by) as member:
        return add_evidence(details, source=Source(upload=upload), by=member)


def age(evidence: Evidence, years: int) -> Evidence:
    """As if its newest version had been added some years ago, a week more."""
    then = timezone.now() - datetime.timedelta(days=365.25 * years + 7)
    with owner():
        EvidenceVersion.objects.filter(evidence=evidence).update(at=then)
    return evidence


def version_of(evidence: Evidence) -> EvidenceVersion:
    with owner():
        return evidence.versions.get()


def read(evidence: Evidence) -> Any:
    with owner(evidence.agency):
        return with_keeping(Evidence.objects.filter(pk=evidence.pk)).get()


def attach(evidence: Evidence, assessment: Assessment, by: Membership) -> None:
    answer = answer_of(assessment)
    with acting(by) as member:
        attach_evidence(answer, evidence=[evidence.pk], by=member)


def set_period(assessment: Assessment, last: datetime.date, **changes: Any) -> None:
    with owner():
        first = last - datetime.timedelta(days=364)
        Assessment.objects.filter(pk=assessment.pk).update(
            period_from=first, period_to=last, **changes
        )


def propose(evidence: list[Evidence], by: Membership) -> Disposal:
    with acting(by) as member:
        return actions.propose([piece.pk for piece in evidence], by=member)


def confirm(disposal: Disposal, by: Membership) -> Disposal:
    with acting(by) as member:
        return actions.confirm(disposal, has_understood=True, by=member)


@pytest.fixture
def old(lead: Membership) -> Evidence:
    return age(add(lead), 2)


def test_unused_evidence_is_kept_from_its_newest_version(lead):
    evidence = add(lead)
    today = timezone.localdate()
    kept = keeping_of(read(evidence))
    assert (kept.until.year, kept.why) == (today.year + 2, rules()["unused"].why)
    assert not kept.is_over
    assert keeping_of(read(age(evidence, 2))).is_over


def test_an_open_assessment_keeps_it_whatever_its_age(old, draft, lead):
    attach(old, draft, lead)
    set_period(draft, datetime.date(2010, 3, 31))
    kept = keeping_of(read(old))
    assert kept.until is None
    assert not kept.is_over
    assert "open" in kept.why


def test_a_closed_assessment_keeps_it_six_years_after_its_period(old, edition, lead):
    for title, last in (("Earlier", (2012, 3, 31)), ("Later", (2016, 2, 29))):
        assessment = make_draft(edition, lead, title)
        attach(old, assessment, lead)
        set_period(assessment, datetime.date(*last), archived_at=timezone.now())
    kept = keeping_of(read(old))
    assert kept.until == datetime.date(2022, 2, 28)
    assert kept.why == rules()["supported"].why
    assert "6 years" in kept.why


def test_a_period_without_a_plausible_end_does_not_break_the_page(old, draft, lead, client_for):
    """Through the API a period may end in the last year that there is."""
    attach(old, draft, lead)
    set_period(draft, datetime.date.max, archived_at=timezone.now())
    assert keeping_of(read(old)).until == datetime.date.max
    page = reverse("assessments:evidence_detail", args=[old.pk])
    assert client_for(lead).get(page).status_code == 200


def test_what_was_submitted_counts_also_where_it_was_detached(old, submitted, lead):
    """The link of a submitted round cannot go through any action: it goes here by the owner."""
    version = version_of(old)
    with owner():
        frozen = submitted.submissions.get().answers.first()
        frozen.evidence.create(
            agency_id=old.agency_id,
            version=version,
            title=old.title,
            kind=old.kind,
            description=old.description,
            scan_state=version.scan_state,
        )
    assert keeping_of(read(old)).until == datetime.date(2033, 3, 31)


def test_a_hold_keeps_it_longer_until_it_is_lifted(old, lead, approver):
    with acting(lead) as by:
        placed = keeping.hold(old, until=SOON, because=HoldReason.INQUIRY, by=by)
    assert keeping_of(read(old)).until == SOON
    with acting(lead) as by, pytest.raises(NotAllowed, match="kept longer now"):
        actions.propose([old.pk], by=by)
    with acting(lead) as by, pytest.raises(NotAllowed, match="keep this evidence longer"):
        evidence_actions.delete_evidence(old, by=by)
    with acting(approver) as by:
        keeping.lift(placed, by=by)
        with pytest.raises(NotAllowed, match="ended already"):
            keeping.lift(placed, by=by)
    assert keeping_of(read(old)).is_over


@pytest.mark.parametrize(
    ("until", "because", "field"),
    [
        (timezone.localdate(), HoldReason.CLAIM, "until"),
        (datetime.date(2999, 1, 1), HoldReason.CLAIM, "until"),
        (SOON, "because I say so", "because"),
    ],
)
def test_a_hold_without_sense_is_refused(until, because, field, old, lead):
    with acting(lead) as by, pytest.raises(ValidationError) as refused:
        keeping.hold(old, until=until, because=because, by=by)
    assert list(refused.value.message_dict) == [field]


def test_two_people_dispose_of_it_and_the_file_goes(
    old, lead, approver, django_capture_on_commit_callbacks
):
    path = files.path_of(version_of(old).stored_as)
    disposal = propose([old], lead)
    assert path.is_file()
    with acting(lead) as by, pytest.raises(PermissionDenied, match="proposed this yourself"):
        actions.confirm(disposal, has_understood=True, by=by)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(disposal, approver)
    assert not path.exists()
    found, version = read(old), version_of(old)
    assert found.disposed_at
    assert (version.is_removed, version.stored_as, version.file_name) == (True, "", "policy.txt")
    assert len(version.sha256) == 64
    assert keeping_of(found).until is None
    with owner():
        assert Storage.objects.get(agency=old.agency_id).used_bytes == 0


def test_nothing_is_done_any_more_with_what_was_disposed_of(old, draft, lead, approver, client_for):
    version, answer = version_of(old), answer_of(draft)
    confirm(propose([old], lead), approver)
    refusals = [
        lambda by: attach_evidence(answer, evidence=[old.pk], by=by),
        lambda by: evidence_actions.add_version(old, source=Source(url="https://a.example"), by=by),
        lambda by: edit_evidence(old, details=DETAILS, wording=1, by=by),
        lambda by: keeping.hold(old, until=SOON, because=HoldReason.CLAIM, by=by),
        lambda by: evidence_actions.download(EvidenceVersion.objects.get(pk=version.pk), by=by),
    ]
    for refused in refusals:
        with acting(lead) as by, pytest.raises(NotAllowed, match="disposed of"):
            refused(by)
    with acting(lead) as by, pytest.raises(NotAllowed, match="record of this evidence"):
        evidence_actions.delete_evidence(old, by=by)
    page = client_for(lead).get(reverse("assessments:evidence_detail", args=[old.pk]))
    assert "it is disposed of" in page.content.decode()
    assert "Choose clauses" not in page.content.decode(), "no way that leads to a refusal"


def test_what_came_into_use_meanwhile_is_spared(old, draft, lead, approver):
    other = age(add(lead), 3)
    disposal = propose([old, other], lead)
    attach(old, draft, lead)
    confirm(disposal, approver)
    assert read(old).disposed_at is None
    assert version_of(old).stored_as
    assert read(other).disposed_at
    with owner():
        assert set(disposal.items.values_list("evidence", "is_spared")) == {
            (old.pk, True),
            (other.pk, False),
        }


def test_it_is_proposed_once_and_again_after_a_refusal(old, lead, approver):
    disposal = propose([old], lead)
    with pytest.raises(NotAllowed, match="proposed them already"):
        propose([old], approver)
    with acting(approver) as by:
        actions.refuse(disposal, by=by)
    propose([old], approver)


def test_the_database_wants_two_people(old, lead):
    disposal = propose([old], lead)
    with owner(), pytest.raises(IntegrityError, match="disposal_by_two_people"):
        with transaction.atomic():
            Disposal.objects.filter(pk=disposal.pk).update(decided_by=lead)


def post(client, disposal, action):
    form = {"has_understood": "on"} if action == "confirm" else {}
    return client.post(reverse(f"protection:disposal_{action}", args=[disposal.pk]), form)


def by_api(client, disposal, action):
    sent = {"has_understood": True} if action == "confirm" else {}
    address = f"/api/v1/disposals/{disposal.pk}/{action}/"
    return client.post(address, sent, content_type="application/json")


@pytest.mark.parametrize("face", [post, by_api])
@pytest.mark.parametrize("action", STEPS)
def test_roles_and_states_for_page_and_api(action, face, old, lead, request, client_for):
    needed = Permission.DISPOSE_REQUEST if action == "withdraw" else Permission.DISPOSE_CONFIRM
    disposal = propose([old], lead)
    for role in AGENCY_ROLES:
        if needed not in ROLES[role]:
            client = client_for(request.getfixturevalue(role))
            assert face(client, disposal, action).status_code == 403, role
    client = client_for(request.getfixturevalue("dpo"))
    assert face(client, disposal, action).status_code == (302 if face is post else 200)
    for again in STEPS:
        assert face(client, disposal, again).status_code == 409, again


def test_the_pages_tell_and_do_it(old, lead, approver, viewer, client_for):
    client = client_for(lead)
    detail = reverse("assessments:evidence_detail", args=[old.pk])
    assert "That time is over" in client.get(detail).content.decode()
    due = reverse("protection:disposal_due")
    refused = client.post(due, {})
    assert refused.status_code == 422
    assert "Choose at least one piece of evidence" in refused.content.decode()
    page = client.post(due, {"evidence": [str(old.pk)]}, follow=True).content.decode()
    assert "another person has to decide" in page
    disposal = Disposal.objects
    with owner():
        pk = disposal.get().pk
    second = client_for(approver)
    address = reverse("protection:disposal_confirm", args=[pk])
    assert "Confirm that you want" in second.post(address, {}).content.decode()
    done = second.post(address, {"has_understood": "on"}, follow=True).content.decode()
    assert "Certificate of disposal" in done
    assert "two people decided" in client_for(viewer).get(detail).content.decode()
    assert old.title not in client.get(reverse("assessments:evidence_list")).content.decode()


def test_a_hold_by_page_and_api(old, lead, contributor, client_for):
    client = client_for(lead)
    address = reverse("assessments:evidence_hold", args=[old.pk])
    form = {f"until_{part}": getattr(SOON, part) for part in ("day", "month", "year")}
    form["because"] = "claim"
    page = client.post(address, form, follow=True).content.decode()
    assert "a complaint or a legal claim" in page
    api = f"/api/v1/evidence/{old.pk}/"
    kept = client.get(f"{api}keeping/").json()
    assert kept["kept_until"] == SOON.isoformat()
    sent = {"hold": kept["holds"][0]["id"]}
    lifted = client.post(f"{api}lift-hold/", sent, content_type="application/json").json()
    assert (lifted["holds"], lifted["is_over"]) == ([], True)
    sent = {"until": SOON.isoformat(), "because": "claim"}
    refused = client_for(contributor).post(f"{api}hold/", sent, content_type="application/json")
    assert refused.status_code == 403


def test_lists_take_as_many_queries_for_many_as_for_one(old, lead, client_for):
    client = client_for(lead)
    pages = [reverse("protection:disposal_due"), "/api/v1/disposals/due/"]
    lists = [reverse("protection:disposals"), "/api/v1/disposals/"]
    one = [count_queries(lambda page=page: client.get(page)) for page in pages]
    others = [age(add(lead), 2) for _ in range(3)]
    assert [count_queries(lambda page=page: client.get(page)) for page in pages] == one
    propose([old], lead)
    one = [count_queries(lambda page=page: client.get(page)) for page in lists]
    propose(others[:2], lead)
    propose(others[2:], lead)
    assert [count_queries(lambda page=page: client.get(page)) for page in lists] == one
