"""Text that paper can carry: every character visible, or named where no letter shows it.

PDF/UA forbids a character without a glyph. What the browser shows with a font of the reader's own
machine (an emoji, say) is printed as its Unicode name in brackets, so that nothing is lost.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from fontTools.ttLib import TTFont

FONTS = Path(settings.BASE_DIR) / "static" / "fonts"
SPACES = {"\n", "\t", " "}
SAME_MEANING = {
    "≥": ">=",
    "≤": "<=",
    "→": "->",
    "←": "<-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "✓": "[yes]",
    "✔": "[yes]",
}


def legible(value: Any) -> Any:
    """The same structure with every text made legible."""
    if isinstance(value, str):
        return "".join(map(_shown, unicodedata.normalize("NFC", value)))
    if isinstance(value, Mapping):
        return {key: legible(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [legible(item) for item in value]
    return value


@functools.cache
def _glyphs() -> frozenset[int]:
    """The characters of the vendored family, in both weights."""
    found = [set(TTFont(path).getBestCmap()) for path in sorted(FONTS.glob("*-400.woff2"))]
    return frozenset().union(*found)


@functools.cache
def _shown(character: str) -> str:
    if character in SPACES or ord(character) in _glyphs():
        return character
    if character in SAME_MEANING:
        return SAME_MEANING[character]
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Mn"}:
        return ""
    if unicodedata.category(character) in {"Zs", "Zl", "Zp"}:
        return " "
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and all(ord(c) in _glyphs() for c in plain):
        return plain
    return f"[{unicodedata.name(character, 'unknown character').lower()}]"
