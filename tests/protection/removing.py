"""Removals as tests ask for and confirm them, and a search for what is left."""

from __future__ import annotations

import subprocess
from pathlib import Path

from django.db import connection

from assessments import guarding
from assessments.actions.answers import Said, answer_clause
from assessments.actions.guarding import clear
from assessments.actions.signoff import sign_off
from assessments.actions.submission import submit, withdraw
from assessments.models import (
    Submission,
)
from protection.actions import redaction as actions
from reports.actions import request_report
from tests.assessments.conftest import answer_of, reread
from tests.conftest import acting, owner


def confirm(redaction, by):
    with acting(by) as member:
        return actions.confirm(redaction, has_understood=True, by=member)


def clear_wrongly(assessment, lead):
    """What the guard found is said to be nothing: so it gets into a round."""
    with acting(lead) as by:
        for suspect in guarding.of_assessment(assessment).suspects:
            clear(suspect.of, seen=suspect.mark, by=by)


def hand_in(assessment, approver, lead):
    clear_wrongly(assessment, lead)
    assessment = reread(assessment)
    with acting(approver) as by:
        sign_off(assessment, name="Head", has_agreed=True, by=by)
    with acting(lead) as by:
        return submit(assessment, by=by)


def take_back(assessment, lead):
    assessment = reread(assessment)
    with acting(lead) as by:
        withdraw(assessment, by=by)


def request(assessment, lead, *, is_round=False):
    assessment = reread(assessment)
    with acting(lead) as by:
        submission = round_of(assessment) if is_round else None
        return request_report(assessment, submission=submission, by=by)


def say(assessment, lead, **said):
    answer = answer_of(assessment)
    with acting(lead) as by:
        answer_clause(answer, version=answer.version, said=Said(level=2, **said), by=by)


def round_of(assessment):
    rounds = Submission.objects.select_related(
        "assessment__edition", "sign_off", "guidance", "rules", "by"
    )
    return rounds.filter(assessment=assessment).order_by("-round")[0]


def tables_with(word):
    """Every table of the database, read as text: where the word stands."""
    found = []
    with owner(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.oid::regclass::text FROM pg_class c
               JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relkind = 'r' AND n.nspname = 'public'"""
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE %s", [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def texts_of(root: Path):
    """Every file of the store, PDFs as the text on their pages."""
    for path in root.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            if raw.startswith(b"%PDF"):
                raw = subprocess.run(
                    ["pdftotext", path, "-"], capture_output=True, check=True
                ).stdout
            yield path, raw.decode(errors="replace")


def files_with(word, root):
    words = word.split()
    return [path for path, text in texts_of(root) if all(one in text for one in words)]
