"""An agency with everything in it, made by the service's own actions: what a stranger must not see.

`enter(membership)` is a context manager that becomes this person; the caller chooses how, since
tests stand on one connection and a running service on the real logins.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencies.actions import invitations, tokens
from agencies.actions.answered import claim, keep
from agencies.models import Agency, AgencyKind, Membership
from agencies.permissions import Role
from agencies.scopes import Scope
from assessments import guarding
from assessments.actions import assessments, attaching, commenting, improving, noticing
from assessments.actions.answers import Said, answer_clause
from assessments.actions.assigning import assign
from assessments.actions.describing import Details
from assessments.actions.evidence import Source, add_evidence
from assessments.actions.guarding import clear, declare
from assessments.actions.keeping import hold
from assessments.actions.placing import Where
from assessments.actions.signoff import sign_off
from assessments.actions.submission import submit
from assessments.models import (
    Answer,
    Assessment,
    Comment,
    Evidence,
    EvidenceKind,
    EvidenceVersion,
    HoldReason,
    Pace,
)
from assessments.models.guard import with_guard
from protection.actions import disposing
from protection.actions.exports import request_export
from protection.actions.redaction import request_for_answer
from protection.models import Part, Reason
from reports.actions import request_report
from standards.actions import drafting
from standards.models import Edition, Guidance, GuidanceDraft
from standards.schema import PromptText
from tests.agencies.factors import lose
from tests.browsing import just_signed_in

NOBODY = "7c0ffee0-0000-4000-8000-000000000000"
"""Where a partner's id is wanted and there is none: see tests/partners.py."""
Enter = Callable[[Membership], AbstractContextManager[Any]]
Ids = dict[str, str]
PERIOD = {"period_from": datetime.date(2025, 10, 1), "period_to": datetime.date(2026, 9, 30)}
NEXT_YEAR = timezone.localdate() + datetime.timedelta(days=365)
WORDS = {
    AgencyKind.LA: "juniper",
    AgencyKind.RAA: "larkspur",
    AgencyKind.VAA: "mallow",
}


def furnish(agency: Agency, people: Mapping[str, Membership], enter: Enter) -> Ids:
    """A draft half done, a submitted one, the next year begun from it, evidence, an invitation and
    reports; returns their ids.

    Every text holds the agency's own word, so that a foreign byte on a page is easy to find.
    """
    lead, word = people[Role.LEAD], WORDS[AgencyKind(agency.kind)]
    with enter(lead) as by:
        draft = _start(f"The {word} draft", by)
        answered = _answer(draft, "1.1", word, by)
        piece = _evidence(word, answered, by)
        assign(draft, answers=[answered.pk], to=people[Role.CONTRIBUTOR], due_on=None, by=by)
        improvement = improving.plan(answered, planned=_planned(word, people), by=by)
        improving.begin(improvement, by=by)
        comment = _talk(answered, word, people, by)
        held = hold(piece, until=NEXT_YEAR, because=HoldReason.INQUIRY, by=by)
        over = _over(word, by)
        disposing.withdraw(disposing.propose([over.pk], by=by), by=by)
        disposal = disposing.propose([over.pk], by=by)
        removal = request_for_answer(answered, part=Part.HOW, reason=Reason.CHILD, by=by)
        export = request_export(by=by)
        finished = _start(f"The {word} submission", by)
        for answer in finished.answers.select_related("clause"):
            say(answer, f"{word} {answer.clause.code}", by=by)
        attach(finished, "1.1", piece, by)
        check_file(piece.versions.get(), by)
        invited = invitations.invite(
            agency,
            email=f"{word}-invited@agency.example",
            display_name=f"Invited {word} manager",
            role=Role.VIEWER,
            by=by,
        )
        machine = tokens.make_machine(name=f"{word} push", role=Role.CONTRIBUTOR, by=by)
        token, _ = tokens.make_token(
            machine, name=f"{word} key", scopes=[Scope.ASSESSMENTS_READ], days=1, by=by
        )
        claimed = claim(f"{word} 1", request_sha256="0" * 64, token_id=None, by=by)
        keep(claimed, code=200, body=f'"{word}"', headers={})
    with enter(people[Role.APPROVER]) as by:
        sign_off(finished, name=f"Head of {word}", has_agreed=True, by=by)
    with enter(lead) as by:
        submission = submit(finished, by=by)
        frozen = request_for_answer(
            _find(finished, "8.8"), part=Part.HOW, reason=Reason.CARER, by=by
        )
        report = request_report(finished, submission=submission, by=by)
        version = piece.versions.get()
        link = answered.evidence_links.get()
        reset = lose(people[Role.VIEWER], by=by)
        following = _start(f"The {word} next year", by, continues=finished)
    found = {
        "assessment": draft,
        "answer": answered,
        "evidence": piece,
        "version": version,
        "link": link,
        "improvement": improvement,
        "thread": comment.thread,
        "comment": comment,
        "hold": held,
        "disposal": disposal,
        "submitted": finished,
        "submission": submission,
        "following": following,
        "invitation": invited,
        "report": report,
        "machine": machine,
        "token": token,
        "redaction": removal,
        "frozen_redaction": frozen,
        "export": export,
        "membership": people[Role.CONTRIBUTOR],
        "reset": reset,
    }
    ids = {name: str(record.pk) for name, record in found.items()}
    return {"word": word, "partner": NOBODY, "offer": NOBODY, **ids}


