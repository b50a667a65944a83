"""Reading the audit trail: which events, in which words, and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import datetime
import io
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from agencies.models import Event, Membership

THE_SERVICE = "service"
"""Stands for "no person" where somebody filters by person."""

ACTION_WORDS: dict[str, str] = {
    "agency.set_quota": "Changed how much room the agency's files may take up",
    "acceptance.accept": "Accepted a partner's answer",
    "acceptance.stop": "Stopped using a partner's answer",
    "agency.create": "Created the agency",
    "answer.assign": "Assigned a clause",
    "answer.autosave": "Autosaved an answer",
    "answer.confirm": "Confirmed that what was carried over to a clause is still true",
    "answer.hand_over": "Handed a clause over to somebody else",
    "answer.save": "Saved an answer",
    "answer.save_table": "Saved the answers to several clauses at once",
    "answer.unassign": "Took a clause from the person who had it",
    "answer.take_over": "Took over an earlier answer to a reworded clause",
    "api_token.create": "Made an API token",
    "api_token.revoke": "Revoked an API token",
    "assessment.archive": "Archived a self-assessment",
    "assessment.delete": "Deleted a self-assessment",
    "assessment.export": "Downloaded a self-assessment as a spreadsheet",
    "assessment.import": "Imported a spreadsheet into a self-assessment",
    "assessment.rename": "Changed the title or period of a self-assessment",
    "assessment.reopen": "Reopened a self-assessment",
    "assessment.restore": "Restored a self-assessment",
    "assessment.sign_off": "Signed off a self-assessment",
    "assessment.start": "Started a self-assessment",
    "assessment.submit": "Submitted a self-assessment",
    "assessment.withdraw": "Withdrew a submission",
    "audit.export": "Downloaded the audit trail",
    "consent.agree": "Agreed to a partnership",
    "consent.decline": "Declined a partnership",
    "consent.end": "Ended a partnership",
    "consent.propose": "Asked an agency for a partnership",
    "comment.withdraw": "Withdrew a comment",
    "comment.write": "Wrote a comment on a clause",
    "demo.reset": "Reset the demo data",
    "edition.restore": "Restored an edition",
    "edition.withdraw": "Withdrew an edition",
    "evidence.add": "Added evidence",
    "evidence.attach": "Attached evidence to a clause",
    "evidence.change_clauses": "Changed which clauses evidence supports",
    "evidence.delete": "Deleted evidence",
    "evidence.detach": "Detached evidence from a clause",
    "evidence.download": "Downloaded evidence",
    "evidence.edit": "Changed the details of evidence",
    "evidence.hold": "Asked to keep evidence longer than its time",
    "evidence.lift_hold": "Ended a hold on evidence",
    "evidence.hand_over": "Handed evidence over to another owner",
    "evidence.place": "Said where to look in evidence for a clause",
    "evidence.rescan": "Asked for the virus check of a file again",
    "evidence.scan": "The virus check of a file came to an end",
    "evidence.version": "Added a new version of evidence",
    "evidence.view": "Viewed evidence in the browser",
    "export.download": "Downloaded everything of the agency",
    "export.expire": "Removed exports that had run out",
    "export.finish": "Finished an export of everything",
    "export.request": "Asked for everything of the agency",
    "guidance.publish": "Published guidance",
    "guidance_draft.change_clause": "Changed a clause in a guidance draft",
    "guidance_draft.change_term": "Changed a glossary term in a guidance draft",
    "guidance_draft.discard": "Threw a guidance draft away",
    "guidance_draft.remove_term": "Removed a glossary term from a guidance draft",
    "guidance_draft.start": "Began a guidance draft",
    "guidance_draft.upload": "Uploaded a guidance draft",
    "factor_reset.confirm": "Confirmed a lost second factor; it was removed",
    "factor_reset.operate": "Removed a second factor on the server",
    "factor_reset.request": "Asked to remove a lost second factor",
    "factor_reset.withdraw": "Withdrew the request about a second factor",
    "improvement.begin": "Began an action of the improvement plan",
    "improvement.check": "Checked an action of the improvement plan",
    "improvement.edit": "Changed an action of the improvement plan",
    "improvement.finish": "Said that an action of the improvement plan is done",
    "improvement.hand_over": "Handed an action over to somebody else",
    "improvement.plan": "Planned an action for a clause",
    "improvement.put_back": "Put an action of the improvement plan back to be done",
    "invitation.accept": "Accepted an invitation",
    "invitation.create": "Invited a person",
    "invitation.resend": "Sent an invitation again",
    "invitation.revoke": "Withdrew an invitation",
    "invitation.send": "Sent the email of an invitation",
    "job.retry": "Tried a failed job again",
    "machine.create": "Made a machine account",
    "machine.end": "Ended a machine account",
    "membership.change_role": "Changed the role of a person",
    "membership.create": "Added a person",
    "membership.hand_over": "Handed over all that was a person's",
    "membership.remove": "Removed a person",
    "notice.mail": "Sent the email with what is new for a person",
    "noticesetting.change": "Changed how often they get an email",
    "offer.publish": "Offered answers to a partner",
    "offer.withdraw": "Withdrew what was offered to a partner",
    "partner.accept": "A partner accepted an answer",
    "partner.agree": "A partner agreed to the partnership",
    "partner.decline": "An agency declined the partnership",
    "partner.end": "A partner ended the partnership",
    "partner.publish": "A partner offered answers",
    "partner.stop": "A partner stopped using an answer",
    "partner.withdraw": "A partner withdrew what it offered",
    "partner.propose": "An agency asked for a partnership",
    "personal_data.clear": "Confirmed that something found is no personal data",
    "personal_data.declare": "Declared a file as anonymised",
    "disposal.confirm": "Confirmed the disposal of evidence",
    "disposal.destroy": "Destroyed files whose time was over",
    "disposal.refuse": "Refused the disposal of evidence",
    "disposal.request": "Proposed the disposal of evidence",
    "disposal.withdraw": "Took back the proposal to dispose of evidence",
    "redaction.confirm": "Confirmed that personal data is removed",
    "redaction.destroy": "Destroyed personal data",
    "redaction.notify": "Sent the email about a removal",
    "redaction.refuse": "Refused to remove something",
    "redaction.request": "Asked to remove personal data",
    "redaction.withdraw": "Took back the request to remove something",
    "report.download": "Downloaded a report",
    "report.finish": "Finished a report",
    "report.request": "Requested a report",
    "thread.reopen": "Reopened a conversation about a clause",
    "thread.resolve": "Resolved a conversation about a clause",
}
ABOUT_WORDS: dict[str, str] = {
    "acceptance": "Accepted answer of a partner",
    "agency": "Agency",
    "answer": "Answer",
    "apitoken": "API token",
    "assessment": "Self-assessment",
    "consent": "Partnership",
    "comment": "Comment",
    "disposal": "Disposal of evidence",
    "edition": "Edition",
    "evidence": "Evidence",
    "evidenceversion": "Evidence file or link",
    "export": "Export of everything",
    "guidance": "Guidance version",
    "guidancedraft": "Guidance draft",
    "factorreset": "Lost second factor",
    "improvement": "Action of the improvement plan",
    "invitation": "Invitation",
    "job": "Job",
    "membership": "Person",
    "offer": "Offer to a partner",
    "redaction": "Removal of personal data",
    "report": "Report",
    "thread": "Conversation about a clause",
}
REALM_WORDS = {
    "worker": "The service itself",
    "operator": "Operator of the server",
    "identity": "The service itself",
    "partner": "A partner agency",
}
LONG = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{64}\b")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = (
    "Number", "When (UTC)", "Person", "What was done", "Action", "Kind of record", "Record",
    "Details", "Hash",
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What to show; None or empty: everything. Dates are local and both included."""

    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    person: str = ""
    action: str = ""
    about: str = ""

    def used(self) -> list[str]:
        return sorted(name for name, value in vars(self).items() if value)


