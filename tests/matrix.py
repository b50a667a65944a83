"""Every address of the service, by who may ask for it. Used wherever all of them are visited."""

from __future__ import annotations

from standards.presenting import term_key

EDITION = "neps-2022"

Kwargs = dict[str, str]
# Words in braces are ids of the agency's own records (tests/world.py).
ASSESSMENT = {"pk": "{assessment}"}
SUBMITTED = {"pk": "{submitted}"}
CLAUSE = {**ASSESSMENT, "code": "1.1"}
EVIDENCE = {"pk": "{evidence}"}
REPORT = {"pk": "{report}"}
VERSION = {"code": EDITION, "version": "1.1"}
TERM = {"code": EDITION, "term": term_key("Answer")}
API_ANSWERS = {"assessment_id": "{assessment}"}

PUBLIC: dict[str, Kwargs] = {
    "healthz": {},
    "account_login": {},
    "account_inactive": {},
    "account_logout": {},
    "account_reset_password": {},
    "account_reset_password_done": {},
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    "account_reset_password_from_key_done": {},
    "agencies:invitation": {"token": "A" * 43},
    "pages:help": {},
    "pages:accessibility": {},
    "pages:privacy": {},
    "pages:cookies": {},
}
SIGNED_IN: dict[str, Kwargs] = {
    "home": {},
    "account_change_password": {},
    "account_reauthenticate": {},
    "agencies:switch": {},
    "standards:edition_list": {},
    "standards:edition_detail": {"code": EDITION},
    "standards:glossary": {},
    "standards:guidance_list": {"code": EDITION},
    "standards:guidance_detail": VERSION,
    "standards:guidance_file": VERSION,
}
# The scheme's own: agencies' people are told that it is not for them.
STAFF: dict[str, Kwargs] = {
    "standards:publishing": {},
    "standards:draft_start": VERSION,
    "standards:draft_upload": {"code": EDITION},
    "standards:edition_withdraw": {"code": EDITION},
    "standards:edition_restore": {"code": EDITION},
    "standards:draft_detail": {"code": EDITION},
    "standards:draft_clause": {"code": EDITION, "clause": "1.1"},
    "standards:draft_term_add": {"code": EDITION},
    "standards:draft_term": TERM,
    "standards:draft_term_remove": TERM,
    "standards:draft_changes": {"code": EDITION},
    "standards:draft_publish": {"code": EDITION},
    "standards:draft_discard": {"code": EDITION},
}
MEMBERS: dict[str, Kwargs] = {
    "agencies:people": {},
    "agencies:invite": {},
    "agencies:invitation_resend": {"pk": "{invitation}"},
    "agencies:invitation_revoke": {"pk": "{invitation}"},
    "agencies:change_role": {"pk": "{membership}"},
    "agencies:remove": {"pk": "{membership}"},
    "agencies:tokens": {},
    "agencies:token_make": {},
    "agencies:token_revoke": {"pk": "{token}"},
    "agencies:machines": {},
    "agencies:machine_make": {},
    "agencies:machine_token": {"pk": "{machine}"},
    "agencies:machine_end": {"pk": "{machine}"},
    "agencies:audit": {},
    "agencies:audit_csv": {},
    "assessments:list": {},
    "assessments:start": {},
    "assessments:overview": ASSESSMENT,
    "assessments:progress": ASSESSMENT,
    "assessments:rename": ASSESSMENT,
    "assessments:archive": ASSESSMENT,
    "assessments:restore": ASSESSMENT,
    "assessments:delete": ASSESSMENT,
    "assessments:standard": {**ASSESSMENT, "code": "S1"},
    "assessments:table": {**ASSESSMENT, "code": "S1"},
    "assessments:clause": CLAUSE,
    "assessments:autosave": CLAUSE,
    "assessments:check": ASSESSMENT,
    "assessments:sign_off": ASSESSMENT,
    "assessments:reopen": ASSESSMENT,
    "assessments:submit": ASSESSMENT,
    "assessments:withdraw": SUBMITTED,
    "assessments:submission": {**SUBMITTED, "round": "1"},
    "assessments:evidence_list": {},
    "assessments:evidence_add": {},
    "assessments:evidence_detail": EVIDENCE,
    "assessments:evidence_edit": EVIDENCE,
    "assessments:evidence_version": EVIDENCE,
    "assessments:evidence_delete": EVIDENCE,
    "assessments:evidence_clauses": {**EVIDENCE, "assessment": "{assessment}"},
    "assessments:evidence_attach": {"answer": "{answer}"},
    "assessments:evidence_detach": {"pk": "{link}"},
    "assessments:evidence_download": {"pk": "{version}"},
    "reports:list": SUBMITTED,
    "reports:request": SUBMITTED,
    "reports:detail": REPORT,
    "reports:status": REPORT,
    "reports:retry": REPORT,
    "reports:download": REPORT,
}
API: dict[str, Kwargs] = {
    "api-schema": {},
    "api-docs": {},
    "edition-list": {},
    "edition-detail": {"code": EDITION},
    "guidance-list": {"code": EDITION},
    "guidance-detail": VERSION,
    "assessment-list": {},
    "assessment-detail": ASSESSMENT,
    "assessment-readiness": ASSESSMENT,
    "assessment-archive": ASSESSMENT,
    "assessment-restore": ASSESSMENT,
    "assessment-check": ASSESSMENT,
    "assessment-sign-off": ASSESSMENT,
    "assessment-reopen": ASSESSMENT,
    "assessment-submit": ASSESSMENT,
    "assessment-withdraw": SUBMITTED,
    "assessment-submissions": SUBMITTED,
    "answer-list": API_ANSWERS,
    "answer-detail": {**API_ANSWERS, "code": "1.1"},
    "evidence-list": {},
    "evidence-detail": EVIDENCE,
    "evidence-attach": EVIDENCE,
    "evidence-detach": EVIDENCE,
    "evidence-versions": EVIDENCE,
    "evidence-download": {**EVIDENCE, "version": "{version}"},
    "report-request": SUBMITTED,
    "report-detail": REPORT,
    "report-file": REPORT,
    "report-retry": REPORT,
    "person-list": {},
    "person-detail": {"pk": "{membership}"},
    "invitation-list": {},
    "invitation-detail": {"pk": "{invitation}"},
    "invitation-resend": {"pk": "{invitation}"},
    "event-list": {},
}
MATRIX = PUBLIC | SIGNED_IN | STAFF | MEMBERS | API
