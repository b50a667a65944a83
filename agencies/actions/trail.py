"""Taking the audit trail out is an event of its own."""

from __future__ import annotations

from agencies import audit, trail
from agencies.models import Membership
from agencies.permissions import Permission, require


def export(filters: trail.Filters, *, by: Membership) -> str:
    """The filtered events as CSV text, oldest last."""
    require(by, Permission.READ_AUDIT)
    found = trail.events(by.agency_id, filters)
    lines = trail.in_words(found.iterator(chunk_size=2000), trail.people_of(by.agency_id))
    audit.record("audit.export", rows=len(lines), filters=filters.used())
    return trail.as_csv(lines)
