"""What a workbook says when it comes back: shown row by row, stored only when it is confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agencies.models import Event
from agencies.permissions import AGENCY_ROLES, ROLES, Permission
from assessments.actions.answers import Said
from assessments.models import Answer, AnswerRevision
from tests import factories
from tests.assessments.conftest import answer_of, make_draft, reread, url
from tests.assessments.sheets.test_export import HOSTILE, say_all
from tests.assessments.sheets.workbooks import (
    COLUMN,
    by_hand,
    confirm,
    filled,
    inline,
    rows_of,
    send,
    taken,
)
from tests.assessments.test_merging import save
from tests.conftest import acting, count_queries, owner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def client(lead, client_for):
    return client_for(lead)


def told(page):
    """What the page says of the sheet as a whole."""
    read = page.context["preview"].read
    return len(page.context["preview"].lines), len(read.problems), read.same


def problems(page):
    return [(found.cell, found.reason) for found in page.context["preview"].read.problems]


def test_workbook_as_it_was_taken_along_changes_nothing(draft, lead, client):
    say_all(draft, HOSTILE)
    page = send(client, draft, taken(draft, lead))
    assert page.status_code == 200
    assert told(page) == (0, 0, 70)
    say_all(draft, [text.replace("_x000D_", "x") for text in HOSTILE])  # openpyxl reads it as CR
    assert told(send(client, draft, filled(taken(draft, lead)))) == (0, 0, 70)


def test_whatever_is_typed_is_stored_as_it_was_typed(draft, lead, client):
    not_in_openpyxl = ("\r=1+1", "a\x0bb", "_x000D_")
    texts = [text for text in HOSTILE if text not in not_in_openpyxl]

    def type_all(sheet):
        for number, text in enumerate(texts, 2):
            cell = sheet.cell(number, COLUMN["how"])
            cell.value, cell.data_type = text, "s"

    page = send(client, draft, filled(taken(draft, lead), change=type_all))
    assert told(page) == (len(texts), 0, 70 - len(texts))
    assert confirm(client, draft, page).url == url("overview", draft)
    with owner():
        stored = list(draft.answers.order_by("clause__position").values_list("how", flat=True))
    assert stored[: len(texts)] == [text.strip() for text in texts]


def test_preview_stores_nothing_and_shows_what_would_change(draft, lead, client, store):
    save(draft, Said(level=1, how="We meet every week."), by=lead)
    said = {("1.1", "how"): "We meet every month.", ("1.1", "level"): 3, ("1.2", "level"): " 2 "}
    page = send(client, draft, filled(taken(draft, lead), said))
    assert told(page) == (2, 0, 68)
    assert "removed" not in page.text, "nothing is removed yet"
    assert "week." in page.text
    marked = '<ins><span class="govuk-visually-hidden">[only in the workbook: </span>month.'
    assert marked in page.text
    assert answer_of(draft).version == 1
    assert answer_of(draft, "1.2").version == 0
    assert not list(store.rglob("*.*")), "the file is gone"
    assert [path for path in store.rglob("*") if path.is_file()] == []
    with acting(lead):
        assert not Event.objects.filter(action="assessment.import").exists()


def test_import_stores_what_was_chosen_by_the_action_that_stores_answers(draft, lead, client):
    said = {("1.1", "level"): 3, ("1.1", "how"): "We meet.", ("1.2", "level"): "Not applicable"}
    page = send(client, draft, filled(taken(draft, lead), {**said, ("1.3", "level"): "1"}))
    sent = {bound.html_name: "on" for _, bound in page.context["form"].changes[:2]}
    sent["token"] = page.context["form"]["token"].value()
    assert client.post(url("sheet_import", draft), sent).url == url("overview", draft)
    assert Said.stored_in(answer_of(draft)) == Said(level=3, how="We meet.")
    assert answer_of(draft, "1.2").is_not_applicable
    assert answer_of(draft, "1.3").version == 0, "its tick was taken away"
    assert reread(draft).answered_count == 1, "it does not apply, and nobody says why"
    with owner(draft.agency):
        assert AnswerRevision.objects.filter(answer__assessment=draft).count() == 2
    with acting(lead):
        facts = dict(Event.objects.filter(about_id=draft.pk).values_list("action", "facts"))
    assert facts["assessment.import"] == {"saved": 2, "same": 0, "conflicts": 0}
    assert facts["answer.save_table"]["versions"] == {"1.1": 1, "1.2": 1}
    assert "2 clauses imported" in client.get(url("overview", draft)).text


def test_cell_that_was_not_changed_says_nothing(draft, lead, contributor, client):
    """A colleague has written meanwhile; only what both changed has to be chosen."""
    save(draft, Said(level=1, how="Old", difference="Old"), by=lead)
    content = taken(draft, lead)
    save(draft, Said(level=1, how="Theirs", difference="Theirs"), by=contributor)
    assert told(send(client, draft, filled(content))) == (0, 0, 70)
    page = send(client, draft, filled(content, {("1.1", "how"): "Mine"}))
    assert page.context["preview"].lines[0].is_conflict
    assert confirm(client, draft, page, **{"c1-1": "mine"}).status_code == 302
    assert Said.stored_in(answer_of(draft)) == Said(level=1, how="Mine", difference="Theirs")


def test_cell_that_was_emptied_takes_the_text_out(draft, lead, client):
    save(draft, Said(level=1, how="Old"), by=lead)
    page = send(client, draft, filled(taken(draft, lead), {("1.1", "how"): None}))
    confirm(client, draft, page)
    assert answer_of(draft).how == ""


@pytest.mark.parametrize(("chosen", "stored"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_what_somebody_saved_since_is_chosen(chosen, stored, draft, lead, contributor, client):
    content = taken(draft, lead)
    save(draft, Said(level=3, how="Theirs"), by=contributor)
    page = send(client, draft, filled(content, {("1.1", "how"): "Mine", ("1.2", "how"): "New"}))
    assert f"What was saved by {contributor.display_name}" in page.text
    assert "Theirs" in page.text
    assert page.text.count(" checked") == 1, "in a conflict nothing is chosen beforehand"
    refused = confirm(client, draft, page)
    assert refused.status_code == 422
    assert "Choose what to keep for clause 1.1" in refused.text
    assert answer_of(draft, "1.2").version == 0, "nothing is stored"
    assert confirm(client, draft, refused, **{"c1-1": chosen}).status_code == 302
    assert (answer_of(draft).how, answer_of(draft).level) == (stored, 3)
    assert answer_of(draft, "1.2").how == "New"


def test_row_saved_between_preview_and_import_comes_back_alone(draft, lead, contributor, client):
    said = {("1.1", "how"): "Mine", ("1.2", "how"): "New"}
    page = send(client, draft, filled(taken(draft, lead), said))
    save(draft, Said(how="Theirs"), by=contributor)
    again = confirm(client, draft, page)
    assert again.status_code == 412
    assert "1 clause imported" in again.text
    assert [line.code for line in again.context["preview"].lines] == ["1.1"]
    assert (answer_of(draft).how, answer_of(draft, "1.2").how) == ("Theirs", "New")
    assert confirm(client, draft, again, **{"c1-1": "mine"}).status_code == 302
    assert answer_of(draft).how == "Mine"


def test_text_that_was_removed_since_does_not_come_back_unseen(draft, lead, client):
    save(draft, Said(how="A name"), by=lead)
    content = filled(taken(draft, lead), {("1.1", "how"): "A name, and more"})
    with owner(draft.agency):
        Answer.objects.filter(assessment=draft, clause__code="1.1").update(how="[Redacted]")
    assert send(client, draft, content).context["preview"].lines[0].is_conflict


def sort_rows_and_columns(sheet):
    rows = [list(row) for row in sheet.values]
    rows = [rows[0], *reversed(rows[1:])]
    sheet.delete_rows(1, 80)
    sheet.append(["Our own list"])
    sheet.append([])
    for row in rows:
        sheet.append(["=1+1", *reversed(row), "Note"])


def test_other_order_of_rows_and_columns_and_more_of_them_work(draft, lead, client):
    content = filled(taken(draft, lead), {("1.1", "level"): 2}, sort_rows_and_columns)
    page = send(client, draft, content)
    assert told(page) == (1, 0, 69)
    confirm(client, draft, page)
    assert answer_of(draft).level == 2


def test_missing_rows_and_columns_leave_what_they_held(draft, lead, client):
    save(draft, Said(level=1, how="Kept"), by=lead)

    def leave_out(sheet):
        sheet.delete_rows(4, 80)
        sheet.delete_cols(COLUMN["how"])
        sheet.cell(1, COLUMN["na_reason"]).value = "Why not?"

    content = filled(taken(draft, lead), {("1.1", "level"): 2}, leave_out)
    page = send(client, draft, content)
    assert told(page) == (1, 0, 1)
    read = page.context["preview"].read
    assert len(read.absent) == 68
    assert read.columns_absent == ["Why it does not apply", "How do you do this?"]
    assert read.columns_strange == ["Why not?"]
    confirm(client, draft, page)
    assert Said.stored_in(answer_of(draft)) == Said(level=2, how="Kept")


def test_texts_inside_cells_without_addresses_are_read(draft, lead, client):
    rows = rows_of(taken(draft, lead))
    rows[1][COLUMN["how"] - 1] = "Ω & <b>\n=1+1"
    page = send(client, draft, by_hand(rows, inline))
    assert told(page) == (1, 0, 69)
    confirm(client, draft, page)
    assert answer_of(draft).how == "Ω & <b>\n=1+1"


@pytest.mark.parametrize(
    ("written", "level"),
    [("2 In place", 2), ("  2  in PLACE ", 2), ("In place", 2), (2, 2), (2.0, 2), ("2.0", 2),
     (0, 0), ("not applicable", "na"), ("Not scored yet", None), ("", None)],
)  # fmt: skip
def test_level_is_read_as_people_write_it(written, level, draft, lead, client):
    save(draft, Said(level=1), by=lead)
    content = filled(taken(draft, lead), {("1.1", "level"): written})
    confirm(client, draft, send(client, draft, content))
    stored = answer_of(draft)
    assert ("na" if stored.is_not_applicable else stored.level) == level


@pytest.mark.parametrize("written", ["5", -1, 0.5, "2%", "nan", True, "x" * 500, "₂", "#REF!"])
def test_level_that_is_none_is_refused_with_its_cell(written, draft, lead, client):
    page = send(client, draft, filled(taken(draft, lead), {("1.1", "level"): written}))
    assert told(page) == (0, 1, 69)
    [(cell, reason)] = problems(page)
    assert cell == "D2"
    assert "is not on the scale" in reason or "shows the error" in reason
    assert len(reason) < 200


@pytest.mark.parametrize(
    ("key", "written", "cell", "reason"),
    [
        ("how", "=1+1", "F2", "holds a formula"),
        ("level", "=2", "D2", "holds a formula"),
        ("how", 12, "F2", "holds a number, a date or a percentage"),
        ("how", "x" * 20_001, "F2", "20,001 characters"),
        ("code", "9.9", "A2", "There is no clause “9.9”"),
        ("code", None, "A2", "There is no code"),
        ("code", 1.1, "A2", "Make it a text cell"),
        ("code", "1.2", "A2", "stands in more than one row: 2, 3"),
        ("stamp", "3.1", "J2", "The hidden cell"),
        ("stamp", None, "J2", "The hidden cell"),
    ],
)
def test_cell_that_cannot_be_imported_is_named_with_the_reason(
    key, written, cell, reason, draft, lead, client
):
    said = {("1.1", key): written, ("1.3", "level"): 1}
    page = send(client, draft, filled(taken(draft, lead), said))
    assert cell in [found for found, _ in problems(page)]
    assert reason in dict(problems(page))[cell]
    assert reason.partition("“")[0] in page.text
    confirm(client, draft, page)
    assert answer_of(draft).version == 0
    assert answer_of(draft, "1.3").level == 1, "the rest can be imported"


def test_joined_cells_are_refused(draft, lead, client):
    content = filled(taken(draft, lead), change=lambda sheet: sheet.merge_cells("F2:F3"))
    assert problems(send(client, draft, content)) == [
        ("A2", "Cells of this row are merged with others. Unmerge them."),
        ("A3", "Cells of this row are merged with others. Unmerge them."),
    ]


def test_stamp_of_another_row_is_refused(draft, lead, client):
    """As when only some of the columns were sorted."""
    rows = rows_of(taken(draft, lead))
    swapped = {("1.1", "stamp"): rows[2][9], ("1.2", "stamp"): rows[1][9]}
    page = send(client, draft, filled(taken(draft, lead), swapped))
    assert [cell for cell, _ in problems(page)] == ["J2", "J3"]


def test_workbook_of_another_one_is_refused(draft, edition, lead, stranger, client):
    for whose in (lead, stranger):
        other = make_draft(edition, whose, "Another")
        page = send(client, draft, filled(taken(other, whose), {("1.1", "how"): "Larkspur"}))
        assert page.status_code == 422
        assert "was not downloaded from this self-assessment" in page.text
        assert "Larkspur" not in page.text


def rename(header, name):
    def change(sheet):
        next(cell for cell in sheet[1] if cell.value == header).value = name

    return change


def copy_the_sheet(sheet):
    sheet.parent.copy_worksheet(sheet)


def add_many_rows(sheet):
    for _ in range(1_000):
        sheet.append(["1.1"])


def without_entries(sheet):
    sheet.delete_cols(COLUMN["level"], 4)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (rename("Clause", "Code"), "has the columns “Clause” and “Leave this column as it is”"),
        (rename("Leave this column as it is", "x"), "Give the columns their names back"),
        (rename("What the clause asks", "LEVEL "), "has two columns called “Level”"),
        (add_many_rows, "More than 1,000 rows of the sheet “Answers” hold something"),
        (without_entries, "None of the columns that can be filled in"),
        (copy_the_sheet, "“Answers” and “Answers Copy” both have the columns of answers"),
    ],
)
def test_sheet_that_cannot_be_understood_is_refused(change, reason, draft, lead, client):
    page = send(client, draft, filled(taken(draft, lead), change=change))
    assert page.status_code == 422
    assert reason in page.context["form"].errors["upload"][0]


@pytest.mark.parametrize("state", ["signed", "submitted"])
def test_locked_one_takes_nothing_in(state, request, lead, client):
    assessment = request.getfixturevalue(state)
    shown = client.get(url("sheet", assessment)).text
    assert 'type="file"' not in shown
    assert "so it cannot be changed" in shown
    content = filled(taken(assessment, lead), {("1.1", "how"): "Mine"})
    refused = send(client, assessment, content)
    assert refused.status_code == 409
    assert "so it cannot be changed" in refused.text


def test_one_that_was_locked_after_the_preview_takes_nothing_in(draft, lead, client):
    page = send(client, draft, filled(taken(draft, lead), {("1.1", "how"): "Mine"}))
    with owner():
        type(draft).objects.filter(pk=draft.pk).update(status="signed_off")
    assert confirm(client, draft, page).status_code == 409
    assert answer_of(draft).version == 0


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_who_may_answer_may_import(role, draft, agency, lead, client_for):
    with owner():
        member = factories.make_member(agency, role)
    content = filled(taken(draft, lead), {("1.1", "how"): "Mine"})
    page = send(client_for(member), draft, content)
    may = Permission.ANSWER_CLAUSE in ROLES[role]
    assert page.status_code == (200 if may else 403)
    shown = client_for(member).get(url("sheet", draft)).text
    assert ('type="file"' in shown) == may


def test_preview_of_somebody_else_or_of_another_one_imports_nothing(
    draft, edition, lead, contributor, client, client_for
):
    page = send(client, draft, filled(taken(draft, lead), {("1.1", "how"): "Mine"}))
    other = make_draft(edition, lead, "Another")
    token = page.context["form"]["token"].value()
    for one, whom, sent in [
        (draft, client_for(contributor), token),
        (other, client, token),
        (draft, client, token[:-1] + ("a" if token[-1] != "a" else "b")),
        (draft, client, ""),
    ]:
        response = whom.post(url("sheet_import", one), {"token": sent, "c1-1": "on"})
        assert response.url == url("sheet", one)
        assert "Choose the workbook again" in whom.get(response.url).text
    assert answer_of(draft).version == 0


def test_preview_runs_out(draft, lead, client, monkeypatch):
    page = send(client, draft, filled(taken(draft, lead), {("1.1", "how"): "Mine"}))
    monkeypatch.setattr("assessments.sheets.carrying.LASTS", timedelta(0))
    confirm(client, draft, page)
    assert "hours old" in client.get(url("sheet", draft)).text


def test_what_looks_like_personal_data_is_told(draft, lead, client):
    said = {("1.1", "how"): "Call her on 07700 900123."}
    confirm(client, draft, send(client, draft, filled(taken(draft, lead), said)))
    assert "looks like personal data" in client.get(url("overview", draft)).text


def test_preview_takes_the_same_few_queries_with_1_row_and_with_70(draft, lead, client, floor):
    content, found = taken(draft, lead), []
    for count in (1, 70):

        def change(sheet, count=count):
            for number in range(2, 2 + count):
                sheet.cell(number, COLUMN["how"]).value = "We meet every week."

        changed = filled(content, change=change)
        send(client, draft, changed)
        found.append(count_queries(lambda changed=changed: send(client, draft, changed)))
    assert found[0] == found[1] <= floor + 6
