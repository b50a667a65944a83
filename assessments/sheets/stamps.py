"""What a hidden cell of each row keeps: which answer, which version, and what was in the row.

By the prints we know which cells a person changed: a cell that was not changed says nothing, so
a stale row overwrites nothing that its author never touched. The seal ties the rest to one clause
of one self-assessment. It keeps rows from being mixed up; it opens nothing to anybody.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from assessments.actions.answers import Said
from assessments.sheets.columns import ENTRIES, LEVEL, TEXT_KEYS, plain

SALT = "assessments.sheets.stamp"
SHAPE = re.compile(r"(\d{1,9})\.(\d{1,11})\.([0-9a-f]{12}(?:\.[0-9a-f]{12}){3})\.([0-9a-f]{20})")


@dataclass(frozen=True)
class Stamp:
    """`prints` by the keys of the columns that people fill in."""

    version: int
    exported_at: datetime
    prints: Mapping[str, str]

    @classmethod
    def of(cls, version: int, said: Said, now: datetime) -> Stamp:
        return cls(version, now, prints(said))

    def sealed(self, assessment_id: UUID, code: str) -> str:
        """As it stands in the cell."""
        marks = [self.prints[key] for key in ENTRIES]
        body = ".".join([str(self.version), str(int(self.exported_at.timestamp())), *marks])
        return f"{body}.{_seal(assessment_id, code, body)}"


def opened(cell: str, assessment_id: UUID, code: str) -> Stamp | None:
    """None: the cell was changed, or it belongs to another clause or self-assessment."""
    found = SHAPE.fullmatch(cell.strip())
    if found is None:
        return None
    version, seconds, marks, seal = found.groups()
    if not constant_time_compare(seal, _seal(assessment_id, code, f"{version}.{seconds}.{marks}")):
        return None
    exported_at = datetime.fromtimestamp(int(seconds), UTC)
    return Stamp(int(version), exported_at, dict(zip(ENTRIES, marks.split("."), strict=True)))


def prints(said: Said) -> dict[str, str]:
    """One for each column; the same whether it comes from the database or out of a cell."""
    level = "na" if said.is_not_applicable else "" if said.level is None else str(said.level)
    return {LEVEL: _print(level), **{key: _print(plain(getattr(said, key))) for key in TEXT_KEYS}}


def _print(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _seal(assessment_id: UUID, code: str, body: str) -> str:
    sealed = salted_hmac(SALT, f"{assessment_id} {code} {body}", algorithm="sha256")
    return sealed.hexdigest()[:20]
