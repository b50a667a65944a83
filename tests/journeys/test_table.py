"""A whole standard on one page: by mouse, by keyboard, without scripts, and two people at once."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tests.served.stack import Stack


def _open(stack: Stack, visitor: Visitor, code: str) -> str:
    path = f"/assessments/{stack.people['LA']['ids']['assessment']}/standards/{code}/table/"
    visitor.go(path)
    return path


def _levels(stack: Stack, code: str) -> list[int | None]:
    """What is stored for the clauses of a standard, in order."""
    with stack.owner() as session:
        rows = session.execute(
            """SELECT a.level FROM assessments_answer a
               JOIN standards_clause c ON c.id = a.clause_id
               JOIN standards_standard s ON s.id = c.standard_id
               WHERE a.assessment_id = %s AND s.code = %s ORDER BY c.position""",
            [stack.people["LA"]["ids"]["assessment"], code],
        ).fetchall()
    return [level for (level,) in rows]


def _radio(visitor: Visitor, clause: str, value: str) -> Locator:
    name = f"c{clause.replace('.', '-')}-level"
    return visitor.page.locator(f'input[name="{name}"][value="{value}"]')


def _tick(visitor: Visitor, clause: str, value: str) -> None:
    """As a person does: on its label, since the box itself is drawn by it."""
    _radio(visitor, clause, value).locator("xpath=following-sibling::label").click()


def test_levels_of_a_whole_standard_are_saved_at_once(
    stack: Stack, arrive: Arrive, has_javascript: bool
) -> None:
    standard, other = ("6", "1") if has_javascript else ("7", "2")
    lead = arrive("lead", javascript=has_javascript)
    path = _open(stack, lead, f"S{standard}")
    lead.station("empty")
    count = lead.page.locator("[data-table-row]").count()
    for number in range(1, count + 1):
        _tick(lead, f"{standard}.{number}", str(number % 4))
    lead.page.locator("details summary").nth(1).click()
    lead.page.locator(f"#id_c{standard}-1-how").fill("We meet every week")
    lead.press("Save and continue")
    assert f"{count} clauses saved" in lead.text
    assert _levels(stack, f"S{standard}") == [number % 4 for number in range(1, count + 1)]
    lead.go(path)
    assert _radio(lead, f"{standard}.{other}", str(int(other) % 4)).is_checked()
    lead.station("filled")


def test_two_people_at_one_standard_lose_nothing(
    stack: Stack, arrive: Arrive, has_javascript: bool
) -> None:
    code = "8" if has_javascript else "3"
    lead = arrive("lead", javascript=has_javascript)
    colleague = arrive("contributor", javascript=has_javascript)
    _open(stack, lead, f"S{code}")
    _open(stack, colleague, f"S{code}")
    for person, level in ((lead, "3"), (colleague, "1")):
        _tick(person, f"{code}.1", level)
    _tick(colleague, f"{code}.2", "2")
    lead.press("Save and go to overview")
    colleague.press("Save and go to overview")
    assert _levels(stack, f"S{code}")[:2] == [3, 2], "the row without a conflict is saved"
    assert "1 clause saved" in colleague.text
    assert "Lead of Juniper Council" in colleague.text
    expect(colleague.page.locator(".govuk-error-summary")).to_be_visible()
    colleague.station("conflict")
    colleague.press("Save and go to overview")
    assert _levels(stack, f"S{code}")[:2] == [1, 2]


def test_figures_set_the_level_and_move_on(stack: Stack, arrive: Arrive) -> None:
    """The whole standard without a mouse: Tab to the first row, a figure for each clause, Enter."""
    lead = arrive("lead")
    _open(stack, lead, "S2")
    expect(lead.page.locator("[data-table-keys]")).to_be_visible()
    lead.page.locator("[data-table-row] input[type=radio]").first.focus()
    keys = lead.page.keyboard
    for figure in ("2", "0", "3"):
        keys.press(figure)
    assert _focused(lead) == "c2-4-level"
    lead.page.screenshot(path=lead.folder / "focus-1280.png")
    keys.press("n")
    reason = lead.page.locator("#id_c2-4-na_reason")
    expect(reason).to_be_visible()
    assert _radio(lead, "2.4", "na").is_checked()
    reason.focus()
    keys.type("Section 3 no applies")
    assert reason.input_value() == "Section 3 no applies", "letters and figures are text in a text"
    lead.press("Save and go to overview")
    assert _levels(stack, "S2")[:4] == [2, 0, 3, None]


def _focused(visitor: Visitor) -> str:
    return str(visitor.page.evaluate("document.activeElement.name"))


def test_row_is_reached_by_tab_and_changed_by_arrows(
    stack: Stack, arrive: Arrive, has_javascript: bool
) -> None:
    lead = arrive("lead", javascript=has_javascript)
    _open(stack, lead, "S4")
    stored = _levels(stack, "S4")[0]
    level = "" if stored is None else str(stored)
    _radio(lead, "4.1", level).focus()
    lead.page.keyboard.press("ArrowRight")
    lead.page.keyboard.press("Tab")
    assert lead.page.evaluate("document.activeElement.tagName") == "SUMMARY"
    lead.page.keyboard.press("Tab")
    assert lead.page.evaluate("document.activeElement.name") == "c4-2-level"
    lead.press("Save and go to overview")
    choices = ["0", "1", "2", "3", "na", ""]
    chosen = choices[(choices.index(level) + 1) % len(choices)]
    assert _levels(stack, "S4")[0] == int(chosen)
