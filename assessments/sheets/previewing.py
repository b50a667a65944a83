"""What an import would do, row by row: for the page, and for the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agencies.models import Membership
from agencies.workflow import Stale
from assessments.actions.answers import Said
from assessments.comparing import Compared, compared, who_saved
from assessments.models import Answer, Assessment
from assessments.sheets import carrying
from assessments.sheets.entries import Entry, Read
from assessments.sheets.stored import by_code
from assessments.standing import rules_in_force
from standards.scoring import Rules

MOST_COMPARED = 400_000
"""Characters whose words are compared for one page; beyond, whole texts stand side by side."""


@dataclass(frozen=True)
class Line:
    """A row that would change something. who: saved the clause last, told to the reader."""

    entry: Entry
    answer: Answer
    said: Said
    changed: list[Compared]
    who: str

    @property
    def code(self) -> str:
        return self.entry.code

    @property
    def is_conflict(self) -> bool:
        return self.entry.is_conflict


@dataclass(frozen=True)
class Preview:
    """`token` carries the lines to the import; `read` tells of the other rows of the sheet."""

    lines: list[Line]
    token: str
    read: Read = field(default_factory=Read)

    @property
    def conflicts(self) -> list[Line]:
        return [line for line in self.lines if line.is_conflict]

    @property
    def changes(self) -> list[Line]:
        return [line for line in self.lines if not line.is_conflict]


def preview_of(
    read: Read, assessment: Assessment, answers: Mapping[str, Answer], *, by: Membership
) -> Preview:
    """Raises ValidationError where it is more than can be imported at once."""
    token = carrying.sealed(read.entries, assessment, by=by)
    rules = rules_in_force(assessment)
    return Preview(lines_of(read.entries, answers, rules, by), token, read)


def reopened(token: str, assessment: Assessment, *, by: Membership) -> Preview:
    """What this person was shown. Raises ValidationError for any other token."""
    entries = carrying.opened(token, assessment, by=by)
    rules = rules_in_force(assessment)
    return Preview(lines_of(entries, by_code(assessment), rules, by), token)


def left_over(
    conflicts: Sequence[Stale], lines: Sequence[Line], assessment: Assessment, *, by: Membership
) -> Preview:
    """The rows that somebody saved over between preview and import, to choose once more."""
    saved = {conflict.current.clause.code: conflict.current.version for conflict in conflicts}
    entries = [
        replace(line.entry, seen=saved[line.code], is_conflict=True)
        for line in lines
        if line.code in saved
    ]
    return preview_of(Read(entries), assessment, by_code(assessment), by=by)


def lines_of(
    entries: Iterable[Entry], answers: Mapping[str, Answer], rules: Rules, by: Membership
) -> list[Line]:
    left, found = MOST_COMPARED, []
    for entry in entries:
        answer = answers[entry.code]
        said = entry.said(answer)
        changed = [row for row in compared(Said.stored_in(answer), said, rules) if row.differs]
        left -= sum(len(row.before) + len(row.after) for row in changed)
        if left < 0:
            changed = [replace(row, is_whole=True) for row in changed]
        found.append(Line(entry, answer, said, changed, who_saved(answer, by)))
    return found
