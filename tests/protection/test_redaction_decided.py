"""Two people remove personal data: who may, who hears of it, what the database itself asks."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from agencies.models import Event, Membership
from agencies.permissions import AGENCY_ROLES, ROLES, Permission, Role
from agencies.workflow import NotAllowed
from protection.actions import redaction as actions
from protection.models import Part, Reason, Redaction
from protection.workflow import Status
from tests.conftest import acting, owner
from tests.factories import make_member
from tests.protection.conftest import NAME, ask, fresh, work_off
from tests.protection.removing import (
    confirm,
    say,
    tables_with,
)

pytestmark = pytest.mark.django_db


def test_who_asked_cannot_decide(spoken, lead, approver):
    redaction = ask(spoken, lead)
    for action in (confirm, lambda r, m: _refuse(r, m)):
        with pytest.raises(PermissionDenied, match="another person has to decide"):
            action(redaction, lead)
    assert fresh(redaction).is_waiting
    assert tables_with(NAME)
    confirm(redaction, approver)
    assert fresh(redaction).is_confirmed


def _refuse(redaction, by):
    with acting(by) as member:
        return actions.refuse(redaction, by=member)


def test_confirming_needs_the_tick(spoken, lead, dpo):
    redaction = ask(spoken, lead)
    with acting(dpo) as by, pytest.raises(ValidationError) as refusal:
        actions.confirm(redaction, has_understood=False, by=by)
    assert set(refusal.value.message_dict) == {"has_understood"}
    assert fresh(redaction).is_waiting


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("part", {"part": "file"}),
        ("part", {"part": "everything"}),
        ("part", {"part": Part.DIFFERENCE}),
        ("reason", {"reason": "because"}),
        ("note", {"note": "x" * 201}),
    ],
)
def test_request_that_cannot_be_is_refused(field, said, spoken, lead):
    wanted = {"part": Part.HOW, "reason": Reason.CHILD, "note": ""} | said
    with acting(lead) as by, pytest.raises(ValidationError) as refusal:
        actions.request_for_answer(spoken, **wanted, by=by)
    assert set(refusal.value.message_dict) == {field}


def test_second_request_for_the_same_is_told(spoken, lead, contributor):
    ask(spoken, lead)
    with pytest.raises(NotAllowed, match="asked for this already"):
        ask(spoken, contributor)


def test_decided_is_decided(spoken, lead, approver, dpo):
    redaction = ask(spoken, lead)
    _refuse(redaction, dpo)
    with pytest.raises(NotAllowed, match="refused"):
        confirm(redaction, approver)
    assert tables_with(NAME)
    with acting(lead) as by, pytest.raises(NotAllowed):
        actions.withdraw(redaction, by=by)


def test_events_hold_no_text(spoken, lead, dpo):
    confirm(ask(spoken, lead, note="second paragraph"), dpo)
    with acting(dpo):
        events = list(Event.objects.filter(action__startswith="redaction."))
        assert {e.action for e in events} == {
            "redaction.request", "redaction.confirm", "redaction.destroy",
        }  # fmt: skip
        assert not [e for e in events if NAME in str(e.facts) or "paragraph" in str(e.facts)]


def test_officers_get_a_mail_without_personal_data(
    spoken, lead, dpo, approver, django_capture_on_commit_callbacks
):
    redaction = ask(spoken, lead, note="Look at May")
    work_off("redaction_mail")
    assert sorted(letter.to for letter in mail.outbox) == sorted([[dpo.email], [approver.email]])
    assert all("you may decide" in letter.body for letter in mail.outbox)
    confirm(redaction, dpo)
    work_off("redaction_mail")
    assert [letter.to for letter in mail.outbox[2:]] == [[dpo.email]]
    assert "you answer for data protection" in mail.outbox[2].body
    for letter in mail.outbox:
        said = f"{letter.subject} {letter.body}"
        assert str(redaction.pk) in said
        assert NAME not in said and "May" not in said and spoken.assessment.title not in said


def test_leads_get_the_mail_where_there_is_no_officer(spoken, lead, contributor, approver):
    redaction = ask(spoken, contributor)
    confirm(redaction, approver)
    work_off("redaction_mail")
    assert [letter.to for letter in mail.outbox] == [[lead.email]], "who may decide need not now"


@pytest.mark.parametrize(
    "asker", [r for r in AGENCY_ROLES if Permission.REDACT_REQUEST in ROLES[r]]
)
def test_all_who_may_decide_hear_of_a_request_except_who_asked(
    asker, spoken, lead, approver, dpo, contributor, viewer, stranger, request
):
    """Also a second lead; not one who has left, nor one who lost the role since."""
    by = request.getfixturevalue(asker)
    with owner():
        second, left, changed = (make_member(spoken.agency) for _ in range(3))
        Membership.objects.filter(pk=left.pk).update(is_active=False)
    ask(spoken, by)
    with owner():
        Membership.objects.filter(pk=changed.pk).update(role=Role.VIEWER)
    work_off("redaction_mail")
    told = {member.email for member in (lead, approver, dpo, second) if member.pk != by.pk}
    assert sorted(address for letter in mail.outbox for address in letter.to) == sorted(told)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessments_submittedanswer SET how = 'x'",
        "UPDATE protection_redaction SET requested_by_id = decided_by_id",
        "UPDATE protection_redaction SET destroyed_at = NULL",
        "DELETE FROM protection_redaction",
        "UPDATE protection_tombstone SET digest = 'x'",
        "DELETE FROM assessments_roundredaction",
        "UPDATE assessments_roundredaction SET sha256_after = 'x'",
        "DELETE FROM protection_export",
    ],
)
def test_database_refuses_to_alter_what_is_on_record(statement, spoken, lead, dpo):
    confirm(ask(spoken, lead), dpo)
    refused = pytest.raises(DatabaseError, match="permission denied")
    with acting(lead), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_database_asks_for_two_people_itself(spoken, lead, dpo, approver, stranger):
    """Even code of ours that forgot to ask could not change a frozen row."""
    redaction = ask(spoken, lead)
    for who in (lead, dpo, stranger):
        refused = pytest.raises(DatabaseError, match="not confirmed by a second person")
        with acting(who), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT ctx.redact(%s)", [redaction.pk])
    done = confirm(redaction, dpo)
    refused = pytest.raises(DatabaseError, match="not confirmed by a second person")
    with acting(dpo), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ctx.redact(%s)", [done.pk])
    say(spoken.assessment, lead, difference="Something new")
    other = ask(spoken, lead, Part.DIFFERENCE)
    with acting(lead), pytest.raises(DatabaseError, match="two_people"), transaction.atomic():
        Redaction.objects.filter(pk=other.pk).update(decided_by=lead)


def test_status_is_what_was_decided(spoken, lead, dpo):
    redaction = confirm(ask(spoken, lead), dpo)
    stored = fresh(redaction)
    assert (stored.status, stored.decided_by_id) == (Status.CONFIRMED, dpo.pk)
    assert stored.destroyed_at