def prove(session: Any, member: Membership) -> None:
    """As if the person had given the password a moment ago, in allauth's own words."""
    session.update(just_signed_in(member.user_id))


def furnish_scheme(admin: Membership, enter: Enter) -> Ids:
    """The scheme in the middle of its next version, with somebody invited; returns ids."""
    with enter(admin) as by:
        draft = drafting.start(Guidance.objects.get(is_current=True), by=by)
        change(draft, "1.1", "What the scheme's next prompt asks for.", by=by)
        invited = invitations.invite(
            by.agency,
            email="scheme-invited@agency.example",
            display_name="Invited scheme administrator",
            role=Role.SCHEME_ADMIN,
            by=by,
        )
        scopes = [Scope.STANDARDS_READ]
        token, _ = tokens.make_token(by, name="Scheme key", scopes=scopes, days=1, by=by)
    found = {"invitation": invited, "membership": admin, "token": token}
    return {name: str(record.pk) for name, record in found.items()}


def change(draft: GuidanceDraft, code: str, text: str, *, by: Membership) -> GuidanceDraft:
    """Put one more sentence in place of the last prompt of a clause."""
    part = drafting.clause_part(draft.document, code)
    prompts = (*part.prompts[:-1], PromptText("data", text))
    new = drafting.ClausePart(prompts, part.note)
    return drafting.change_clause(draft, code=code, part=new, seen=drafting.mark(part), by=by)


def say(answer: Answer, text: str, *, by: Membership, level: int = 2, version: int = 0) -> Answer:
    """Score a clause and say something to it."""
    said = Said(level=level, how=f"How we do {text}", difference=f"The difference {text} makes")
    return answer_clause(answer, version=version, said=said, by=by)


def attach(assessment: Assessment, code: str, piece: Evidence, by: Membership) -> None:
    attaching.attach_evidence(_find(assessment, code), evidence=[piece.pk], by=by)


def check_file(version: EvidenceVersion, by: Membership) -> None:
    """Clear what was found in a file, and declare it."""
    found = guarding.of_version(with_guard(EvidenceVersion.objects.all()).get(pk=version.pk))
    clear(version, seen=found.mark, by=by)
    declare(version, by=by)


def _start(title: str, by: Membership, **fields: Any) -> Assessment:
    return assessments.start(Edition.objects.get(), title=title, by=by, **PERIOD, **fields)


def _find(assessment: Assessment, code: str) -> Answer:
    return assessment.answers.select_related("clause", "assessment").get(clause__code=code)


def _answer(assessment: Assessment, code: str, word: str, by: Membership) -> Answer:
    return say(_find(assessment, code), f"{word} {code}: ring 07700 900123", by=by)


def _talk(answer: Answer, word: str, people: Mapping[str, Membership], by: Membership) -> Comment:
    """A conversation that was resolved once, and somebody was told of."""
    told = [people[Role.CONTRIBUTOR].pk]
    first = commenting.start_thread(answer, text=f"Who knows {word}?", told=told, by=by)
    commenting.reply(first.thread, text=f"We all know {word}.", by=by)
    noticing.choose_pace(pace=Pace.DAILY, by=by)
    commenting.resolve(first.thread, by=by)
    commenting.reopen(first.thread, by=by)
    return first


def _planned(word: str, people: Mapping[str, Membership]) -> improving.Planned:
    return improving.Planned(
        what=f"Train the {word} panel",
        why=f"Nobody of {word} was trained",
        owner=people[Role.CONTRIBUTOR],
        due_on=timezone.localdate() + datetime.timedelta(days=60),
        expected_level=3,
    )


def _over(word: str, by: Membership) -> Evidence:
    """Evidence whose time of keeping is over."""
    details = Details(f"The old {word} policy", EvidenceKind.POLICY, f"What {word} was")
    found = add_evidence(details, source=Source(url=f"https://{word}.example/old"), by=by)
    found.versions.update(at=timezone.now() - datetime.timedelta(days=3_000))
    return found


def _evidence(word: str, answer: Answer, by: Membership) -> Evidence:
    details = Details(
        f"The {word} policy",
        EvidenceKind.POLICY,
        f"What {word} is",
        tags=[word],
        owner=by,
        **PERIOD,
    )
    where = Where(f"Page 1 of {word}", f"What {word} shows there")
    text = f"What the {word} policy says.\nRing 07700 900123.\n"
    upload = SimpleUploadedFile(f"{word}.txt", text.encode())
    return add_evidence(details, source=Source(upload=upload), answer=answer, where=where, by=by)
