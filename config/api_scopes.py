"""What each address of the API asks of its caller.

SCOPES: the scope a token needs; a method that is not named is refused. ANY: every token in force.
NEVER: people who are signed in, no token.
SENSITIVE: what a signed-in browser may do only a short while after showing who is there, as on the
page that does the same. A token was made that way.
"""

from __future__ import annotations

from collections.abc import Mapping

from agencies.scopes import Scope

ANY, NEVER = "any", "never"
READING = {"HEAD": "GET", "OPTIONS": "GET"}

SCOPES: Mapping[str, Mapping[str, str]] = {
    "api-schema": {"GET": ANY},
    "api-docs": {"GET": NEVER},
    "edition-list": {"GET": Scope.STANDARDS_READ},
    "edition-detail": {"GET": Scope.STANDARDS_READ},
    "guidance-list": {"GET": Scope.STANDARDS_READ},
    "guidance-detail": {"GET": Scope.STANDARDS_READ},
    "assessment-list": {"GET": Scope.ASSESSMENTS_READ, "POST": Scope.ASSESSMENTS_WRITE},
    "assessment-detail": {
        "GET": Scope.ASSESSMENTS_READ,
        "PATCH": Scope.ASSESSMENTS_WRITE,
        "DELETE": Scope.ASSESSMENTS_WRITE,
    },
    "assessment-archive": {"POST": Scope.ASSESSMENTS_WRITE},
    "assessment-restore": {"POST": Scope.ASSESSMENTS_WRITE},
    "assessment-check": {"GET": Scope.ASSESSMENTS_READ},
    "assessment-sign-off": {"POST": Scope.ASSESSMENTS_SIGN},
    "assessment-reopen": {"POST": Scope.ASSESSMENTS_SIGN},
    "assessment-submit": {"POST": Scope.ASSESSMENTS_SIGN},
    "assessment-withdraw": {"POST": Scope.ASSESSMENTS_SIGN},
    "assessment-personal-data": {"GET": Scope.ASSESSMENTS_READ},
    "assessment-clear": {"POST": Scope.ASSESSMENTS_WRITE},
    "assessment-submissions": {"GET": Scope.ASSESSMENTS_READ},
    "assessment-gaps": {"GET": Scope.ASSESSMENTS_READ},
    "assessment-carried": {"GET": Scope.ASSESSMENTS_READ},
    "assessment-comparison": {"GET": Scope.ASSESSMENTS_READ},
    "assessment-readiness": {"GET": Scope.ASSESSMENTS_READ},
    "assessment-sheet": {"GET": Scope.ASSESSMENTS_READ, "POST": Scope.ASSESSMENTS_WRITE},
    "assessment-sheet-import": {"POST": Scope.ASSESSMENTS_WRITE},
    "assessment-team": {"GET": Scope.ASSESSMENTS_READ, "POST": Scope.ASSESSMENTS_WRITE},
    "assessment-unassign": {"POST": Scope.ASSESSMENTS_WRITE},
    "assessment-forecast": {"GET": Scope.ASSESSMENTS_READ},
    "action-list": {"GET": Scope.ASSESSMENTS_READ, "POST": Scope.ASSESSMENTS_WRITE},
    "action-detail": {"GET": Scope.ASSESSMENTS_READ, "PATCH": Scope.ASSESSMENTS_WRITE},
    "action-begin": {"POST": Scope.ASSESSMENTS_WRITE},
    "action-finish": {"POST": Scope.ASSESSMENTS_WRITE},
    "action-check": {"POST": Scope.ASSESSMENTS_WRITE},
    "action-put-back": {"POST": Scope.ASSESSMENTS_WRITE},
    "thread-list": {"GET": Scope.COMMENTS_READ, "POST": Scope.COMMENTS_WRITE},
    "thread-detail": {"GET": Scope.COMMENTS_READ},
    "thread-reply": {"POST": Scope.COMMENTS_WRITE},
    "thread-resolve": {"POST": Scope.COMMENTS_WRITE},
    "thread-reopen": {"POST": Scope.COMMENTS_WRITE},
    "comment-withdraw": {"POST": Scope.COMMENTS_WRITE},
    "notice-list": {"GET": Scope.NOTICES_READ},
    "notice-seen": {"POST": Scope.NOTICES_WRITE},
    "notice-setting": {"GET": Scope.NOTICES_READ, "PUT": Scope.NOTICES_WRITE},
    "search": {"GET": Scope.SEARCH_READ},
    "my-clauses": {"GET": Scope.ASSESSMENTS_READ},
    "answer-list": {"GET": Scope.ASSESSMENTS_READ},
    "answer-detail": {"GET": Scope.ASSESSMENTS_READ, "PATCH": Scope.ASSESSMENTS_WRITE},
    "answer-confirm": {"POST": Scope.ASSESSMENTS_WRITE},
    "answer-take-over": {"POST": Scope.ASSESSMENTS_WRITE},
    "answer-earlier": {"GET": Scope.ASSESSMENTS_READ},
    "revision-list": {"GET": Scope.ASSESSMENTS_READ},
    "revision-difference": {"GET": Scope.ASSESSMENTS_READ},
    "redaction-list": {"GET": Scope.REDACTIONS_READ, "POST": Scope.REDACTIONS_WRITE},
    "redaction-detail": {"GET": Scope.REDACTIONS_READ},
    "redaction-confirm": {"POST": NEVER},
    "redaction-refuse": {"POST": NEVER},
    "redaction-withdraw": {"POST": Scope.REDACTIONS_WRITE},
    "disposal-list": {"GET": Scope.DISPOSALS_READ, "POST": Scope.DISPOSALS_WRITE},
    "disposal-detail": {"GET": Scope.DISPOSALS_READ},
    "disposal-due": {"GET": Scope.DISPOSALS_READ},
    "disposal-confirm": {"POST": NEVER},
    "disposal-refuse": {"POST": NEVER},
    "disposal-withdraw": {"POST": Scope.DISPOSALS_WRITE},
    "evidence-list": {"GET": Scope.EVIDENCE_READ, "POST": Scope.EVIDENCE_WRITE},
    "evidence-detail": {
        "GET": Scope.EVIDENCE_READ,
        "PATCH": Scope.EVIDENCE_WRITE,
        "DELETE": Scope.EVIDENCE_WRITE,
    },
    "evidence-attach": {"POST": Scope.EVIDENCE_WRITE},
    "evidence-links": {"GET": Scope.EVIDENCE_READ},
    "evidence-place": {"POST": Scope.EVIDENCE_WRITE},
    "evidence-detach": {"POST": Scope.EVIDENCE_WRITE},
    "evidence-declare": {"POST": Scope.EVIDENCE_WRITE},
    "evidence-storage": {"GET": Scope.EVIDENCE_READ},
    "evidence-rescan": {"POST": Scope.EVIDENCE_WRITE},
    "evidence-keeping": {"GET": Scope.EVIDENCE_READ},
    "evidence-hold": {"POST": Scope.DISPOSALS_WRITE},
    "evidence-lift-hold": {"POST": Scope.DISPOSALS_WRITE},
    "evidence-versions": {"POST": Scope.EVIDENCE_WRITE},
    "evidence-download": {"GET": Scope.EVIDENCE_READ},
    "report-request": {"GET": Scope.REPORTS_READ, "POST": Scope.REPORTS_WRITE},
    "report-detail": {"GET": Scope.REPORTS_READ},
    "report-file": {"GET": Scope.REPORTS_READ},
    "report-retry": {"POST": Scope.REPORTS_WRITE},
    "person-list": {"GET": Scope.PEOPLE_READ},
    "person-detail": {
        "GET": Scope.PEOPLE_READ,
        "PATCH": Scope.PEOPLE_WRITE,
        "DELETE": Scope.PEOPLE_WRITE,
    },
    "person-handover": {"GET": Scope.PEOPLE_READ, "POST": Scope.PEOPLE_WRITE},
    "invitation-list": {"GET": Scope.PEOPLE_READ, "POST": Scope.PEOPLE_WRITE},
    "invitation-detail": {"GET": Scope.PEOPLE_READ, "DELETE": Scope.PEOPLE_WRITE},
    "invitation-resend": {"POST": Scope.PEOPLE_WRITE},
    "offer-list": {"GET": Scope.PARTNERS_READ, "POST": Scope.PARTNERS_WRITE},
    "offer-detail": {"GET": Scope.PARTNERS_READ, "DELETE": Scope.PARTNERS_WRITE},
    "answer-partners": {
        "GET": Scope.ASSESSMENTS_READ,
        "POST": Scope.ASSESSMENTS_WRITE,
        "DELETE": Scope.ASSESSMENTS_WRITE,
    },
    "partner-list": {"GET": Scope.PARTNERS_READ, "POST": Scope.PARTNERS_WRITE},
    "partner-detail": {"GET": Scope.PARTNERS_READ, "DELETE": Scope.PARTNERS_WRITE},
    "partner-agree": {"POST": Scope.PARTNERS_WRITE},
    "event-list": {"GET": Scope.AUDIT_READ},
}

SENSITIVE: Mapping[str, frozenset[str]] = {
    "assessment-sign-off": frozenset({"POST"}),
    "redaction-confirm": frozenset({"POST"}),
    "disposal-confirm": frozenset({"POST"}),
    "person-detail": frozenset({"PATCH", "DELETE"}),
    "invitation-list": frozenset({"POST"}),
    "invitation-detail": frozenset({"DELETE"}),
    "invitation-resend": frozenset({"POST"}),
}
PROVE = "Confirm in the browser who you are first, at /accounts/confirm/: this is sensitive."


def refusal(name: str, method: str, held: list[str]) -> str:
    """Why a token with the scopes `held` may not do this, for the reader; empty if it may."""
    methods = SCOPES.get(name, {})
    needed = methods.get(method) or methods.get(READING.get(method, ""), NEVER)
    if needed == ANY or needed in held:
        return ""
    if needed == NEVER:
        return "No token opens this address. Sign in to use it."
    return f"This token lacks the scope {needed}. Make one that has it on the page API tokens."
