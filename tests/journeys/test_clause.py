"""Answering: autosave, a network that goes away, and two people at one clause."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tests.served.stack import Stack

HOW = "How do you do this?"
DIFFERENCE = "What difference does it make?"


def _open(stack: Stack, visitor: Visitor, code: str) -> str:
    path = f"/assessments/{stack.people['LA']['ids']['assessment']}/clauses/{code}/"
    visitor.go(path)
    return path


def _stored(stack: Stack, code: str) -> tuple[str, int, int]:
    """(how, version, number of revisions)."""
    with stack.owner() as session:
        row = session.execute(
            """SELECT a.how, a.version,
                 (SELECT count(*) FROM assessments_answerrevision r WHERE r.answer_id = a.id)
               FROM assessments_answer a JOIN standards_clause c ON c.id = a.clause_id
               WHERE a.assessment_id = %s AND c.code = %s""",
            [stack.people["LA"]["ids"]["assessment"], code],
        ).fetchone()
    return row


def test_text_is_saved_on_leaving_a_field(stack: Stack, arrive: Arrive) -> None:
    lead = arrive("lead")
    path = _open(stack, lead, "5.1")
    says = lead.page.locator("[data-autosave-status]")
    lead.field(HOW).fill("First thoughts")
    lead.field(DIFFERENCE).focus()
    expect(says).to_contain_text("Saved at")
    lead.station("autosaved")
    assert _stored(stack, "5.1") == ("First thoughts", 1, 1)
    with lead.page.expect_response(lambda r: r.url.endswith("/autosave/")):
        lead.field(HOW).fill("First and second thoughts")
        lead.field(DIFFERENCE).focus()
    expect(says).to_contain_text("Saved at")
    assert _stored(stack, "5.1") == ("First and second thoughts", 2, 1), "one shared revision"
    lead.go(path)
    assert lead.field(HOW).input_value() == "First and second thoughts"
    lead.press("Save and go to overview")


def test_text_is_saved_after_ten_idle_seconds(stack: Stack, arrive: Arrive) -> None:
    lead = arrive("lead")
    _open(stack, lead, "5.2")
    lead.field(HOW).fill("Typed, and the cursor stays here")
    says = lead.page.locator("[data-autosave-status]")
    expect(says).to_contain_text("Saved at", timeout=20_000)
    assert _stored(stack, "5.2")[0] == "Typed, and the cursor stays here"


def test_offline_nothing_is_lost_and_the_page_says_so(stack: Stack, arrive: Arrive) -> None:
    lead = arrive("lead")
    _open(stack, lead, "5.3")
    lead.context.set_offline(True)
    lead.field(HOW).fill("Written on a train")
    lead.field(DIFFERENCE).focus()
    says = lead.page.locator("[data-autosave-status]")
    expect(says).to_contain_text("Not saved yet")
    assert lead.field(HOW).input_value() == "Written on a train"
    lead.page.screenshot(path=lead.folder / "offline-1280.png", full_page=True)
    lead.context.set_offline(False)
    expect(says).to_contain_text("Saved at", timeout=20_000)
    lead.station("online-again")
    assert _stored(stack, "5.3")[0] == "Written on a train"


def test_two_people_at_one_clause_keep_both_texts(
    stack: Stack, arrive: Arrive, has_javascript: bool
) -> None:
    code = "5.4" if has_javascript else "5.5"
    # The page of the one who comes later says what happened; autosave would do so earlier.
    lead = arrive("lead", javascript=False)
    colleague = arrive("contributor", javascript=has_javascript)
    path = _open(stack, lead, code)
    _open(stack, colleague, code)
    colleague.field(HOW).fill("What the colleague wrote")
    lead.field(HOW).fill("What the lead wrote")
    lead.press("Save and go to overview")
    colleague.press("Save and continue")
    assert colleague.heading == "Somebody else saved this answer first"
    assert "What the lead wrote" in colleague.page.content()
    assert "What the colleague wrote" in colleague.page.content()
    assert "Lead of Juniper Council" in colleague.text
    colleague.station("conflict")
    assert _stored(stack, code)[0] == "What the lead wrote"
    colleague.press("Save this version")
    assert "Choose what to keep" in colleague.page.locator(".govuk-error-summary").inner_text()
    colleague.station("conflict-not-chosen")
    colleague.field("A text of both, which I edit").check()
    colleague.press("Save this version")
    colleague.go(path)
    both = colleague.field(HOW).input_value()
    assert "What the lead wrote" in both
    assert "What the colleague wrote" in both
    if has_javascript:
        _read_history(colleague)


def _read_history(colleague: Visitor) -> None:
    """The page chose the last two versions; what the second added is marked."""
    colleague.follow("History of this answer")
    colleague.station("history")
    colleague.press("Compare the two chosen")
    assert "What the colleague wrote" in colleague.page.locator("ins").inner_text()
    colleague.station("compared")


def test_autosave_stops_when_somebody_else_saved(stack: Stack, arrive: Arrive) -> None:
    lead, colleague = arrive("lead"), arrive("contributor")
    _open(stack, lead, "5.6")
    _open(stack, colleague, "5.6")
    lead.field(HOW).fill("The lead was first")
    lead.field(DIFFERENCE).focus()
    expect(lead.page.locator("[data-autosave-status]")).to_contain_text("Saved at")
    colleague.field(HOW).fill("The colleague came later")
    colleague.field(DIFFERENCE).focus()
    stopped = colleague.page.locator("[data-autosave-stopped]")
    expect(stopped).to_contain_text("Nothing was overwritten")
    colleague.station("autosave-stopped")
    leave = "() => window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert colleague.page.evaluate(leave) is False, "what is not saved is not left unasked"
    colleague.press("Compare the two texts")
    assert "The lead was first" in colleague.page.content()
    assert "The colleague came later" in colleague.page.content()


def test_too_long_a_text_comes_back_whole(
    stack: Stack, arrive: Arrive, has_javascript: bool
) -> None:
    lead = arrive("lead", javascript=has_javascript)
    _open(stack, lead, "5.7")
    long = "word " * 4_000
    lead.field(HOW).fill(f"{long}!")
    lead.press("Save and continue")
    assert lead.page.locator(".govuk-error-summary").is_visible()
    assert lead.field(HOW).input_value() == f"{long}!"
    lead.station("too-long")
    lead.field(HOW).fill(long.replace(" ", "s"))
    lead.press("Save and go to overview")
    assert _stored(stack, "5.7")[0] == long.replace(" ", "s")


def test_viewer_reads_and_has_no_form(stack: Stack, arrive: Arrive) -> None:
    viewer = arrive("viewer")
    _open(stack, viewer, "1.1")
    assert viewer.page.locator("form[data-autosave-url]").count() == 0
    assert "juniper 1.1" in viewer.text
    viewer.station("clause-read-only")
