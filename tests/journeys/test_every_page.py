"""Every page of the service under axe at two widths, taken from the matrix of all addresses.

A page that is added to the matrix is visited from then on; one that is no page is named below,
with the reason.
"""

from __future__ import annotations

import email
import email.policy
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse
from playwright.sync_api import expect

from agencies.errors import refuse
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tests.matrix import STAFF
from tests.served.stack import Stack, wait_for
from tests.test_urls import API, MATRIX, POST_ONLY, PUBLIC

KIND = "RAA"
FILE, DATA = "a file, not a page", "data, not a page"
NO_PAGE = {
    **dict.fromkeys(POST_ONLY, "has no GET"),
    **dict.fromkeys(API, DATA),
    "api-docs": "drawn by Swagger UI: see test_api_description",
    "healthz": DATA,
    "standards:draft_start": "has no GET",
    "standards:guidance_file": FILE,
    "agencies:audit_csv": FILE,
    "openid_connect_login": "there is no issuer: see test_work_account",
    "openid_connect_callback": "there is no issuer: see test_work_account",
    "mfa_authenticate": "between password and sign-in: see test_second_factor",
    "assessments:evidence_download": FILE,
    "assessments:evidence_view": FILE,
    "assessments:sheet_file": FILE,
    "assessments:sheet_import": "leads to assessments:sheet: see test_team_of_three",
    "reports:download": FILE,
    "protection:export_download": FILE,
    "protection:export_status": DATA,
    "reports:status": DATA,
    "assessments:merge": "leads to the clause: see test_clause",
    "reports:request": "leads to reports:list",
    "account_reset_password_from_key": "needs the link of a mail: see test_new_password",
}
# Whoever may do it; everything else is the lead's, or nobody's where it is public.
WHO = {
    "account_logout": "lead",
    "assessments:sign_off": "approver",
    "assessments:withdraw": "approver",
    "protection:confirm": "dpo",
    "protection:disposal_confirm": "dpo",
    "protection:disposal_refuse": "dpo",
    "protection:refuse": "dpo",
}
# The steps that a draft does not allow yet; test_steps_of_signing sees them when they are due.
STATUS = {
    "agencies:invitation": 404,
    "mfa_deactivate_totp": 404,
    "mfa_remove_webauthn": 404,
    "assessments:reopen": 409,
    "assessments:submit": 409,
}


def _path(stack: Stack, name: str) -> str:
    ids = stack.people[KIND]["ids"]
    kwargs = {key: value.format(**ids) for key, value in MATRIX[name].items()}
    return reverse(name, kwargs=kwargs, urlconf="config.urls")


def _look(visitor: Visitor, path: str, name: str, status: int = 200) -> None:
    response = visitor.go(path)
    assert response
    assert response.status == status, path
    assert response.headers["content-type"].startswith("text/html"), path
    visitor.station(name)


def test_what_is_no_page_is_in_the_matrix() -> None:
    assert set(NO_PAGE) <= set(MATRIX)


@pytest.mark.parametrize("name", [name for name in MATRIX if name not in NO_PAGE])
def test_page(stack: Stack, arrive: Arrive, name: str) -> None:
    role = WHO.get(name, "" if name in PUBLIC else "lead")
    visitor = arrive("scheme_admin", kind="scheme") if name in STAFF else arrive(role, kind=KIND)
    _look(visitor, _path(stack, name), "page", STATUS.get(name, 200))


@pytest.mark.parametrize("name", ["assessments:overview", "assessments:clause", "reports:list"])
def test_page_of_a_viewer(stack: Stack, arrive: Arrive, name: str) -> None:
    """Who may only read sees other markup."""
    _look(arrive("viewer", kind=KIND), _path(stack, name), "viewer")


def _mailed(stack: Stack, address: str, pattern: str) -> str:
    """The first link of this form in a mail to this person."""

    def find() -> str:
        files = sorted(stack.mail.glob("*")) if stack.mail.exists() else []
        for part in "\n".join(file.read_text() for file in files).split("-" * 79):
            message = email.message_from_string(part.lstrip(), policy=email.policy.default)
            if message["To"] == address:
                found = re.search(pattern, message.get_content())
                if found:
                    return found.group()
        return ""

    return str(wait_for(find, f"the mail to {address}", patience=90))


def test_open_invitation(stack: Stack, arrive: Arrive) -> None:
    link = _mailed(stack, "larkspur-invited@agency.example", r"http://\S+/invitation/\S+")
    _look(arrive(), link, "open")
    _look(arrive("viewer", kind="LA"), link, "somebody-elses")


def test_new_password(stack: Stack, arrive: Arrive) -> None:
    visitor = arrive()
    _look(visitor, _path(stack, "account_reset_password_from_key"), "link-that-never-was")
    address = stack.people[KIND]["contributor"]["email"]
    visitor.go("/accounts/password/reset/")
    visitor.page.locator("input[type=email]").fill(address)
    visitor.page.locator("main form button").first.click()
    _look(visitor, _mailed(stack, address, r"http://\S+/password/reset/key/\S+"), "form")
    assert visitor.page.locator("main input[type=password]").count() > 0