@dataclass(frozen=True)
class Line:
    """One event in words. `brief`: the details with people by name, other ids and hashes cut to
    eight digits; the file has them whole."""

    seq: int
    at: datetime.datetime
    who: str
    what: str
    action: str
    about: str
    about_id: uuid.UUID | None
    details: str
    brief: str
    hash: str


def events(agency_id: uuid.UUID, filters: Filters) -> QuerySet[Event]:
    """The agency's events, newest first."""
    found = Event.objects.filter(agency_id=agency_id).order_by("-seq")
    if filters.date_from:
        found = found.filter(at__gte=_midnight(filters.date_from))
    if filters.date_to:
        found = found.filter(at__lt=_midnight(filters.date_to + datetime.timedelta(days=1)))
    if filters.person == THE_SERVICE:
        found = found.filter(actor_id=None)
    elif filters.person:
        found = found.filter(actor_id=filters.person)
    if filters.action:
        found = found.filter(action=filters.action)
    if filters.about:
        found = found.filter(about_type=filters.about)
    return found


def people_of(agency_id: uuid.UUID) -> list[Membership]:
    """Everybody who is or was a member, by name."""
    return list(Membership.objects.filter(agency_id=agency_id).order_by("display_name", "pk"))


def in_words(found: Iterable[Event], people: Iterable[Membership]) -> list[Line]:
    """Events as people read them. Actions without words of their own keep their name."""
    names = {str(member.pk): member.display_name for member in people}
    return [_line(event, names) for event in found]


def as_csv(lines: Iterable[Line]) -> str:
    """A table for spreadsheets, in which no cell is taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        cells = (
            line.seq,
            line.at.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S"),
            line.who,
            line.what,
            line.action,
            line.about,
            line.about_id or "",
            line.details,
            line.hash,
        )
        writer.writerow([_harmless(str(cell)) for cell in cells])
    return out.getvalue()


def _line(event: Event, names: Mapping[str, str]) -> Line:
    """`names` by ids."""
    who = names.get(str(event.actor_id)) if event.actor_id else REALM_WORDS.get(event.realm)
    facts = sorted(event.facts.items())
    named = "; ".join(f"{_word(key)}: {_value(names.get(str(v), v))}" for key, v in facts)
    return Line(
        seq=event.seq,
        at=event.at,
        who=who or "Somebody who is no longer known",
        what=ACTION_WORDS.get(event.action, event.action),
        action=event.action,
        about=ABOUT_WORDS.get(event.about_type, event.about_type),
        about_id=event.about_id,
        details="; ".join(f"{_word(key)}: {_value(v)}" for key, v in facts),
        brief=LONG.sub(lambda found: found.group()[:8], named),
        hash=event.hash,
    )


def _word(key: str) -> str:
    return key.replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
