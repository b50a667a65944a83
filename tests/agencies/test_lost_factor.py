"""A lost second factor: two officers, or the operator with a reason; never one person alone."""

from __future__ import annotations

import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from agencies import mail_factors
from agencies.actions import factors
from agencies.models import FactorReset, Membership
from agencies.permissions import Role
from agencies.tenancy import acting_for
from agencies.workflow import NotAllowed
from jobs import engine
from jobs.models import Job
from jobs.workflow import Status
from tests import factories
from tests.agencies.people import actions_of, service_actions
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db
LIST = "/people/second-factors/"


def _factor_of(member: Membership) -> None:
    Authenticator.objects.create(user_id=member.user_id, type="totp", data={"secret": "x"})


def _has_factor(member: Membership) -> bool:
    return Authenticator.objects.filter(user_id=member.user_id).exists()


def _request(member: Membership, by: Membership) -> FactorReset:
    with acting(by) as acting_by:
        return factors.request(member, by=acting_by)


def _confirm(reset: FactorReset, by: Membership) -> None:
    with acting(by) as acting_by:
        factors.confirm(reset, by=acting_by)


def test_two_officers_remove_it_and_end_every_session(
    lead: Membership, approver: Membership, contributor: Membership, client_for
) -> None:
    _factor_of(contributor)
    sitting = client_for(contributor)
    asked = client_for(lead).post(f"/people/{contributor.pk}/second-factor/", follow=True)
    assert "Now tell another lead or approver" in asked.text
    assert _has_factor(contributor)
    with owner():
        reset = FactorReset.objects.get()
    done = client_for(approver).post(f"{LIST}{reset.pk}/confirm/", follow=True)
    assert "is removed. They were signed out" in done.text
    assert not _has_factor(contributor)
    assert get_user(sitting).is_anonymous
    assert get_user(client_for(lead)) == lead.user
    events = actions_of(lead.agency_id)
    assert [e for e in events if e.startswith("factor")] == [
        "factor_reset.request", "factor_reset.confirm",
    ]  # fmt: skip
    assert "user.factor_lost" in service_actions(contributor.user_id)


def test_the_person_gets_a_mail(
    lead: Membership, approver: Membership, contributor: Membership
) -> None:
    reset = _request(contributor, lead)
    _confirm(reset, approver)
    with owner():
        job = Job.objects.get(kind="factor_reset_mail")
        letter = mail_factors.read(job)
    mail_factors.work(letter)
    assert mail.outbox[0].to == [contributor.email]
    assert "set up a new one" in mail.outbox[0].body


def _told_of(reset: FactorReset) -> list[str]:
    """To whom a worker sends that it waits."""
    with owner():
        jobs = list(Job.objects.filter(kind="factor_request_mail", subject_id=reset.pk))
    mail.outbox.clear()
    for job in jobs:
        engine.run(job.agency_id, job.pk)
    with owner():
        done = {job.status for job in Job.objects.filter(pk__in=[job.pk for job in jobs])}
    assert done == {Status.DONE}
    return sorted(address for letter in mail.outbox for address in letter.to)


def test_other_officers_hear_that_it_waits(
    lead: Membership, approver: Membership, viewer: Membership, dpo: Membership, stranger, agency
) -> None:
    """Not who asked, nor whose factor it is, nor who left; the mail names nobody."""
    with owner():
        second, left = (factories.make_member(agency, Role.LEAD) for _ in range(2))
        Membership.objects.filter(pk=left.pk).update(is_active=False)
    assert _told_of(_request(second, lead)) == [approver.email]
    said = f"{mail.outbox[0].subject} {mail.outbox[0].body}"
    assert LIST in said and "within 72 hours" in said
    for member in (lead, second):
        assert member.email not in said and member.display_name not in said
    assert _told_of(_request(viewer, lead)) == sorted([approver.email, second.email])


def test_nobody_hears_of_a_request_that_is_over_or_no_longer_theirs(
    lead: Membership, approver: Membership, contributor: Membership, viewer: Membership
) -> None:
    reset = _request(contributor, lead)
    with acting(lead) as by:
        factors.withdraw(reset, by=by)
    assert _told_of(reset) == []
    other = _request(viewer, lead)
    with owner():
        Membership.objects.filter(pk=approver.pk).update(role=Role.VIEWER)
    assert _told_of(other) == []


def test_nobody_confirms_what_they_asked_for(
    lead: Membership, contributor: Membership, client_for
) -> None:
    _factor_of(contributor)
    reset = _request(contributor, lead)
    answer = client_for(lead).post(f"{LIST}{reset.pk}/confirm/")
    assert answer.status_code == 409
    assert "A second lead or approver has to confirm it" in answer.text
    assert _has_factor(contributor)


