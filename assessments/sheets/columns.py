"""The columns of the sheet of answers: what each is called, and which are filled in."""

from __future__ import annotations

from typing import NamedTuple

from assessments.actions.answers import Said
from assessments.presenting import FIELD_LABELS, TEXTS, level_text
from standards.scoring import Rules

CODE, LEVEL, STAMP = "code", "level", "stamp"
TEXT_KEYS = tuple(name for _, name in TEXTS)
ENTRIES = (LEVEL, *TEXT_KEYS)
"""The columns that people fill in; Answer.FIELDS, where level and not applicable are one."""


class Column(NamedTuple):
    """width: in characters; 0 is hidden."""

    key: str
    header: str
    width: int

    @property
    def is_entry(self) -> bool:
        return self.key in ENTRIES


COLUMNS = (
    Column(CODE, "Clause", 8),
    Column("standard", "Standard", 20),
    Column("text", "What the clause asks", 50),
    Column(LEVEL, FIELD_LABELS[LEVEL], 20),
    Column("na_reason", FIELD_LABELS["na_reason"], 28),
    Column("how", FIELD_LABELS["how"], 55),
    Column("difference", FIELD_LABELS["difference"], 55),
    Column("evidence", "Evidence (change it on the website)", 36),
    Column("version", "Version", 9),
    Column(STAMP, "Leave this column as it is", 0),
)
HEADERS = {column.key: column.header for column in COLUMNS}


def plain(text: str) -> str:
    """What is compared: one kind of line end, and no spaces around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def levels(rules: Rules) -> list[tuple[str, Said]]:
    """What the drop-down offers, with what each says."""
    scale = [Said(level=step.level) for step in rules.scale]
    return [(level_text(said, rules), said) for said in (*scale, Said(is_not_applicable=True))]
