"""The menu: who is led where, and which part the page belongs to."""

import re

import pytest
from django.urls import reverse

from agencies.permissions import AGENCY_ROLES, Role
from tests import factories
from tests.conftest import owner

pytestmark = pytest.mark.django_db
EVERYBODY = ["Assessments", "Evidence", "Search", "Standards", "Partners"]
ANSWERING = ["Assessments", "My clauses", "Evidence", "Search", "Standards", "Partners"]
MORE = {
    Role.LEAD: ["People", "Audit", "Data protection", "Help"],
    Role.APPROVER: ["Second factors", "Audit", "Data protection", "Help"],
    Role.CONTRIBUTOR: ["Data protection", "Help"],
    Role.VIEWER: ["Help"],
    Role.DPO: ["Audit", "Data protection", "Help"],
}
ENTRY = re.compile(
    r'<a class="govuk-service-navigation__link" href="([^"]+)"( aria-current="true")?>'
    r"(?:<strong[^>]*>)?([^<]+)"
)


def entries(page):
    """Text → whether it is marked."""
    return {text: bool(here) for _, here, text in ENTRY.findall(page)}


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_role_is_led_to_what_it_may_use(agency, role, client_for):
    with owner():
        member = factories.make_member(agency, role)
    client = client_for(member)
    page = client.get(reverse("assessments:list")).content.decode()
    first = ANSWERING if role in (Role.LEAD, Role.CONTRIBUTOR) else EVERYBODY
    assert list(entries(page)) == first + MORE[role]
    for address, _, _ in ENTRY.findall(page):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("page", "part"),
    [
        ("assessments:list", "Assessments"),
        ("assessments:start", "Assessments"),
        ("assessments:mine", "My clauses"),
        ("assessments:evidence_list", "Evidence"),
        ("assessments:evidence_add", "Evidence"),
        ("assessments:search", "Search"),
        ("standards:edition_list", "Standards"),
        ("agencies:partners", "Partners"),
        ("agencies:people", "People"),
        ("agencies:invite", "People"),
        ("agencies:audit", "Audit"),
        ("protection:list", "Data protection"),
        ("agencies:tokens", None),
    ],
)
def test_part_of_the_page_is_marked_and_no_other(lead, client_for, page, part):
    found = entries(client_for(lead).get(reverse(page)).content.decode())
    assert [text for text, here in found.items() if here] == ([part] if part else [])


def test_stranger_is_led_to_sign_in(client):
    found = entries(client.get(reverse("account_login")).content.decode())
    assert found == {"Help": False, "Sign in": True}


def test_own_security_page_leads_back_and_out(lead, client_for):
    page = client_for(lead).get(reverse("mfa_index")).content.decode()
    assert lead.email in page
    assert "Your agency" in page
    assert "Sign out" in page
