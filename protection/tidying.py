"""Exports that have run out, and files of reports and exports that no row knows any more.

A crash between a commit and the removal of a file leaves the file; here it goes, a day later.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import structlog

from agencies.tenancy import acting_for, agency_ids
from protection import store
from protection.actions.exports import expire
from protection.models import Export
from reports import store as reports
from reports.models import Report

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Tidied:
    """How many exports had run out, and how many files nobody knew."""

    expired: int
    removed: int


def tidy() -> Tidied:
    """Old files are listed before the rows are read: a file just stored is no orphan."""
    old = {path.name: path for folder in _folders() for path in store.old_files(folder)}
    known, expired = set(), 0
    for agency_id in agency_ids():
        with acting_for(agency_id, realm="worker"):
            expired += expire()
            known |= _names()
    orphans = [path for name, path in old.items() if name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    log.info("protection.tidied", expired=expired, removed=len(orphans))
    return Tidied(expired, len(orphans))


def _folders() -> list[Path]:
    return [store.root(), reports.root()]


def _names() -> set[str]:
    """The acting agency's files that have a row."""
    return {
        name
        for model in (Export, Report)
        for name in model.objects.exclude(stored_as="").values_list("stored_as", flat=True)
    }