def test_nobody_asks_or_confirms_for_themselves(lead: Membership, approver: Membership) -> None:
    with pytest.raises(ValidationError, match="Two other people"):
        _request(lead, lead)
    reset = _request(lead, approver)
    with pytest.raises(NotAllowed, match="Two other people"):
        _confirm(reset, lead)


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.VIEWER])
def test_only_officers_may(role: Role, lead: Membership, agency, client_for) -> None:
    with owner():
        other, lost = factories.make_member(agency, role), factories.make_member(agency, role)
    reset = _request(lost, lead)
    client = client_for(other)
    assert client.get(LIST).status_code == 403
    assert client.post(f"/people/{lost.pk}/second-factor/").status_code == 403
    assert client.post(f"{LIST}{reset.pk}/confirm/").status_code == 403
    with pytest.raises(PermissionDenied, match="Only a lead or an approver"):
        _confirm(reset, other)


def test_asked_twice_withdrawn_and_run_out(
    lead: Membership, approver: Membership, contributor: Membership
) -> None:
    reset = _request(contributor, lead)
    with pytest.raises(ValidationError, match="already"):
        _request(contributor, approver)
    with acting(approver) as by:
        factors.withdraw(reset, by=by)
    with pytest.raises(NotAllowed, match="This request is over"):
        _confirm(reset, approver)
    second = _request(contributor, lead)
    with owner():
        old = timezone.now() - datetime.timedelta(hours=73)
        FactorReset.objects.filter(pk=second.pk).update(requested_at=old)
    with pytest.raises(NotAllowed, match="This request is over"):
        _confirm(second, approver)
    assert _request(contributor, lead).pk not in (reset.pk, second.pk)


def test_confirmed_twice_is_over(
    lead: Membership, approver: Membership, contributor: Membership
) -> None:
    reset = _request(contributor, lead)
    _confirm(reset, approver)
    with pytest.raises(NotAllowed, match="This request is over"):
        _confirm(reset, approver)


def test_request_of_another_agency_is_not_found(
    stranger: Membership, lead: Membership, contributor: Membership, client_for
) -> None:
    reset = _request(contributor, lead)
    client = client_for(stranger)
    assert client.post(f"{LIST}{reset.pk}/confirm/").status_code == 404
    assert client.post(f"/people/{contributor.pk}/second-factor/").status_code == 404


def test_database_itself_wants_two_officers(
    lead: Membership, approver: Membership, contributor: Membership
) -> None:
    """SQL that gets into a request: without a second person's word nothing is removed."""
    _factor_of(contributor)
    reset = _request(contributor, lead)
    call = "SELECT ctx.remove_factors(%s)"
    forged = "UPDATE agencies_factorreset SET confirmed_by_id = %s, confirmed_at = now()"
    with acting(lead), connection.cursor() as cursor:
        cursor.execute(call, [reset.pk])
        assert cursor.fetchone() == (False,)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(forged, [lead.pk])
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("DELETE FROM mfa_authenticator")
        cursor.execute(forged, [approver.pk])
        cursor.execute(call, [reset.pk])
        assert cursor.fetchone() == (False,)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("UPDATE agencies_factorreset SET removed_at = now()")
    assert _has_factor(contributor)


def test_operator_removes_it_with_a_reason(lead: Membership) -> None:
    _factor_of(lead)
    words = {"agency": lead.agency.name, "email": lead.email}
    with pytest.raises(CommandError, match="Give the reason"):
        call_command("remove_factor", **words, reason="lost")
    with pytest.raises(CommandError, match="is not a member"):
        call_command("remove_factor", **{**words, "email": "x@y.example"}, reason="lost " * 9)
    assert _has_factor(lead)
    call_command("remove_factor", **words, reason="Known by voice on the office number")
    assert not _has_factor(lead)
    assert actions_of(lead.agency_id)[-1] == "factor_reset.operate"
    with (
        pytest.raises(PermissionDenied),
        acting_for(lead.agency_id, realm="agency", user_id=lead.user_id),
    ):
        factors.operate(lead, reason="Known by voice on the office number")


def test_list_costs_the_same_with_one_and_with_three(
    lead: Membership, approver: Membership, agency, client_for
) -> None:
    client = client_for(approver)
    costs = []
    for _ in range(3):
        with owner():
            member = factories.make_member(agency, Role.VIEWER)
        _request(member, lead)
        page = client.get(LIST)
        assert member.display_name in page.text
        costs.append(count_queries(lambda: client.get(LIST)))
    assert len(set(costs)) == 1
