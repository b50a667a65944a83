"""Who may do what. The whole answer stands on this page."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models

if TYPE_CHECKING:
    from agencies.models import Agency, Membership


class Permission(StrEnum):
    """One thing a person may be allowed to do inside an agency."""

    READ_ASSESSMENT = "assessment.read"
    MANAGE_ASSESSMENT = "assessment.manage"  # start, rename, archive, delete
    ANSWER_CLAUSE = "assessment.answer"
    ASSIGN_CLAUSE = "assessment.assign"  # to anybody who may answer, oneself among them
    PLAN_IMPROVEMENT = "improvement.plan"  # plan actions, change them, say they are done
    CHECK_IMPROVEMENT = "improvement.check"  # never what one did oneself
    COMMENT = "comment.write"  # and resolve; whoever reads answers reads comments
    MANAGE_EVIDENCE = "evidence.manage"
    DOWNLOAD_EVIDENCE = "evidence.download"
    CHECK_PERSONAL_DATA = "personal_data.check"  # confirm that a finding is none; declare a file
    SIGN_OFF = "assessment.sign_off"
    REOPEN = "assessment.reopen"
    SUBMIT = "assessment.submit"
    WITHDRAW = "assessment.withdraw"
    REQUEST_REPORT = "report.request"
    READ_REPORT = "report.read"
    RETRY_JOB = "job.retry"
    MANAGE_PEOPLE = "people.manage"
    HAND_OVER = "people.hand_over"  # all that is one person's to another
    MANAGE_TOKENS = "tokens.manage"  # machine accounts, and everybody's API tokens
    RESET_FACTOR = "people.reset_factor"  # one asks, another confirms
    MANAGE_PARTNERS = "partners.manage"  # say who is a partner; offer answers and withdraw them
    READ_AUDIT = "audit.read"
    PUBLISH_GUIDANCE = "guidance.publish"
    WITHDRAW_EDITION = "edition.withdraw"
    REDACT_REQUEST = "redaction.request"  # and see what was asked for
    REDACT_CONFIRM = "redaction.confirm"  # never what one asked for oneself
    DISPOSE_REQUEST = "disposal.request"  # and keep evidence for longer than its time
    DISPOSE_CONFIRM = "disposal.confirm"  # never what one asked for oneself
    EXPORT_AGENCY = "agency.export"


class Role(models.TextChoices):
    """The hat a person wears in an agency."""

    LEAD = "lead", "Lead"
    CONTRIBUTOR = "contributor", "Contributor"
    APPROVER = "approver", "Approver"
    VIEWER = "viewer", "Viewer"
    DPO = "dpo", "Data protection officer"
    SCHEME_ADMIN = "scheme_admin", "Scheme administrator"


# A program neither signs, nor leads: whoever made it may be gone.
MACHINE_ROLES = (Role.CONTRIBUTOR, Role.VIEWER)

ROLE_DESCRIPTIONS: dict[str, str] = {
    Role.LEAD: "Runs the self-assessment, invites colleagues and submits.",
    Role.CONTRIBUTOR: "Answers clauses and adds evidence.",
    Role.APPROVER: "Head of service: signs the declaration, and may submit.",
    Role.VIEWER: "Manager: reads everything and downloads reports.",
    Role.SCHEME_ADMIN: "Publishes the guidance for all agencies and invites the scheme's people. "
    "Sees no agency's work.",
    Role.DPO: "Reads everything and the audit trail, and confirms that personal data is removed.",
}
SCHEME_ROLES = (Role.SCHEME_ADMIN,)
AGENCY_ROLES = tuple(role for role in Role if role not in SCHEME_ROLES)
"""The first of each is the one that there always is: it runs the people."""


def roles_in(agency: Agency) -> tuple[Role, ...]:
    """The roles that this organisation has. The scheme's and the agencies' are never mixed."""
    return SCHEME_ROLES if agency.is_scheme else AGENCY_ROLES


def described_roles(roles: tuple[Role, ...] = tuple(Role)) -> list[tuple[str, str]]:
    """Each role's name and what it is for."""
    return [(role.label, ROLE_DESCRIPTIONS[role]) for role in roles]


_READS = frozenset(
    {
        Permission.READ_ASSESSMENT,
        Permission.DOWNLOAD_EVIDENCE,
        Permission.READ_REPORT,
        Permission.REQUEST_REPORT,
    }
)
_WRITES = frozenset(
    {
        Permission.ANSWER_CLAUSE,
        Permission.ASSIGN_CLAUSE,
        Permission.PLAN_IMPROVEMENT,
        Permission.CHECK_IMPROVEMENT,
        Permission.COMMENT,
        Permission.MANAGE_EVIDENCE,
        Permission.CHECK_PERSONAL_DATA,
        Permission.RETRY_JOB,
    }
)
_DISPOSES = frozenset({Permission.DISPOSE_REQUEST, Permission.DISPOSE_CONFIRM})
_REDACTS = _DISPOSES | {Permission.REDACT_REQUEST, Permission.REDACT_CONFIRM}

