"""The workbook of a self-assessment, read by another program than the one that wrote it."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import load_workbook

from agencies.models import Event
from agencies.permissions import AGENCY_ROLES, ROLES, Permission
from assessments.models import Answer
from tests import factories
from tests.assessments.conftest import url
from tests.assessments.test_budgets import evidence_for
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db
HOSTILE = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("https://example.org","x")',
    "{=1}",
    "=cmd|' /C calc'!A0",
    "https://example.org/",
    "007",
    "1e5",
    "_x000D_",
    "a\x0bb",
    " two\n\nlines ",
    "<b>&amp;</b>",
    "Ω 😀",
    "#REF!",
    "TRUE",
    "x" * 20_000,
]


def say_all(assessment, texts):
    """One after the other, as `how` of the first clauses."""
    with owner(assessment.agency):
        answers = list(assessment.answers.order_by("clause__position")[: len(texts)])
        for answer, text in zip(answers, texts, strict=True):
            answer.how = text
        Answer.objects.bulk_update(answers, ["how"])


def fetch(client, assessment):
    response = client.get(url("sheet_file", assessment))
    assert response.status_code == 200
    return response


def sheet_of(content, name="Answers"):
    return load_workbook(io.BytesIO(content))[name]


def test_a_row_for_each_clause_with_what_is_said(draft, lead, client_for):
    evidence_for(draft, lead, 1)
    with owner(draft.agency):
        draft.answers.filter(clause__code="1.1").update(level=2, how="We meet.", version=3)
        draft.answers.filter(clause__code="1.2").update(is_not_applicable=True, na_reason="None")
    sheet = sheet_of(fetch(client_for(lead), draft).content)
    rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == [
        "Clause", "Standard", "What the clause asks", "Level", "Why it does not apply",
        "How do you do this?", "What difference does it make?",
        "Evidence (change it on the website)", "Version", "Leave this column as it is",
    ]  # fmt: skip
    assert len(rows) == 71
    assert [row[0] for row in rows[-2:]] == ["8.7", "8.8"]
    first, second = rows[1], rows[2]
    assert first[0] == "1.1"
    assert first[1].startswith("S1 ")
    assert first[3:9] == ["2 In place", "", "We meet.", "", "Policy 0 (version 1)", "3"]
    assert second[3:5] == ["Not applicable", "None"]
    assert rows[3][3] == "", "what is not scored is left empty"


def test_only_entries_can_be_changed_and_the_level_is_chosen_from_a_list(draft, lead, client_for):
    content = fetch(client_for(lead), draft).content
    sheet = sheet_of(content)
    assert sheet.protection.sheet
    assert not sheet.protection.password
    unlocked = {cell.column_letter for row in sheet["A2:J71"] for cell in row if
                not cell.protection.locked}  # fmt: skip
    assert unlocked == {"D", "E", "F", "G"}
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["J"].hidden
    [listed] = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert (str(listed.sqref), listed.formula1) == ("D2:D71", "Levels!$A$2:$A$6")
    offered = [cell.value for (cell,) in sheet_of(content, "Levels")["A2:A6"]]
    assert offered[0].startswith("0 ")
    assert offered[-1] == "Not applicable"
    told = [cell.value for (cell,) in sheet_of(content, "How to use this")["A1:A20"]]
    assert told[0] == draft.title
    assert draft.agency.name in told[1]


def test_whatever_is_typed_comes_out_as_text(draft, lead, client_for):
    say_all(draft, HOSTILE)
    content = fetch(client_for(lead), draft).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name in parts if "external" in name.lower()]
    cells = b"".join(data for name, data in parts.items() if name.startswith("xl/worksheets/sheet"))
    assert b"<f>" not in cells
    assert b"<f " not in cells
    assert b"hyperlink" not in cells
    kinds = {cell.data_type for row in sheet_of(content).iter_rows() for cell in row}
    assert kinds <= {"s", "n"}, "n: an empty cell"


@pytest.mark.parametrize("state", ["signed", "submitted"])
def test_locked_one_leaves_as_a_copy(state, request, lead, viewer, client_for):
    assessment = request.getfixturevalue(state)
    response = fetch(client_for(viewer), assessment)
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"].startswith('attachment; filename="year-one-')
    with acting(lead):
        event = Event.objects.get(action="assessment.export")
    assert (event.about_id, event.facts) == (assessment.pk, {"count": 70})


def test_practice_is_marked(draft, lead, client_for):
    with owner(draft.agency):
        type(draft).objects.bulk_create(
            [type(draft)(title="Trial", is_practice=True, **shared(draft, lead))]
        )
        trial = type(draft).objects.get(title="Trial")
    content = fetch(client_for(lead), trial).content
    assert sheet_of(content, "How to use this")["A1"].value == "Trial (practice)"


def shared(draft, lead):
    names = ("agency", "edition", "period_from", "period_to")
    return {name: getattr(draft, name) for name in names} | {"created_by": lead}


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_who_may_read_may_take_the_workbook(role, draft, agency, client_for):
    with owner():
        member = factories.make_member(agency, role)
    client = client_for(member)
    expected = 200 if Permission.READ_ASSESSMENT in ROLES[role] else 403
    assert client.get(url("sheet", draft)).status_code == expected
    assert client.get(url("sheet_file", draft)).status_code == expected
    assert client.get(f"/api/v1/assessments/{draft.pk}/spreadsheet/").status_code == expected


def test_workbook_takes_the_same_queries_with_little_and_with_much(draft, lead, client_for, floor):
    client, found = client_for(lead), []
    for count in (1, 75):
        evidence_for(draft, lead, count)
        fetch(client, draft)
        found.append(count_queries(lambda: fetch(client, draft)))
    assert found[0] == found[1] <= floor + 4
