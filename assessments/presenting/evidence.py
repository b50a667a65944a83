"""How a piece of evidence is put into a line of the library.

Words and addresses are made here, not by templates within templates: a page holds many lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import date_format

from assessments.models import Evidence, EvidenceVersion, ScanState, Validity
from assessments.presenting import Mark

CHECKS = {ScanState.REFUSED: "red", ScanState.CLEAN: "green", ScanState.RECEIVED: "yellow"}
WARNINGS = {
    Validity.EXPIRED: Mark("No longer valid", "red"),
    Validity.SOON: Mark("Runs out soon", "yellow"),
}
NOT_GIVEN = "Not given"


@dataclass(frozen=True)
class Source:
    """The file or link of a version. href: empty where it cannot be opened; about: its type and
    size; opens: what following the link does, for those who do not see the page."""

    name: str
    href: str
    opens: str
    about: str
    check: Mark | None
    because: str = ""


@dataclass(frozen=True)
class EvidenceRow:
    """`warning`: that its validity is near its end, or over."""

    evidence: Evidence
    href: str
    source: Source
    period: str
    valid_until: str
    warning: Mark | None


def evidence_row(evidence: Evidence) -> EvidenceRow:
    """`evidence` comes from for_list()."""
    return EvidenceRow(
        evidence=evidence,
        href=reverse("assessments:evidence_detail", args=[evidence.pk]),
        source=source_of(evidence.latest),
        period=period_of(evidence),
        valid_until=_day(evidence.valid_until) if evidence.valid_until else NOT_GIVEN,
        warning=WARNINGS[evidence.validity] if evidence.validity else None,
    )


def source_of(version: EvidenceVersion) -> Source:
    label = version.get_scan_state_display()
    mark = Mark(label, CHECKS.get(ScanState(version.scan_state), "grey"))
    if not version.is_file:
        if version.is_removed:
            return Source(version.url, "", "", "", mark)
        return Source(version.url, version.url, "", "another website", None)
    about = ", ".join(filter(None, (version.type_name, filesizeformat(version.size))))
    href, opens = _way_in(version)
    return Source(version.file_name, href, opens, about, mark, version.refused_because)


def period_of(evidence: Evidence) -> str:
    first, last = evidence.period_from, evidence.period_to
    if first and last:
        return f"{_day(first)} to {_day(last)}"
    if first:
        return f"From {_day(first)}"
    return f"To {_day(last)}" if last else NOT_GIVEN


def _way_in(version: EvidenceVersion) -> tuple[str, str]:
    """Viewed in the browser where that is possible."""
    if version.may_be_viewed:
        return reverse("assessments:evidence_view", args=[version.pk]), "view in the browser"
    if version.may_be_opened:
        return reverse("assessments:evidence_download", args=[version.pk]), "download"
    return "", ""


def _day(day: date) -> str:
    return date_format(day, "j M Y")