ROLES: dict[str, frozenset[Permission]] = {
    Role.VIEWER: _READS,
    Role.CONTRIBUTOR: _READS | _WRITES | {Permission.REDACT_REQUEST},
    Role.APPROVER: _READS
    | {
        Permission.SIGN_OFF,
        Permission.CHECK_PERSONAL_DATA,
        Permission.CHECK_IMPROVEMENT,
        Permission.COMMENT,
        Permission.REOPEN,
        Permission.SUBMIT,
        Permission.WITHDRAW,
        Permission.READ_AUDIT,
        Permission.RESET_FACTOR,
        Permission.MANAGE_PARTNERS,
        Permission.RETRY_JOB,
    }
    | _REDACTS,
    Role.LEAD: _READS
    | _WRITES
    | {
        Permission.MANAGE_ASSESSMENT,
        Permission.REOPEN,
        Permission.SUBMIT,
        Permission.WITHDRAW,
        Permission.MANAGE_PEOPLE,
        Permission.HAND_OVER,
        Permission.MANAGE_TOKENS,
        Permission.RESET_FACTOR,
        Permission.MANAGE_PARTNERS,
        Permission.READ_AUDIT,
        Permission.EXPORT_AGENCY,
    }
    | _REDACTS,
    Role.DPO: _READS
    | _REDACTS
    | {Permission.CHECK_PERSONAL_DATA, Permission.COMMENT, Permission.READ_AUDIT},
    Role.SCHEME_ADMIN: frozenset(
        {
            Permission.PUBLISH_GUIDANCE,
            Permission.WITHDRAW_EDITION,
            Permission.MANAGE_PEOPLE,
            Permission.READ_AUDIT,
        }
    ),
}

_REFUSALS: dict[Permission, str] = {
    Permission.SIGN_OFF: "Only an approver (head of service) can sign off a self-assessment.",
    Permission.MANAGE_PEOPLE: "Only a lead can invite, change or remove people.",
    Permission.ASSIGN_CLAUSE: "Only a lead or a contributor can say who sees to a clause.",
    Permission.PLAN_IMPROVEMENT: "Only a lead or a contributor can plan and change actions.",
    Permission.CHECK_IMPROVEMENT: "Only a lead, a contributor or an approver can check actions.",
    Permission.COMMENT: "Viewers can read comments. To write one takes another role.",
    Permission.HAND_OVER: "Only a lead can hand over what is somebody's.",
    Permission.MANAGE_TOKENS: "Only a lead can manage machine accounts and other people's tokens.",
    Permission.RESET_FACTOR: "Only a lead or an approver can remove a lost second factor.",
    Permission.MANAGE_PARTNERS: "Only a lead or an approver can say who is a partner, and offer "
    "answers to partners.",
    Permission.MANAGE_ASSESSMENT: "Only a lead can start, rename, archive or delete "
    "a self-assessment.",
    Permission.PUBLISH_GUIDANCE: "Only a scheme administrator can change or publish guidance.",
    Permission.WITHDRAW_EDITION: "Only a scheme administrator can withdraw or restore an edition.",
    Permission.REDACT_CONFIRM: "Only a lead, an approver or a data protection officer can decide "
    "whether personal data is removed.",
    Permission.DISPOSE_REQUEST: "Only a lead, an approver or a data protection officer can dispose "
    "of evidence or keep it longer.",
    Permission.EXPORT_AGENCY: "Only a lead can take out everything that the agency holds here.",
}
NOT_THE_SCHEMES = "You act for the scheme. This belongs to an agency, and the scheme cannot see it."


def can(by: Membership | None, permission: Permission) -> bool:
    """Whether this hat carries the permission. For showing or hiding a button."""
    return by is not None and by.is_active and permission in ROLES.get(by.role, frozenset())


def roles_with(permission: Permission) -> list[str]:
    """The hats that carry it: whom to tell that something waits for them."""
    return [role for role, carried in ROLES.items() if permission in carried]


def require(by: Membership | None, permission: Permission) -> None:
    """Raise PermissionDenied, with a sentence for the reader, unless `by` carries it."""
    if not can(by, permission):
        raise PermissionDenied(_refusal(by, permission))


def _refusal(by: Membership | None, permission: Permission) -> str:
    is_of_agencies = not any(permission in ROLES[role] for role in SCHEME_ROLES)
    if by is not None and by.agency.is_scheme and is_of_agencies:
        return NOT_THE_SCHEMES
    return _REFUSALS.get(permission, "Your role in this agency does not allow this.")