def test_steps_of_signing(stack: Stack, arrive: Arrive) -> None:
    """Withdrawn, signed and submitted again: as it was before."""
    here = f"/assessments/{stack.people[KIND]['ids']['submitted']}/"
    lead, approver = arrive("lead", kind=KIND), arrive("approver", kind=KIND)
    _look(approver, f"{here}withdraw/", "withdraw")
    approver.press("Withdraw")
    _look(approver, f"{here}sign-off/", "sign-off")
    approver.field("I agree with this declaration").check()
    approver.press("Sign off")
    _look(approver, f"{here}reopen/", "reopen")
    _look(lead, here, "signed-off")
    _look(lead, f"{here}submit/", "submit")
    lead.press("Submit")
    lead.station("submitted-again")
    _look(lead, f"{here}submit/", "submitted-already", 409)


def test_search(stack: Stack, arrive: Arrive) -> None:
    """What was found, nothing, and what cannot be searched for."""
    visitor, word = arrive("lead", kind=KIND), stack.people[KIND]["ids"]["word"]
    for query, name, status in ((word, "found", 200), ("qzx", "nothing", 200), ("!", "no", 422)):
        _look(visitor, f"{_path(stack, 'assessments:search')}?q={query}", name, status)


def test_practice(stack: Stack, arrive: Arrive) -> None:
    """Started, marked and deleted again."""
    lead = arrive("lead", kind=KIND)
    lead.go("/assessments/start/")
    lead.page.get_by_label("Title").fill("Trying out")
    for name, day in (("period_from", "1"), ("period_to", "2")):
        for part, value in (("day", day), ("month", "4"), ("year", "2026")):
            lead.page.locator(f"[name={name}_{part}]").fill(value)
    lead.page.get_by_label("This one is for practice").check()
    lead.page.get_by_role("button", name="Start").click()
    lead.page.wait_for_load_state()
    lead.station("practice")
    here = lead.page.url.removeprefix(stack.url)
    _look(lead, "/assessments/", "list")
    _look(lead, f"{here}delete/", "delete")
    lead.page.get_by_role("button", name="Delete").click()
    lead.page.wait_for_load_state()
    assert "Trying out" not in lead.page.locator("main").inner_text()


def test_archived_assessment(stack: Stack, arrive: Arrive) -> None:
    here = f"/assessments/{stack.people[KIND]['ids']['assessment']}/"
    lead = arrive("lead", kind=KIND)
    lead.go(f"{here}archive/")
    lead.page.locator("main form button").first.click()
    lead.page.wait_for_load_state()
    _look(lead, here, "archived")
    _look(lead, "/assessments/?show=archived", "list")
    _look(lead, f"{here}restore/", "restore")
    lead.page.locator("main form button").first.click()
    lead.page.wait_for_load_state()
    _look(lead, here, "restored")


def test_report_ready_and_failed(stack: Stack, arrive: Arrive) -> None:
    lead = arrive("lead", kind=KIND)
    lead.go(_path(stack, "reports:detail"))
    ready = lead.page.get_by_role("button", name="Download the report (PDF)")
    expect(ready).to_be_visible(timeout=120_000)
    lead.station("ready")
    _set_job(stack, "failed", "The report took too long.")
    try:
        _look(lead, _path(stack, "reports:detail"), "failed")
        assert "The report took too long." in lead.text
        _look(lead, _path(stack, "reports:list"), "list-with-failed")
    finally:
        _set_job(stack, "done", "")


def _set_job(stack: Stack, status: str, reason: str) -> None:
    """A report of a real worker does not fail on demand; the page only reads this row."""
    with stack.owner() as session:
        session.execute(
            """UPDATE jobs_job SET status = %s, reason = %s
               WHERE id = (SELECT job_id FROM reports_report WHERE id = %s)""",
            [status, reason, stack.people[KIND]["ids"]["report"]],
        )


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [("", "/no/such/page/", 404), ("lead", "/no/such/page/", 404), ("viewer", "/people/", 403)],
)
def test_refusal(arrive: Arrive, role: str, path: str, status: int) -> None:
    _look(arrive(role, kind=KIND), path, "refusal", status)


@pytest.mark.parametrize("code", [400, 403, 404, 409, 412, 413, 429, 500, 503])
def test_error_page(arrive: Arrive, code: int) -> None:
    """As the service renders it, laid over an address: not every one can be provoked."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    html = refuse(request, code).content.decode()
    visitor = arrive()
    visitor.page.route(
        "**/help/", lambda route: route.fulfill(status=code, body=html, content_type="text/html")
    )
    _look(visitor, "/help/", "error", code)
