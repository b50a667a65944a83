"""Which scope each address of the API asks of a token. A method that is not named is refused.

ANY: every token in force. NEVER: people who are signed in, no token.
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
    "assessment-list": {"GET": Scope.ASSESSMENTS_READ},
    "assessment-detail": {"GET": Scope.ASSESSMENTS_READ},
    "assessment-readiness": {"GET": Scope.ASSESSMENTS_READ},
    "answer-list": {"GET": Scope.ASSESSMENTS_READ},
    "answer-detail": {"GET": Scope.ASSESSMENTS_READ, "PATCH": Scope.ASSESSMENTS_WRITE},
    "evidence-list": {"GET": Scope.EVIDENCE_READ, "POST": Scope.EVIDENCE_WRITE},
    "evidence-detail": {"GET": Scope.EVIDENCE_READ},
    "evidence-attach": {"POST": Scope.EVIDENCE_WRITE},
    "evidence-detach": {"POST": Scope.EVIDENCE_WRITE},
    "evidence-versions": {"POST": Scope.EVIDENCE_WRITE},
    "evidence-download": {"GET": Scope.EVIDENCE_READ},
    "report-request": {"POST": Scope.REPORTS_WRITE},
    "report-detail": {"GET": Scope.REPORTS_READ},
    "report-file": {"GET": Scope.REPORTS_READ},
}


def refusal(name: str, method: str, held: list[str]) -> str:
    """Why a token with the scopes `held` may not do this, for the reader; empty if it may."""
    methods = SCOPES.get(name, {})
    needed = methods.get(method) or methods.get(READING.get(method, ""), NEVER)
    if needed == ANY or needed in held:
        return ""
    if needed == NEVER:
        return "No token opens this address. Sign in to use it."
    return f"This token lacks the scope {needed}. Make one that has it on the page API tokens."
