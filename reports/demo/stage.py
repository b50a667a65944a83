"""Playing it: everything goes through the actions that pages and the API use."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from agencies import audit
from agencies.actions.operating import create_agency, seat
from agencies.models import Agency, Membership, TenantModel, User
from agencies.tenancy import acting_for
from assessments import files
from assessments.actions import commenting, improving
from assessments.actions.answers import answer_clause
from assessments.actions.assessments import start
from assessments.actions.assigning import assign
from assessments.actions.attaching import attach_evidence
from assessments.actions.carrying import confirm
from assessments.actions.describing import Details
from assessments.actions.evidence import Source, add_evidence
from assessments.actions.signoff import sign_off
from assessments.actions.submission import submit
from assessments.carrying import mark
from assessments.models import Answer, Assessment, Evidence, EvidenceVersion
from assessments.models.assignment import assignable
from assessments.models.comment import readers
from reports import store
from reports.actions import request_report
from reports.demo.script import Intention, Piece, Play, Talk, Troupe
from reports.models import Report
from standards.models import Edition


def found(troupe: Troupe, *, password: str) -> Agency:
    """The agency, emptied of all it held, with its people in their seats."""
    agency = Agency.objects.filter(name=troupe.name, is_demo=True).first()
    if agency is None:
        agency = Agency(name=troupe.name, kind=troupe.kind, is_demo=True)
        with acting_for(agency.pk, realm="operator"):
            create_agency(agency)
    with acting_for(agency.pk, realm="operator"):
        _clear(agency)
        members = [
            seat(
                agency,
                email=person.email,
                display_name=person.name,
                role=person.role,
                password=password,
            )
            for person in troupe.people
        ]
        others = Membership.objects.filter(agency=agency).exclude(pk__in=[m.pk for m in members])
        others.delete()
        audit.record("demo.reset", agency)
    return agency


def play(
    script: Play, agency: Agency, pieces: list[Piece], evidence: dict[str, Evidence]
) -> Assessment:
    """Make one self-assessment. `evidence` holds what was added before, by title, and grows."""
    start_on, end_on = script.period
    with acting_as(agency, script.lead) as lead:
        edition = Edition.objects.filter(is_withdrawn=False).latest("code")
        assessment = start(
            edition,
            title=script.title,
            period_from=start_on,
            period_to=end_on,
            is_practice=script.is_practice,
            continues=Assessment.objects.filter(title=script.continues).first(),
            by=lead,
        )
    _begin(script, agency, assessment)
    _answer(script, agency, assessment)
    _attach(script, agency, assessment, pieces, evidence)
    _confirm(script, agency, assessment)
    _assign(script, agency, assessment)
    for intention in script.plan:
        _plan(script, agency, assessment, intention)
    for talk in script.comments:
        _talk(agency, assessment, talk)
    if script.signed_by:
        with acting_as(agency, script.signed_by) as approver:
            sign_off(assessment, name=script.signed_as, has_agreed=True, by=approver)
        with acting_as(agency, script.lead) as lead:
            submission = submit(assessment, by=lead)
            request_report(assessment, submission=submission, by=lead)
    return assessment


def _begin(script: Play, agency: Agency, assessment: Assessment) -> None:
    """What some clauses said first: the last of the writers began."""
    with acting_as(agency, script.writers[-1]) as writer:
        for code, drafts in script.earlier.items():
            for said in drafts:
                answer = _at(assessment, code)
                answer_clause(answer, version=answer.version, said=said, by=writer)


def _answer(script: Play, agency: Agency, assessment: Assessment) -> None:
    """The writers take turns, standard by standard."""
    writers = itertools.cycle(script.writers)
    standards = itertools.groupby(script.said.items(), key=lambda item: item[0].split(".")[0])
    sittings = [list(answers) for _, answers in standards]
    _date_back(agency, assessment, sittings_ago=len(sittings))
    for ago, answers in zip(reversed(range(len(sittings))), sittings, strict=True):
        with acting_as(agency, next(writers)) as writer:
            for code, said in answers:
                answer = _at(assessment, code)
                answer_clause(answer, version=answer.version, said=said, by=writer)
        _date_back(agency, assessment, sittings_ago=ago)


def _confirm(script: Play, agency: Agency, assessment: Assessment) -> None:
    with acting_as(agency, script.lead) as lead:
        for code in script.confirmed:
            answer = _at(assessment, code)
            confirm(answer, seen=mark(answer), by=lead)


def _assign(script: Play, agency: Agency, assessment: Assessment) -> None:
    today = timezone.localdate()
    with acting_as(agency, script.lead) as lead:
        people = {member.email: member for member in assignable(agency.pk)}
        for task in script.tasks:
            chosen = assessment.answers.filter(clause__standard__code__in=task.standards)
            assign(
                assessment,
                answers=list(chosen.values_list("pk", flat=True)),
                to=people[task.to],
                due_on=today + datetime.timedelta(days=task.days),
                by=lead,
            )


def _plan(script: Play, agency: Agency, assessment: Assessment, said: Intention) -> None:
    """An action, as far as it has come. One that is overdue was planned for today first."""
    day = timezone.localdate() + datetime.timedelta(days=said.days)
    with acting_as(agency, said.owner) as owner:
        planned = improving.Planned(
            what=said.what,
            why=said.why,
            owner=owner,
            due_on=max(day, timezone.localdate()),
            expected_level=said.level,
        )
        made = improving.plan(_at(assessment, said.clause), planned=planned, by=owner)
        for name in said.steps:
            improving.STEPS[name](made, by=owner)
    if said.is_checked:
        with acting_as(agency, script.lead) as lead:
            improving.check(made, by=lead)
    with acting_for(agency.pk, realm="operator"):
        assessment.improvements.filter(pk=made.pk).update(due_on=day)


def _talk(agency: Agency, assessment: Assessment, talk: Talk) -> None:
    """Everybody speaks in turn; the last one may resolve it."""
    thread = None
    for remark in talk.said:
        with acting_as(agency, remark.by) as by:
            told = [one.pk for one in readers(agency.pk).filter(email__in=remark.told)]
            if thread is None:
                answer = _at(assessment, talk.clause)
                first = commenting.start_thread(answer, text=remark.text, told=told, by=by)
                thread = first.thread
            else:
                commenting.reply(thread, text=remark.text, told=told, by=by)
            if talk.is_resolved and remark is talk.said[-1]:
                commenting.resolve(thread, by=by)


def _date_back(agency: Agency, assessment: Assessment, *, sittings_ago: int) -> None:
    """As if they had met every nine days: else a demo would have no progress over time."""
    today = timezone.localdate()
    then = today - datetime.timedelta(days=9 * sittings_ago)
    with acting_for(agency.pk, realm="operator"):
        assessment.progress.filter(day=today).update(day=then)


def _attach(
    script: Play,
    agency: Agency,
    assessment: Assessment,
    pieces: list[Piece],
    evidence: dict[str, Evidence],
) -> None:
    wanted = [piece for piece in pieces if piece.clauses.get(script.evidence)]
    with acting_as(agency, script.writers[0]) as writer:
        for piece in wanted:
            if piece.title not in evidence:
                evidence[piece.title] = _add(piece, writer)
        for piece in wanted:
            for code in piece.clauses[script.evidence]:
                answer, where = _at(assessment, code), piece.where.get(code)
                attach_evidence(answer, evidence=[evidence[piece.title].pk], where=where, by=writer)


def _add(piece: Piece, by: Membership) -> Evidence:
    start_on, end_on = piece.period
    details = Details(
        piece.title,
        piece.kind,
        piece.description,
        start_on,
        end_on,
        valid_until=piece.valid_until,
        owner=by,
        tags=list(piece.tags),
    )
    source = Source(upload=piece.upload, url=piece.url, is_anonymised=piece.is_anonymised)
    return add_evidence(details, source=source, by=by)


def _at(assessment: Assessment, code: str) -> Answer:
    return Answer.objects.for_page().get(assessment=assessment, clause__code=code)


@contextmanager
def acting_as(agency: Agency, email: str) -> Iterator[Membership]:
    """Act as this person, on the server."""
    user = User.objects.get(email=email)
    with acting_for(agency.pk, realm="operator", user_id=user.pk) as member:
        if member is None:
            raise ValueError(f"{email} has no seat in {agency.name}")
        yield member


def _clear(agency: Agency) -> None:
    """Remove all that the agency holds, children first. Its audit trail stays, as it must."""
    evidence, reports = _names(EvidenceVersion, agency), _names(Report, agency)
    for model in _children_first():
        if model is not Membership:
            rows = model._base_manager.filter(agency_id=agency.pk)
            rows._raw_delete(rows.db)  # no cascade to ask about
    transaction.on_commit(lambda: _remove_files(evidence, reports))


def _remove_files(evidence: list[str], reports: list[str]) -> None:
    files.remove(evidence)
    store.remove(reports)


def _names(model: type[EvidenceVersion | Report], agency: Agency) -> list[str]:
    rows = model._base_manager.filter(agency_id=agency.pk).exclude(stored_as="")
    return list(rows.values_list("stored_as", flat=True))


def _children_first() -> list[type[models.Model]]:
    tenant = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    parents = {
        model: {
            field.related_model
            for field in model._meta.concrete_fields
            if field.related_model in tenant and field.related_model is not model
        }
        for model in tenant
    }
    return list(reversed(list(TopologicalSorter(parents).static_order())))
