"""Inviting, sending again, withdrawing: the actions and the mail."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.actions import invitations
from agencies.models import Invitation, Membership
from agencies.offers import look_up
from agencies.permissions import Role
from agencies.workflow import NotAllowed
from jobs import engine
from jobs.models import Job
from tests.agencies.people import actions_of, all_at_once, invite, secret_of, sign_in_of
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db


def _send_mails(agency_id: object) -> None:
    with owner():
        jobs = list(Job.objects.filter(agency_id=agency_id, status="queued"))
    for job in jobs:
        engine.run(job.agency_id, job.pk)


def test_invite_stores_only_the_hash_of_256_bits(lead: Membership) -> None:
    invitation = invite(lead)
    secret = secret_of(invitation)
    assert len(secret) == 43
    assert invitation.token_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(vars(invitation))
    assert timedelta(hours=71) < invitation.expires_at - timezone.now() <= timedelta(hours=72)


def test_invite_mails_the_link_and_notes_it(lead: Membership, settings) -> None:
    settings.SERVICE_URL = "https://service.example/"
    invitation = invite(lead, "New.Person@Agency.example ")
    _send_mails(lead.agency_id)
    (letter,) = mail.outbox
    assert letter.to == ["new.person@agency.example"]
    assert f"https://service.example/invitation/{secret_of(invitation)}/" in letter.body
    assert lead.agency.name in letter.body
    with owner():
        assert Invitation.objects.get(pk=invitation.pk).sent_at is not None
    assert actions_of(lead.agency_id) == ["invitation.create", "invitation.send"]


def test_resend_makes_a_new_link_and_one_mail(lead: Membership) -> None:
    invitation = invite(lead)
    old = secret_of(invitation)
    with acting(lead) as by:
        again = invitations.resend(invitation, by=by)
    assert secret_of(again) != old
    assert look_up(old) is None
    assert look_up(secret_of(again)).is_open
    _send_mails(lead.agency_id)  # the first job finds that its link was replaced
    assert [secret_of(again) in letter.body for letter in mail.outbox] == [True]


def test_resend_opens_one_that_ran_out(lead: Membership) -> None:
    invitation = invite(lead)
    with owner():
        Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert not look_up(secret_of(invitation)).is_open
    with acting(lead) as by:
        again = invitations.resend(invitation, by=by)
    assert look_up(secret_of(again)).is_open


def test_mail_of_a_withdrawn_invitation_is_not_sent(lead: Membership) -> None:
    invitation = invite(lead)
    with acting(lead) as by:
        invitations.revoke(invitation, by=by)
    _send_mails(lead.agency_id)
    assert mail.outbox == []
    with owner():
        assert Job.objects.get(agency_id=lead.agency_id).status == "done"


def test_subject_of_the_mail_is_one_line(lead: Membership) -> None:
    with owner():
        type(lead.agency).objects.filter(pk=lead.agency_id).update(name="A\r\nBcc: x@y.example")
    invite(lead)
    _send_mails(lead.agency_id)
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == ["new@agency.example"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"display_name": " \n "}, "display_name"),
        ({"role": "admin"}, "role"),
    ],
)
def test_invite_with_bad_input_names_the_field(
    lead: Membership, change: dict[str, str], field: str
) -> None:
    said = {"email": "a@agency.example", "display_name": "A", "role": Role.VIEWER} | change
    with acting(lead) as by, pytest.raises(ValidationError) as refused:
        invitations.invite(by.agency, **said, by=by)
    assert list(refused.value.message_dict) == [field]


def test_invite_of_a_member_or_an_invited_person_is_refused(
    lead: Membership, viewer: Membership
) -> None:
    invite(lead)
    for email, words in ((viewer.email.upper(), "member"), ("NEW@agency.example", "open")):
        with pytest.raises(ValidationError, match=words):
            invite(lead, email)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ran_out", [False, True])
def test_two_invitations_of_one_person_at_once_leave_one(lead: Membership, ran_out: bool) -> None:
    if ran_out:
        invite(lead)
        with owner():
            Invitation.objects.update(expires_at=timezone.now())
    all_are_inside = Barrier(4)

    def offer(number: int) -> str:
        with acting(lead) as by:
            all_are_inside.wait(timeout=30)
            said = {"email": "New@agency.example", "display_name": "Somebody", "role": Role.VIEWER}
            try:
                invitations.invite(by.agency, **said, by=by)
            except ValidationError as refused:
                return refused.message_dict["email"][0]
        return "invited"

    assert sorted(all_at_once(4, offer)) == [invitations.HAS_ONE] * 3 + ["invited"]
    with owner():
        unused = Invitation.objects.filter(accepted_at=None, revoked_at=None)
        assert [each.is_open for each in unused] == [True]
        assert Job.objects.filter(subject_id=unused.get().pk).count() == 1
    before = ["invitation.create", "invitation.revoke"] if ran_out else []
    assert actions_of(lead.agency_id) == [*before, "invitation.create"]


def test_database_keeps_one_unused_invitation_an_address(lead: Membership) -> None:
    """Whatever the action has read, and however the address is written."""
    other = invite(lead)
    other.pk, other.token_hash, other.email = uuid4(), "0" * 64, other.email.upper()
    with owner(), pytest.raises(IntegrityError, match="one_unused"), transaction.atomic():
        other.save(force_insert=True)


def test_invite_has_a_limit_a_day(lead: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST_IN_A_DAY", 2)
    invite(lead, "one@agency.example")
    invite(lead, "two@agency.example")
    with pytest.raises(NotAllowed, match="a day"):
        invite(lead, "three@agency.example")


@pytest.mark.parametrize("role", ["contributor", "approver", "viewer"])
def test_only_a_lead_invites(role: str, lead: Membership, request: pytest.FixtureRequest) -> None:
    colleague = request.getfixturevalue(role)
    invitation = invite(lead)
    with acting(colleague) as by:
        for call in (invitations.resend, invitations.revoke):
            with pytest.raises(PermissionDenied):
                call(invitation, by=by)
        with pytest.raises(PermissionDenied):
            invitations.invite(
                by.agency, email="x@agency.example", display_name="X", role=Role.LEAD, by=by
            )


def test_used_or_withdrawn_invitation_cannot_be_sent_again(lead: Membership) -> None:
    used = invite(lead)
    invitations.accept(secret_of(used), by=sign_in_of("new@agency.example"))
    withdrawn = invite(lead, "other@agency.example")
    with acting(lead) as by:
        invitations.revoke(withdrawn, by=by)
        for invitation, word in ((used, "accepted"), (withdrawn, "withdrawn")):
            for call in (invitations.resend, invitations.revoke):
                with pytest.raises(NotAllowed, match=word):
                    call(invitation, by=by)


def test_removed_member_who_is_invited_again_gets_the_old_membership(
    lead: Membership, viewer: Membership
) -> None:
    with owner():
        Membership.objects.filter(pk=viewer.pk).update(is_active=False, ended_at=timezone.now())
    again = invite(lead, viewer.email, Role.CONTRIBUTOR)
    invitations.accept(secret_of(again), by=viewer.user)
    with owner():
        member = Membership.objects.get(agency=lead.agency, user=viewer.user)
    assert (member.pk, member.role, member.is_active) == (viewer.pk, "contributor", True)
    assert member.ended_at is None
