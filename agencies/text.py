"""What people type into one line."""

from __future__ import annotations

import unicodedata


def one_line(typed: str) -> str:
    """Spaces made single, and without characters that nobody can see or that turn the line
    round (Unicode category C)."""
    seen = "".join(
        char if char.isspace() or not unicodedata.category(char).startswith("C") else ""
        for char in typed
    )
    return " ".join(seen.split())
