"""A full export can be read by itself: every id in it leads to a row in it."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from assessments.models import EvidenceLink
from protection.tables import agency_tables
from standards.models import Edition, Guidance, ReadinessRules
from tests.conftest import owner
from tests.protection.removing import hand_in
from tests.protection.test_exports import made, opened

pytestmark = pytest.mark.django_db

PUBLISHED = {
    "standards_edition": lambda edition: [edition],
    "standards_guidance": lambda edition: edition["guidance"],
    "standards_readinessrules": lambda edition: edition["rules"],
    "standards_clause": lambda edition: [
        clause for standard in edition["standards"] for clause in standard["clauses"]
    ],
}


@pytest.fixture
def full(spoken, piece, approver, lead):
    """Of an agency that has submitted a round with evidence."""
    hand_in(spoken.assessment, approver, lead)
    return made(lead)


def pointers():
    """(table, column, table it points to) of all exported tables, as the database itself says."""
    names = [table.name for table in agency_tables()]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text
               FROM pg_constraint k JOIN pg_attribute a
                 ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
               WHERE k.contype = 'f' AND k.conrelid = ANY (%s::regclass[]::oid[])
                 AND (a.attname <> 'agency_id' OR cardinality(k.conkey) = 1)""",
            [names],
        )
        return cursor.fetchall()


def read(archive, name):
    return json.loads(archive.read(name))


def ids(rows):
    return {row["id"] for row in rows}


def test_every_id_of_an_export_leads_to_a_row_of_it(full):
    with owner():
        found = pointers()
    with opened(full) as archive:
        tables = {table: read(archive, f"tables/{table}.json") for table, _, _ in found}
        editions = read(archive, "published.json")
        known = {name: ids(rows) for name, rows in tables.items()}
        known["agencies_agency"] = {read(archive, "manifest.json")["agency"]["id"]}
    for name, rows in PUBLISHED.items():
        known[name] = {row["id"] for edition in editions for row in rows(edition)}
    followed = set()
    for table, column, target in found:
        wanted = {row[column] for row in tables[table]} - {None}
        assert wanted <= known[target], (table, column, target)
        followed |= {(table, column)} if wanted else set()
    assert {
        ("assessments_answer", "clause_id"), ("assessments_answerrevision", "answer_id"),
        ("assessments_assessment", "edition_id"), ("assessments_evidencelink", "answer_id"),
        ("assessments_submission", "guidance_id"), ("assessments_submission", "rules_id"),
        ("assessments_submittedanswer", "clause_id"),
    } <= followed  # fmt: skip


def test_evidence_is_found_from_its_file_to_the_words_of_the_clause(full, piece):
    with owner():
        link = EvidenceLink.objects.select_related("answer__clause").get(version=piece)
    with opened(full) as archive:
        links = read(archive, "tables/assessments_evidencelink.json")
        answers = read(archive, "tables/assessments_answer.json")
        editions = read(archive, "published.json")
        assert "published.json" in read(archive, "manifest.json")["about"]
    (answer_id,) = [row["answer_id"] for row in links if row["version_id"] == str(piece.pk)]
    (clause_id,) = [row["clause_id"] for row in answers if row["id"] == answer_id]
    clauses = PUBLISHED["standards_clause"](editions[0])
    (clause,) = [row for row in clauses if row["id"] == clause_id]
    assert (clause["code"], clause["text"]) == ("1.1", link.answer.clause.text)


def test_versions_have_names_and_what_is_not_in_use_stays_out(full, edition, lead):
    with owner():
        guidance, rules = edition.guidance.get(), edition.rules.get()
        unused = {"version": "0.1", "label": "Never pinned", "is_current": False, "sha256": "0"}
        Guidance.objects.create(edition=edition, **unused)
        ReadinessRules.objects.create(edition=edition, document={}, **unused)
        Edition.objects.create(code="other", title="Not in use", source="", sha256="0")
    with opened(made(lead)) as archive:
        (said,) = read(archive, "published.json")
    assert said["code"] == edition.code
    assert [len(said[key]) for key in ("guidance", "rules")] == [1, 1]
    for row, version in ((said["guidance"][0], guidance), (said["rules"][0], rules)):
        assert (row["version"], row["label"]) == (version.version, version.label)


def test_agency_without_an_assessment_gets_an_empty_list(lead):
    with opened(made(lead)) as archive:
        assert read(archive, "published.json") == []
