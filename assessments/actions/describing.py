"""What is said about a piece of evidence: checked, and changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.text import one_line
from agencies.workflow import NotAllowed, Stale
from assessments.actions.attaching import lock_with_assessments
from assessments.actions.keeping import require_kept
from assessments.models import Evidence, EvidenceKind, Status

MAX_TITLE = 150
MAX_DESCRIPTION = 2_000
MAX_TAGS = 10
MAX_TAG = 30
SIGNED = (
    "This evidence is part of a self-assessment that is signed off, so only its owner and its "
    "tags can be changed. A lead or an approver can reopen that self-assessment."
)
CHANGED_SINCE = (
    "Somebody changed what is said about this evidence after you opened it. Nothing was saved."
)
INTERNAL = {"owner", "tags"}
"""What no declaration covers and no submission holds."""


@dataclass(frozen=True)
class Details:
    """What is said about a piece of evidence. kind: a value of EvidenceKind."""

    title: str
    kind: str
    description: str
    period_from: date | None = None
    period_to: date | None = None
    valid_until: date | None = None
    owner: Membership | None = None
    tags: list[str] = field(default_factory=list)

    def fields(self) -> dict[str, object]:
        """As the model's fields."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@transaction.atomic
def edit_evidence(
    evidence: Evidence, *, details: Details, wording: int, by: Membership
) -> Evidence:
    """Describe it anew, unless a signed declaration covers what it says now.

    `wording`: the one that was seen. Raises Stale where somebody described it since.
    """
    require(by, Permission.MANAGE_EVIDENCE)
    locked, assessments = lock_with_assessments(evidence)
    require_kept(locked)
    if wording != locked.wording:
        raise Stale(CHANGED_SINCE, current=locked, ours=details.fields())
    details = checked(details, by=by, owner=locked.owner)
    changed = [name for name, value in details.fields().items() if getattr(locked, name) != value]
    is_signed = any(assessment.status == Status.SIGNED_OFF for assessment in assessments)
    if is_signed and set(changed) - INTERNAL:
        raise NotAllowed(SIGNED)
    for name in changed:
        setattr(locked, name, getattr(details, name))
    locked.wording += 1
    locked.save(update_fields=[*changed, "wording"])
    audit.record("evidence.edit", locked, fields=changed)
    return locked


def checked(details: Details, *, by: Membership, owner: Membership | None = None) -> Details:
    """White space tidied. `owner`: the one it has, who may stay after leaving.

    Raises ValidationError for what cannot be stored.
    """
    title = one_line(details.title)
    description = details.description.replace("\r\n", "\n").strip()
    tags = _tidy(details.tags)
    errors = {
        **_wrong_words(title, details.kind, description),
        **_wrong_days(details),
        **_wrong_tags(tags),
    }
    if details.owner not in (None, owner) and not _may_own(details.owner, by):
        errors["owner"] = "Choose somebody who works with your agency here"
    if errors:
        raise ValidationError(errors)
    return replace(details, title=title, description=description, tags=tags)


def _wrong_words(title: str, kind: str, description: str) -> dict[str, str]:
    errors = {}
    if not title:
        errors["title"] = "Enter a title"
    elif len(title) > MAX_TITLE:
        errors["title"] = f"The title must be {MAX_TITLE} characters or fewer"
    if kind not in EvidenceKind.values:
        errors["kind"] = "Choose what kind of evidence it is"
    if not description:
        errors["description"] = "Enter a description"
    elif len(description) > MAX_DESCRIPTION:
        errors["description"] = f"The description must be {MAX_DESCRIPTION:,} characters or fewer"
    return errors


def _wrong_days(details: Details) -> dict[str, str]:
    first, last, until = details.period_from, details.period_to, details.valid_until
    errors = {}
    if first and last and last < first:
        errors["period_to"] = "The last day must be the same as or after the first day"
    if first and until and until < first:
        errors["valid_until"] = "It must be valid until the first day it covers, or later"
    return errors


def _wrong_tags(tags: list[str]) -> dict[str, str]:
    if len(tags) > MAX_TAGS:
        return {"tags": f"Give {MAX_TAGS} tags or fewer"}
    if any(len(tag) > MAX_TAG for tag in tags):
        return {"tags": f"Each tag must be {MAX_TAG} characters or fewer"}
    return {}


def _tidy(tags: Iterable[str]) -> list[str]:
    """In lower case, each once, in the order given. A comma separates, wherever it stands."""
    parts = (one_line(part).lower() for tag in tags for part in tag.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def _may_own(person: Membership | None, by: Membership) -> bool:
    """Somebody of one's own agency who is there."""
    return (
        person is not None
        and person.agency_id == by.agency_id
        and person.is_active
        and not person.is_machine
    )
