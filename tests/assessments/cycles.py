"""A second edition of the standards, and assessments that follow one another."""

from __future__ import annotations

import hashlib
from datetime import date

from assessments.actions.answers import Said, answer_clause
from assessments.actions.assessments import start
from assessments.actions.attaching import attach_evidence
from assessments.actions.describing import Details
from assessments.actions.evidence import Source, add_evidence
from assessments.actions.placing import Where
from assessments.models import Answer, Assessment
from standards.models import Clause, Edition, Guidance, ReadinessRules, Standard
from tests.assessments.conftest import answer_of
from tests.conftest import acting, owner

NEXT = {"title": "Year two", "period_from": date(2027, 4, 1), "period_to": date(2028, 3, 31)}


def say(assessment, code, by, **said):
    answer = answer_of(assessment, code)
    with acting(by) as member:
        return answer_clause(answer, version=answer.version, said=Said(**said), by=member)


def attach(assessment, code, by, *, title="Policy", valid_until=None):
    """A piece of evidence, with the place where to look."""
    details = Details(title=title, kind="policy", description="How", valid_until=valid_until)
    answer = answer_of(assessment, code)
    with acting(by) as member:
        piece = add_evidence(details, source=Source(url="https://example.org/1"), by=member)
        where = Where("Page 4", "Who decides")
        attach_evidence(answer, evidence=[piece.pk], where=where, by=member)
    return piece


def next_of(earlier, by, edition=None, **fields) -> Assessment:
    with acting(by) as member:
        earlier = Assessment.objects.get(pk=earlier.pk)
        return start(edition or earlier.edition, **NEXT | fields, continues=earlier, by=member)


def answers(assessment) -> dict[str, Answer]:
    with owner():
        rows = assessment.answers.select_related("clause", "confirmed_by")
        return {answer.clause.code: answer for answer in rows}


def second_edition(first: Edition) -> Edition:
    """As the first, but 1.1 is reworded, 1.2 and 1.3 changed places, 1.4 is gone, 1.99 is new."""
    with owner():
        edition = Edition.objects.create(
            code="neps-2028", title="Second", source="Written for a test.", sha256="0" * 64
        )
        for standard in first.standards.prefetch_related("clauses"):
            own = Standard.objects.create(
                edition=edition, code=standard.code, position=standard.position,
                title=standard.title, statement=standard.statement,
            )  # fmt: skip
            Clause.objects.bulk_create(map(_of(own), standard.clauses.exclude(code="1.4")))
        last = Clause(code="1.99", position=99, text="New.", addressed_to=["LA", "RAA", "VAA"])
        last.text_sha256 = hashlib.sha256(last.text.encode()).hexdigest()
        last.standard = edition.standards.get(code="S1")
        last.save()
        for model in (Guidance, ReadinessRules):
            for row in model.objects.filter(edition=first, is_current=True):
                row.pk, row.edition, row._state.adding = None, edition, True
                row.id = Edition().id
                row.save()
    return edition


def _of(standard: Standard):
    def copied(clause: Clause) -> Clause:
        text = f"{clause.text} And reviewed." if clause.code == "1.1" else clause.text
        return Clause(
            standard=standard,
            code={"1.2": "1.3", "1.3": "1.2"}.get(clause.code, clause.code),
            position=clause.position,
            group=clause.group,
            text=text,
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            addressed_to=clause.addressed_to,
        )

    return copied
