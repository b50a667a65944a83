"""The one state machine that every app uses: `move()` alone assigns `status`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from agencies import audit
from agencies.permissions import Permission, require

if TYPE_CHECKING:
    from django.db import models

    from agencies.models import Membership

R = TypeVar("R", bound="models.Model")


@dataclass(frozen=True)
class Step:
    """An action that takes a record from one of `sources` to `target`."""

    sources: frozenset[str]
    target: str
    needs: Permission


class NotAllowed(Exception):
    """The record is in a state that does not allow this (409). The message is for the reader."""


class Stale(Exception):
    """Somebody saved first (412). `current` is the stored record, `ours` what was sent."""

    def __init__(self, message: str, *, current: Any, ours: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.current = current
        self.ours = ours


GONE = "This has been deleted meanwhile. Go back to the list to see what is there."


def lock(rows: models.QuerySet[R], pk: UUID) -> R:
    """The row out of `rows` (which say how it is locked). NotAllowed when it has gone."""
    try:
        return rows.get(pk=pk)
    except ObjectDoesNotExist as error:
        raise NotAllowed(GONE) from error


def move(record: R, table: Mapping[str, Step], action: str, *, by: Membership, **facts: Any) -> R:
    """Lock `record`, check, change its status, write its stage row and the event.

    `record` has `status`, `updated_at` and a reverse relation `stages` (see models.Stage).
    Returns the locked, changed row. Raises PermissionDenied or NotAllowed.
    """
    step = table[action]
    require(by, step.needs)
    locked: Any = lock(type(record)._default_manager.select_for_update(), record.pk)
    if locked.status not in step.sources:
        label = locked.get_status_display().lower()
        raise NotAllowed(f"This cannot be done while it is {label}. Reload the page to see why.")
    source, locked.status = locked.status, step.target
    locked.save(update_fields=["status", "updated_at"])
    locked.stages.create(
        agency_id=locked.agency_id, from_status=source, to_status=step.target, action=action, by=by
    )
    audit.record(f"{record._meta.model_name}.{action}", locked, **facts)
    moved: R = locked
    return moved
