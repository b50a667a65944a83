"""What stands where personal data was removed."""

from __future__ import annotations

import re

MARK = re.compile(r"\[Redacted on \d{1,2} [A-Z][a-z]+ \d{4}: personal data was removed\]")
"""What ctx.redact() leaves behind (protection/sql/redact.sql)."""
WHOLE_MARK = f"^{MARK.pattern}$"
"""The same for the database, where a text is nothing else."""


def is_mark(text: str) -> bool:
    return MARK.fullmatch(text) is not None
