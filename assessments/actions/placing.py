"""Where to look in a piece of evidence, and what it shows there: said for each clause."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.text import one_line
from agencies.workflow import lock
from assessments.models import Assessment, EvidenceLink
from assessments.workflow import require_open

MAX_PLACE = 200
MAX_SHOWS = 1_000
MEANWHILE = (
    "Somebody else said something else here while you wrote. It stands below. Save again to "
    "replace it with yours"
)


@dataclass(frozen=True)
class Where:
    """place: page or section. shows: what it shows there."""

    place: str = ""
    shows: str = ""


@transaction.atomic
def place_evidence(
    link: EvidenceLink, *, where: Where, seen: Where | None = None, by: Membership
) -> EvidenceLink:
    """Say where to look, or say it anew; a place that was to be checked is checked by that.

    `seen`: what stood there when the person began to write; None: replaces whatever it is.
    """
    require(by, Permission.MANAGE_EVIDENCE)
    assessment = lock(Assessment.objects.locked(), link.answer.assessment_id)
    require_open(assessment)
    where = checked(where)
    locked = lock(EvidenceLink.objects.select_for_update(), link.pk)
    if seen is not None and where_of(locked) not in (checked(seen), where):
        raise ValidationError({"place": MEANWHILE})
    locked.place, locked.shows, locked.is_place_to_check = where.place, where.shows, False
    locked.save(update_fields=["place", "shows", "is_place_to_check"])
    audit.record(
        "evidence.place", link.answer, assessment=assessment.pk, evidence=link.version.evidence_id
    )
    return locked


def where_of(link: EvidenceLink) -> Where:
    return Where(link.place, link.shows)


def checked(where: Where) -> Where:
    """White space tidied. Raises ValidationError for what cannot be stored."""
    place = one_line(where.place)
    shows = where.shows.replace("\r\n", "\n").strip()
    errors = {}
    if len(place) > MAX_PLACE:
        errors["place"] = f"The page or section must be {MAX_PLACE} characters or fewer"
    if len(shows) > MAX_SHOWS:
        errors["shows"] = f"What it shows there must be {MAX_SHOWS:,} characters or fewer"
    if errors:
        raise ValidationError(errors)
    return Where(place, shows)
