"""The published text that an agency's rows point to, for its export: without it ids say nothing."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from assessments.models import Assessment, Submission
from standards.models import Edition, Guidance, ReadinessRules

FILE_NAME = "published.json"
VERSION = ("id", "version", "label", "sha256")
CLAUSE = ("id", "code", "group", "text")


def as_json() -> str:
    """Editions, guidance and rules that rows of the acting agency name, and no others."""
    editions = Edition.objects.filter(pk__in=Assessment.objects.values("edition"))
    found = [_edition(one) for one in editions.prefetch_related("standards__clauses")]
    return json.dumps(found, cls=DjangoJSONEncoder, indent=1, ensure_ascii=False) + "\n"


def _edition(edition: Edition) -> dict[str, Any]:
    pinned = Submission.objects.filter(assessment__edition=edition)
    guidance = edition.guidance.filter(pk__in=pinned.values("guidance"))
    rules = edition.rules.filter(pk__in=pinned.values("rules"))
    return {
        **_said(edition, ("id", "code", "title", "source", "published_on", "sha256")),
        "guidance": _versions(guidance),
        "rules": _versions(rules),
        "standards": [
            _said(standard, ("id", "code", "title", "statement"))
            | {"clauses": [_said(clause, CLAUSE) for clause in standard.clauses.all()]}
            for standard in edition.standards.all()
        ],
    }


def _versions(rows: QuerySet[Guidance] | QuerySet[ReadinessRules]) -> list[dict[str, Any]]:
    return [_said(row, VERSION) for row in rows.order_by("version")]


def _said(row: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: getattr(row, field) for field in fields}
