"""What people say about what the personal-data guard found, and about their files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.privacy import findings
from agencies.workflow import NotAllowed, lock
from assessments import guarding
from assessments.guarding import Place, Suspect
from assessments.inspection.verdict import Reading, Sighting
from assessments.models import (
    Answer,
    Clearance,
    Evidence,
    EvidenceFinding,
    EvidenceReading,
    EvidenceVersion,
    FileDeclaration,
)
from assessments.models.guard import guarded_answers, guarded_evidence, with_guard
from assessments.workflow import require_open

CHANGED = (
    "What looks like personal data here has changed since you opened the page. "
    "Nothing was confirmed. Look at it again."
)
NO_FILE = "This is not a file that is kept here, so there is nothing to declare."
IN_NAME = "the name of the file"


@transaction.atomic
def clear(place: Place, *, seen: str, by: Membership) -> list[Clearance]:
    """Say of everything open in one text or file that it is no personal data.

    `seen` is Suspect.mark as the person was shown it: what came since is not cleared with it.
    """
    require(by, Permission.CHECK_PERSONAL_DATA)
    suspect = _found_in(place)
    if not seen or seen != suspect.mark:
        raise ValidationError({"seen": CHANGED})
    kinds = {one.digest: one.kind for one in suspect.open_ones}
    rows = [
        Clearance(agency_id=by.agency_id, digest=digest, by=by, **_key(place)) for digest in kinds
    ]
    made = Clearance.objects.bulk_create(rows)
    audit.record("personal_data.clear", place, kinds=sorted(kinds.values()), **_about(place))
    return made


@transaction.atomic
def declare(version: EvidenceVersion, *, by: Membership) -> FileDeclaration:
    """Give one's word that a file is anonymised. Given once, by whoever is first."""
    require(by, Permission.CHECK_PERSONAL_DATA)
    locked = lock(EvidenceVersion.objects.select_for_update(), version.pk)
    if not guarding.is_kept_file(locked):
        raise NotAllowed(NO_FILE)
    if given := FileDeclaration.objects.filter(version=locked).first():
        return given
    made = FileDeclaration.objects.create(agency_id=locked.agency_id, version=locked, by=by)
    audit.record("personal_data.declare", locked, evidence=locked.evidence_id)
    return made


def keep_reading(version: EvidenceVersion, reading: Reading) -> None:
    """Store what was found in a new file and in its name. Part of adding it."""
    own: dict[str, Any] = {"agency_id": version.agency_id, "version": version}
    EvidenceReading.objects.create(extent=reading.extent, **own)
    sightings = [*_in_name(version.file_name), *reading.sightings]
    EvidenceFinding.objects.bulk_create(
        EvidenceFinding(
            position=position,
            kind=seen.kind,
            place=seen.place,
            excerpt=seen.excerpt,
            is_mild=seen.is_mild,
            **own,
        )
        for position, seen in enumerate(sightings)
    )


def _in_name(name: str) -> list[Sighting]:
    """Without its ending; its words parted by spaces, and capitals for small letters."""
    spaced = "".join(char if char.isalnum() or char == "@" else " " for char in Path(name).stem)
    if spaced.islower():
        spaced = spaced.title()
    return [
        Sighting(found.kind.value, IN_NAME, found.excerpt, found.is_mild)
        for found in findings(spaced)
    ]


def _found_in(place: Place) -> Suspect:
    """What is open there now, locked until the transaction ends."""
    if isinstance(place, Answer):
        answer = lock(Answer.objects.locked(), place.pk)
        require_open(answer.assessment)
        return guarding.of_answer(guarded_answers(Answer.objects.all()).get(pk=place.pk))
    if isinstance(place, Evidence):
        lock(Evidence.objects.select_for_update(), place.pk)
        found = guarded_evidence(Evidence.objects.all()).get(pk=place.pk)
        return guarding.of_details(found, found.cleared)
    lock(EvidenceVersion.objects.select_for_update(), place.pk)
    return guarding.of_version(with_guard(EvidenceVersion.objects.all()).get(pk=place.pk))


def _key(place: Place) -> dict[str, Place]:
    if isinstance(place, Answer):
        return {"answer": place}
    return {"evidence" if isinstance(place, Evidence) else "version": place}


def _about(place: Place) -> Mapping[str, Any]:
    if isinstance(place, Answer):
        return {"assessment": place.assessment_id}
    return {"evidence": place.pk if isinstance(place, Evidence) else place.evidence_id}
