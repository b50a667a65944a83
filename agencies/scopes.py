"""What an API token may be used for. The whole answer stands on this page.

A scope opens addresses of the API (config/api_scopes.py); what its bearer may do there is asked
of the role each time, as on the pages. Writing does not include reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models

from agencies.permissions import Permission, can

if TYPE_CHECKING:
    from agencies.models import Membership


class Scope(models.TextChoices):
    """One resource, and reading or writing; signing is apart from writing."""

    STANDARDS_READ = "standards:read", "Read the standards"
    ASSESSMENTS_READ = "assessments:read", "Read self-assessments and answers"
    ASSESSMENTS_WRITE = "assessments:write", "Change self-assessments and answers"
    ASSESSMENTS_SIGN = "assessments:sign", "Sign off, reopen, submit and withdraw"
    COMMENTS_READ = "comments:read", "Read what colleagues say to each other about clauses"
    COMMENTS_WRITE = "comments:write", "Write, resolve and withdraw comments"
    EVIDENCE_READ = "evidence:read", "Read and download evidence"
    EVIDENCE_WRITE = "evidence:write", "Add, change and attach evidence"
    NOTICES_READ = "notices:read", "Read what one is told of"
    NOTICES_WRITE = "notices:write", "Mark it as seen, and choose how often to get an email"
    SEARCH_READ = "search:read", "Search the standards, answers, comments and evidence"
    REPORTS_READ = "reports:read", "Read and download reports"
    REPORTS_WRITE = "reports:write", "Ask for reports"
    REDACTIONS_READ = "redactions:read", "Read the requests to remove personal data"
    REDACTIONS_WRITE = "redactions:write", "Ask for the removal of personal data"
    DISPOSALS_READ = "disposals:read", "Read what is due for disposal and what was disposed of"
    DISPOSALS_WRITE = "disposals:write", "Propose disposals, keep evidence longer"
    PEOPLE_READ = "people:read", "Read who has access"
    PEOPLE_WRITE = "people:write", "Invite, change and remove people"
    PARTNERS_READ = "partners:read", "Read who is a partner and what is offered"
    PARTNERS_WRITE = "partners:write", "Agree to and end partnerships, offer answers"
    AUDIT_READ = "audit:read", "Read the audit trail"


# A token may carry a scope if its bearer's role carries one of these; nothing named: every role.
NEEDS: dict[str, frozenset[Permission]] = {
    Scope.STANDARDS_READ: frozenset(),
    Scope.ASSESSMENTS_READ: frozenset({Permission.READ_ASSESSMENT}),
    Scope.ASSESSMENTS_WRITE: frozenset({Permission.ANSWER_CLAUSE, Permission.MANAGE_ASSESSMENT}),
    Scope.ASSESSMENTS_SIGN: frozenset(
        {Permission.SIGN_OFF, Permission.REOPEN, Permission.SUBMIT, Permission.WITHDRAW}
    ),
    Scope.COMMENTS_READ: frozenset({Permission.READ_ASSESSMENT}),
    Scope.COMMENTS_WRITE: frozenset({Permission.COMMENT}),
    Scope.EVIDENCE_READ: frozenset({Permission.READ_ASSESSMENT, Permission.DOWNLOAD_EVIDENCE}),
    Scope.EVIDENCE_WRITE: frozenset({Permission.MANAGE_EVIDENCE}),
    Scope.NOTICES_READ: frozenset({Permission.READ_ASSESSMENT}),
    Scope.NOTICES_WRITE: frozenset({Permission.READ_ASSESSMENT}),
    Scope.SEARCH_READ: frozenset({Permission.READ_ASSESSMENT}),
    Scope.REPORTS_READ: frozenset({Permission.READ_REPORT}),
    Scope.REPORTS_WRITE: frozenset({Permission.REQUEST_REPORT, Permission.RETRY_JOB}),
    Scope.REDACTIONS_READ: frozenset({Permission.REDACT_REQUEST}),
    Scope.REDACTIONS_WRITE: frozenset({Permission.REDACT_REQUEST}),
    Scope.DISPOSALS_READ: frozenset({Permission.DISPOSE_REQUEST}),
    Scope.DISPOSALS_WRITE: frozenset({Permission.DISPOSE_REQUEST}),
    Scope.PEOPLE_READ: frozenset({Permission.MANAGE_PEOPLE}),
    Scope.PEOPLE_WRITE: frozenset({Permission.MANAGE_PEOPLE}),
    Scope.PARTNERS_READ: frozenset({Permission.READ_ASSESSMENT}),
    Scope.PARTNERS_WRITE: frozenset({Permission.MANAGE_PARTNERS}),
    Scope.AUDIT_READ: frozenset({Permission.READ_AUDIT}),
}


def choices() -> list[tuple[str, str]]:
    """As a function, which a migration names once: a new scope needs none."""
    return Scope.choices


def open_to(member: Membership) -> list[Scope]:
    """The scopes a token of this member may carry, in the order of the list."""
    return [scope for scope in Scope if _is_open(member, scope)]


def reading(member: Membership) -> list[Scope]:
    """Of those the ones that only read."""
    return [scope for scope in open_to(member) if scope.endswith(":read")]


def in_words(scopes: Iterable[str]) -> list[str]:
    """Their labels, in the order of the list."""
    wanted = set(scopes)
    return [str(scope.label) for scope in Scope if scope in wanted]


def _is_open(member: Membership, scope: Scope) -> bool:
    needs = NEEDS[scope]
    return not needs or any(can(member, permission) for permission in needs)
