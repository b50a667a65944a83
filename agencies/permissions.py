"""Who may do what. The whole answer stands on this page."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models

if TYPE_CHECKING:
    from agencies.models import Membership


class Permission(StrEnum):
    """One thing a person may be allowed to do inside an agency."""

    READ_ASSESSMENT = "assessment.read"
    MANAGE_ASSESSMENT = "assessment.manage"  # start, rename, archive, delete
    ANSWER_CLAUSE = "assessment.answer"
    MANAGE_EVIDENCE = "evidence.manage"
    DOWNLOAD_EVIDENCE = "evidence.download"
    SIGN_OFF = "assessment.sign_off"
    REOPEN = "assessment.reopen"
    SUBMIT = "assessment.submit"
    WITHDRAW = "assessment.withdraw"
    REQUEST_REPORT = "report.request"
    READ_REPORT = "report.read"
    RETRY_JOB = "job.retry"
    MANAGE_PEOPLE = "people.manage"
    MANAGE_TOKENS = "tokens.manage"  # machine accounts, and everybody's API tokens
    READ_AUDIT = "audit.read"


class Role(models.TextChoices):
    """The hat a person wears in an agency."""

    LEAD = "lead", "Lead"
    CONTRIBUTOR = "contributor", "Contributor"
    APPROVER = "approver", "Approver"
    VIEWER = "viewer", "Viewer"


# A program neither signs, nor leads: whoever made it may be gone.
MACHINE_ROLES = (Role.CONTRIBUTOR, Role.VIEWER)

ROLE_DESCRIPTIONS: dict[str, str] = {
    Role.LEAD: "Runs the self-assessment, invites colleagues and submits.",
    Role.CONTRIBUTOR: "Answers clauses and adds evidence.",
    Role.APPROVER: "Head of service: signs the declaration, and may submit.",
    Role.VIEWER: "Manager: reads everything and downloads reports.",
}


def described_roles() -> list[tuple[str, str]]:
    """Each role's name and what it is for."""
    return [(role.label, ROLE_DESCRIPTIONS[role]) for role in Role]


_READS = frozenset(
    {
        Permission.READ_ASSESSMENT,
        Permission.DOWNLOAD_EVIDENCE,
        Permission.READ_REPORT,
        Permission.REQUEST_REPORT,
    }
)
_WRITES = frozenset({Permission.ANSWER_CLAUSE, Permission.MANAGE_EVIDENCE, Permission.RETRY_JOB})

ROLES: dict[str, frozenset[Permission]] = {
    Role.VIEWER: _READS,
    Role.CONTRIBUTOR: _READS | _WRITES,
    Role.APPROVER: _READS
    | {
        Permission.SIGN_OFF,
        Permission.REOPEN,
        Permission.SUBMIT,
        Permission.WITHDRAW,
        Permission.READ_AUDIT,
        Permission.RETRY_JOB,
    },
    Role.LEAD: _READS
    | _WRITES
    | {
        Permission.MANAGE_ASSESSMENT,
        Permission.REOPEN,
        Permission.SUBMIT,
        Permission.WITHDRAW,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_TOKENS,
        Permission.READ_AUDIT,
    },
}

_REFUSALS: dict[Permission, str] = {
    Permission.SIGN_OFF: "Only an approver (head of service) can sign off a self-assessment.",
    Permission.MANAGE_PEOPLE: "Only a lead can invite, change or remove people.",
    Permission.MANAGE_TOKENS: "Only a lead can manage machine accounts and other people's tokens.",
    Permission.MANAGE_ASSESSMENT: "Only a lead can start, rename, archive or delete "
    "a self-assessment.",
}


def can(by: Membership | None, permission: Permission) -> bool:
    """Whether this hat carries the permission. For showing or hiding a button."""
    return by is not None and by.is_active and permission in ROLES.get(by.role, frozenset())


def require(by: Membership | None, permission: Permission) -> None:
    """Raise PermissionDenied, with a sentence for the reader, unless `by` carries it."""
    if not can(by, permission):
        raise PermissionDenied(
            _REFUSALS.get(permission, "Your role in this agency does not allow this.")
        )
