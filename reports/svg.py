"""SVG as text: the few marks that the charts are made of."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from django.utils.safestring import SafeString


def svg(
    name: str, size: tuple[float, float], message: str, parts: Iterable[str], *, has_links: bool
) -> SafeString:
    """An image to assistive technology, but a group where it holds links to be reached."""
    width, height = size
    role = "group" if has_links else "img"
    return SafeString(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart-{name}" role="{role}" '
        f'aria-label={quoteattr(message)} width="100%" '
        f'viewBox="0 0 {number(width)} {number(height)}">'
        f"<title>{escape(message)}</title>{''.join(parts)}</svg>"
    )


def text(
    x: float,
    y: float,
    words: str,
    size: float,
    fill: str,
    *,
    anchor: str = "middle",
    bold: bool = False,
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{fill}" '
        f'text-anchor="{anchor}"{weight}>{escape(words)}</text>'
    )


def number(value: float) -> str:
    """At most two places, never "-0": the same bytes on every machine."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
