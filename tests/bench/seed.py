"""`python -m tests.bench.seed fill AGENCY ASSESSMENT` and `… crowd AGENCY COUNT`
and `… stock AGENCY COUNT` and `… years AGENCY COUNT EACH` and `… sheet AGENCY ASSESSMENT`,
as the migrator.

fill: every clause of a draft answered and evidence for some, by the service's own actions.
stock: COUNT more pieces of evidence in its library.
years: EACH more drafts of COUNT years, every clause answered and one talked about.
sheet: prints a workbook of the draft in which some rows were changed (base64).
crowd: COUNT more agencies, each a copy of AGENCY with ids of its own, row by row in SQL.
"""

from __future__ import annotations

import base64
import io
import os
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.apps import apps
from django.db import connection, models
from django.utils import timezone
from openpyxl import load_workbook

from agencies.models import Agency, Membership, TenantModel, User
from agencies.permissions import Role
from agencies.tenancy import acting_for
from assessments.actions import assessments, commenting
from assessments.actions.answers import rules_of
from assessments.actions.describing import Details
from assessments.actions.evidence import Source, add_evidence
from assessments.actions.sheets import export_sheet
from assessments.models import (
    Answer,
    Assessment,
    Evidence,
    EvidenceKind,
    EvidenceVersion,
    ScanState,
)
from standards.models import Edition
from tests.served.seed import enter
from tests.world import PERIOD, say

LONG = "Every plan is looked at for early permanence before the first meeting. " * 6
PIECES = 12
CHANGED = 20


def fill(agency_id: uuid.UUID, assessment_id: uuid.UUID) -> None:
    with acting_for(agency_id, realm="operator"):
        lead = Membership.objects.get(agency=agency_id, role=Role.LEAD)
    with enter(lead) as by:
        rows = Answer.objects.for_page().filter(assessment=assessment_id).order_by("pk")
        levels = [step.level for step in rules_of(rows[0]).scale]
        for index, answer in enumerate(rows):
            level = levels[index % len(levels)]
            answered = say(answer, LONG, by=by, level=level, version=answer.version)
            if index < PIECES:
                details = Details(f"Piece {index}", EvidenceKind.POLICY, "What it shows", **PERIOD)
                source = Source(url=f"https://agency.example/{index}")
                add_evidence(details, source=source, answer=answered, by=by)
    _analyze()


def crowd(agency_id: uuid.UUID, count: int) -> None:
    with acting_for(None, realm="operator"), connection.cursor() as cursor:
        for model in _parents_first():
            cursor.execute(_copies(model), {"agency": agency_id, "count": count})
    _analyze()


def stock(agency_id: uuid.UUID, count: int) -> None:
    """That many more pieces of evidence, each a link, with tags and a day on which it ends."""
    with acting_for(agency_id, realm="operator"):
        lead = Membership.objects.get(agency=agency_id, role=Role.LEAD)
        own = {"agency_id": agency_id}
        today = timezone.localdate()
        pieces = Evidence.objects.bulk_create(
            Evidence(
                title=f"Piece of the library {index}",
                kind=EvidenceKind.values[index % len(EvidenceKind.values)],
                description=LONG,
                tags=[f"tag {index % 40}"],
                valid_until=today + timedelta(days=index % 400),
                owner=lead,
                created_by=lead,
                **own,
            )
            for index in range(count)
        )
        EvidenceVersion.objects.bulk_create(
            EvidenceVersion(
                evidence=piece,
                number=1,
                url="https://agency.example/",
                scan_state=ScanState.NOT_SCANNED,
                by=lead,
                **own,
            )
            for piece in pieces
        )
    _analyze()


def years(agency_id: uuid.UUID, count: int, each: int) -> None:
    """A word that every answer has, and one that a single comment of each draft has."""
    with acting_for(agency_id, realm="operator"):
        lead = Membership.objects.get(agency=agency_id, role=Role.LEAD)
    with enter(lead) as by:
        edition = Edition.objects.get()
        for year, number in product(range(count), range(each)):
            title = f"Year {year}, {number}"
            draft = assessments.start(edition, title=title, by=by, **PERIOD)
            draft.answers.update(how=f"{title}. {LONG}", difference=LONG, level=2, version=1)
            talked = draft.answers.select_related("clause", "assessment").first()
            commenting.start_thread(talked, text="Who keeps the heron list?", by=by)
    _analyze()


def sheet(agency_id: uuid.UUID, assessment_id: uuid.UUID) -> None:
    with acting_for(agency_id, realm="operator"):
        lead = Membership.objects.get(agency=agency_id, role=Role.LEAD)
    with enter(lead) as by:
        made = export_sheet(Assessment.objects.for_page().get(pk=assessment_id), by=by)
    book = load_workbook(io.BytesIO(made))
    for row in range(2, 2 + CHANGED):
        cell = book["Answers"].cell(row, 6)
        cell.value = f"{cell.value} Since May also at every review."
    changed = io.BytesIO()
    book.save(changed)
    sys.stdout.write(base64.b64encode(changed.getvalue()).decode())


def _analyze() -> None:
    """What PostgreSQL does by itself within a minute or so."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _parents_first() -> Iterator[type[models.Model]]:
    """Agencies and people, then every table about an agency after those that it points to."""
    yield from (Agency, User)
    done: set[type[models.Model]] = {Agency, User}
    left = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    while left:
        ready = [model for model in left if not _parents(model) & set(left) - {model}]
        assert ready, f"A circle of keys: {left}"
        yield from ready
        done |= set(ready)
        left = [model for model in left if model not in done]


def _parents(model: type[models.Model]) -> set[type[models.Model]]:
    return {f.related_model for f in model._meta.concrete_fields if f.is_relation}


def _copies(model: type[models.Model]) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = ", ".join(_value(field) for field in fields)
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, "
        f"generate_series(1, %(count)s) n WHERE {_whose(model)}"
    )


def _whose(model: type[models.Model]) -> str:
    if model is User:
        mine = "SELECT user_id FROM agencies_membership WHERE agency_id = %(agency)s"
        return f"t.id IN ({mine})"
    return "t.id = %(agency)s" if model is Agency else "t.agency_id = %(agency)s"


def _value(field: models.Field) -> str:
    """Ids, and what is unique beyond one agency, differ in each copy, always in the same way."""
    column = f"t.{connection.ops.quote_name(field.column)}"
    target = field.related_model if field.is_relation else None
    if target in (Agency, User) or (target and issubclass(target, TenantModel)):
        return f"md5({column}::text || n)::uuid"
    if isinstance(field, models.UUIDField) and not target:
        return f"md5({column}::text || n)::uuid"
    if field.unique and isinstance(field, models.CharField):
        is_hash = field.max_length == 64
        return f"md5({column}) || md5({column} || n)" if is_hash else f"n || '.' || {column}"
    return column


def main() -> None:
    match sys.argv[1:]:
        case ["fill", agency, assessment]:
            fill(uuid.UUID(agency), uuid.UUID(assessment))
        case ["crowd", agency, count]:
            crowd(uuid.UUID(agency), int(count))
        case ["stock", agency, count]:
            stock(uuid.UUID(agency), int(count))
        case ["years", agency, count, each]:
            years(uuid.UUID(agency), int(count), int(each))
        case ["sheet", agency, assessment]:
            sheet(uuid.UUID(agency), uuid.UUID(assessment))
        case words:
            sys.exit(f"{words}: {__doc__}")


if __name__ == "__main__":
    main()
