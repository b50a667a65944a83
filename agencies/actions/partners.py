"""Partnerships: each side says so for itself, and takes it back at will."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Agency, Consent, Membership
from agencies.partners import HOSTS, choices, partnership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed

ONLY_HOSTS = (
    "A regional adoption agency asks first. Once one has asked yours, you find it on the page "
    "Partners."
)


@transaction.atomic
def propose(other: Agency, *, by: Membership) -> Consent:
    """Ask another agency, for a regional adoption agency. It stands once the other has agreed."""
    require(by, Permission.MANAGE_PARTNERS)
    if by.agency.kind not in HOSTS:
        raise NotAllowed(ONLY_HOSTS)
    if not choices(by.agency).filter(pk=other.pk).exists():
        raise ValidationError({"agency": "Select an agency from the list"})
    if Consent.objects.between(by.agency, other).standing().exists():
        raise NotAllowed("You have asked this agency already.")
    return _give("consent.propose", other, is_host=True, by=by)


@transaction.atomic
def agree(other: Agency, *, by: Membership) -> Consent:
    """Agree to what another agency asked."""
    require(by, Permission.MANAGE_PARTNERS)
    found = partnership(by.agency, other)
    if not found.waits_for_us:
        raise NotAllowed("There is nothing to agree to: the other agency may have ended it.")
    if found.ours and found.ours.ended_at is None:  # from an earlier time, before they asked anew
        _end(found.ours, by)
    return _give("consent.agree", other, is_host=False, by=by)


@transaction.atomic
def end(other: Agency, *, by: Membership) -> Consent:
    """Take back one's own word, whatever the other side says; or decline what it asks."""
    require(by, Permission.MANAGE_PARTNERS)
    found = partnership(by.agency, other)
    if found.waits_for_us:
        return _decline(found.ours, other, by)
    standing = Consent.objects.between(by.agency, other).standing().select_for_update().first()
    if standing is None:
        raise NotAllowed("This has ended already.")
    _end(standing, by)
    audit.record_with([other.pk], "consent.end", standing, partner=other.pk)
    return standing


def _decline(ours: Consent | None, other: Agency, by: Membership) -> Consent:
    """It is kept that somebody said no."""
    if ours and ours.ended_at is None:
        _end(ours, by)
    now = timezone.now()
    ended = {"given_at": now, "ended_at": now, "ended_by": by}
    return _give("consent.decline", other, is_host=False, by=by, **ended)


def _end(consent: Consent, by: Membership) -> None:
    consent.ended_at, consent.ended_by = timezone.now(), by
    consent.save(update_fields=["ended_at", "ended_by"])


def _give(event: str, other: Agency, *, is_host: bool, by: Membership, **ended: object) -> Consent:
    """Of two people who say so at the same moment the database takes one."""
    consent = Consent(agency=by.agency, other=other, is_host=is_host, given_by=by, **ended)
    try:
        with transaction.atomic():
            consent.save(force_insert=True)
    except IntegrityError as error:
        raise NotAllowed("A colleague has done this meanwhile.") from error
    audit.record_with([other.pk], event, consent, partner=other.pk)
    return consent
