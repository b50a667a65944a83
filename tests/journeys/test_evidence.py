"""Evidence: a file or a link, refused and accepted, attached, downloaded, taken off again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assessments.files import pdfs
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tests.served.stack import Stack


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy.pdf"
    file.write_bytes(pdfs.pdf())
    return file


def _open_clause(stack: Stack, visitor: Visitor, code: str) -> None:
    visitor.go(f"/assessments/{stack.people['LA']['ids']['assessment']}/clauses/{code}/")


def _describe(visitor: Visitor, title: str) -> None:
    visitor.field("Title").fill(title)
    visitor.field("What kind of evidence is it?").select_option("policy")
    visitor.field("Description").fill("How we plan.")


def test_file_is_refused_then_added_attached_and_downloaded(
    stack: Stack, arrive: Arrive, has_javascript: bool, policy: Path, tmp_path: Path
) -> None:
    title = f"Policy {'with' if has_javascript else 'without'} scripts"
    lead = arrive("lead", javascript=has_javascript)
    _open_clause(stack, lead, "6.1")
    lead.follow_or_press("Add new evidence")
    lead.press("Add evidence")
    assert lead.page.title().startswith("Error: ")
    lead.station("nothing-entered")
    _describe(lead, title)
    lead.field("A file").check()
    page = tmp_path / "page.html"
    page.write_text("<script>alert(1)</script>")
    lead.page.locator("input[type=file]").set_input_files(page)
    lead.press("Add evidence")
    assert lead.page.locator(".govuk-error-summary").is_visible()
    assert lead.field("Title").input_value() == title, "nothing typed is lost"
    lead.station("type-refused")
    lead.page.locator("input[type=file]").set_input_files(policy)
    lead.press("Add evidence")
    assert title in lead.text
    assert "Not virus-checked" in lead.text
    lead.station("attached-to-the-clause")
    lead.follow(title)
    lead.station("evidence")
    with lead.page.expect_download() as waiting:
        lead.page.locator("a[href*='/download/']").first.click()
    got = tmp_path / "got.pdf"
    waiting.value.save_as(got)
    assert got.read_bytes()[:5] == b"%PDF-"


def test_link_is_added_attached_to_a_second_clause_and_detached(
    stack: Stack, arrive: Arrive, has_javascript: bool
) -> None:
    title = f"Web page {'with' if has_javascript else 'without'} scripts"
    code = "6.2" if has_javascript else "6.3"
    contributor = arrive("contributor", javascript=has_javascript)
    contributor.go("/assessments/evidence/")
    contributor.station("list")
    contributor.follow_or_press("Add evidence")
    _describe(contributor, title)
    contributor.field("A link to a website").check()
    contributor.field("Address of the page").fill("javascript:alert(1)")
    contributor.press("Add evidence")
    contributor.station("link-refused")
    contributor.field("Address of the page").fill("https://www.example.org/policy")
    contributor.press("Add evidence")
    assert title in contributor.text
    _open_clause(stack, contributor, code)
    contributor.follow("Attach evidence you already have")
    contributor.station("attach")
    contributor.page.get_by_label(title).check()
    contributor.press("Attach to this clause")
    contributor.field("Page or section (optional)").fill("Section 2")
    contributor.station("where-to-look")
    contributor.press("Save where to look")
    assert title in contributor.text
    assert "Section 2" in contributor.text
    contributor.page.get_by_role("button", name="Detach").first.click()
    contributor.page.wait_for_load_state()
    assert "No evidence is attached to this clause." in contributor.text
    contributor.station("detached")


def test_empty_file_and_hostile_name_get_a_clear_answer(
    stack: Stack, arrive: Arrive, tmp_path: Path
) -> None:
    lead = arrive("lead")
    lead.go("/assessments/evidence/add/")
    _describe(lead, "Hostile name")
    lead.field("A file").check()
    empty = {"name": "empty.pdf", "mimeType": "application/pdf", "buffer": b""}
    lead.page.locator("input[type=file]").set_input_files(empty)
    lead.press("Add evidence")
    assert "empty" in lead.page.locator(".govuk-error-summary").inner_text()
    hostile = {
        "name": '../../<img src=x onerror=alert(1)>".txt',
        "mimeType": "text/plain",
        "buffer": b"We meet every month.\n",
    }
    lead.page.locator("input[type=file]").set_input_files(hostile)
    lead.press("Add evidence")
    assert lead.page.locator(".govuk-error-summary").count() == 0
    lead.station("hostile-name")
    assert lead.page.locator("main img").count() == 0


def test_several_files_are_added_and_the_refused_one_is_told(
    stack: Stack, arrive: Arrive, has_javascript: bool
) -> None:
    word = "with" if has_javascript else "without"
    lead = arrive("lead", javascript=has_javascript)
    lead.go("/assessments/evidence/")
    lead.follow("Add several files")
    lead.field("What kind of evidence is it?").select_option("policy")
    files = [
        {"name": f"First_{word}.pdf", "mimeType": "application/pdf", "buffer": pdfs.pdf()},
        {"name": "<b>bad</b>.exe", "mimeType": "application/pdf", "buffer": b"MZ"},
        {"name": f"Second_{word}.txt", "mimeType": "text/plain", "buffer": b"We meet monthly.\n"},
    ]
    lead.page.locator("input[type=file]").set_input_files(files)
    lead.press("Add files")
    lead.page.locator(".govuk-error-summary").wait_for()
    assert "Enter a description" in lead.text
    assert lead.page.title().startswith("Error: ")
    lead.field("Description").fill("How we plan.")
    lead.page.locator("input[type=file]").set_input_files(files)
    lead.page.get_by_role("button", name="Add files").click()
    lead.page.get_by_role("link", name=f"Second {word}", exact=True).wait_for()
    lead.page.get_by_text("2 of ").first.wait_for()
    assert "not accepted" in lead.text
    assert lead.page.locator("main b").count() == 0, "a name is no markup"
    assert lead.field("Description").input_value() == "How we plan."
    lead.station("one-refused")
    lead.page.get_by_role("link", name=f"First {word}", exact=True).click()
    lead.page.wait_for_load_state()
    assert f"First_{word}.pdf" in lead.text


@pytest.mark.parametrize("megabytes", [26, 40])
def test_file_that_is_too_large_gets_a_page_that_says_so(
    arrive: Arrive, tmp_path: Path, megabytes: int
) -> None:
    """Just over the limit, and so large that the server does not read it."""
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(megabytes * 1024 * 1024)
    lead = arrive("lead")
    lead.go("/assessments/evidence/add/")
    _describe(lead, "Too large")
    lead.field("A file").check()
    lead.page.locator("input[type=file]").set_input_files(large)
    lead.press("Add evidence")
    assert "25 MB" in lead.text
    lead.station(f"{megabytes}-megabytes")
