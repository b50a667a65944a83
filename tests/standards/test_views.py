"""Reading the standards in a browser."""

import re

import pytest
from django.urls import reverse

from standards.models import Edition
from tests.conftest import count_queries

pytestmark = pytest.mark.django_db


def page(client, name, *args, query=""):
    response = client.get(reverse(f"standards:{name}", args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_edition_list_names_every_edition_with_its_counts(client_for, viewer, edition):
    html = page(client_for(viewer), "edition_list")
    assert edition.title in html
    assert "8 standards with 70 clauses." in html


def test_edition_list_marks_a_withdrawn_edition(client_for, viewer, edition, owner):
    with owner():
        Edition.objects.filter(pk=edition.pk).update(is_withdrawn=True)
    html = page(client_for(viewer), "edition_list")
    assert "Withdrawn" in html


def test_edition_list_without_editions_says_what_to_do(client_for, viewer):
    assert "No standards are loaded yet." in page(client_for(viewer), "edition_list")


def test_edition_page_shows_every_clause_with_whom_it_addresses(client_for, viewer, edition):
    html = page(client_for(viewer), "edition_detail", edition.code)
    assert len(re.findall(r'id="clause-\d\.\d+"', html)) == 70
    assert len(re.findall(r'<section class="app-standard" id="S\d"', html)) == 8
    two_two = html.split('id="clause-2.2"')[1].split("</details>")[0]
    assert "Addressed to local authorities" in two_two
    assert "Addressed to every agency" in html.split('id="clause-1.1"')[1].split("</details>")[0]
    assert html.index("Initial match") < html.index('id="clause-4.1"')
    assert html.count("Initial match</h3>") == html.count("Formal adoption match</h3>") == 1


def test_edition_page_keeps_notes_and_prompts_apart_from_the_text(client_for, viewer, edition):
    html = page(client_for(viewer), "edition_detail", edition.code)
    one_two = html.split('id="clause-1.2"')[1].split('id="clause-1.3"')[0]
    text, note = one_two.index("s22c (9B) (c) Care"), one_two.index("app-clause__note")
    assert text < note < one_two.index("What good evidence looks like")
    assert "Not part of the standards" in html


def test_edition_page_opens_all_prompts_when_asked(client_for, viewer, edition):
    client = client_for(viewer)
    closed = page(client, "edition_detail", edition.code)
    opened = page(client, "edition_detail", edition.code, query="?prompts=open")
    assert closed.count(" open>") == 0
    assert opened.count(" open>") == 70


def test_edition_page_has_unique_ids_and_links_that_lead_somewhere(client_for, viewer, edition):
    html = page(client_for(viewer), "edition_detail", edition.code)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_edition_page_of_an_unknown_code_is_not_found(client_for, viewer, edition):
    response = client_for(viewer).get("/standards/nothing-2020/")
    assert response.status_code == 404


def test_glossary_shows_every_term_and_tells_whose_it_is(client_for, viewer, edition):
    client = client_for(viewer)
    html = page(client, "glossary", edition.code)
    terms = edition.guidance.get(is_current=True).terms
    assert html.count('class="app-term"') == terms.count() > 10
    own = terms.filter(is_from_standards=False).count()
    assert html.count(">Ours<") == own
    assert page(client, "glossary").count('class="app-term"') == terms.count()


def test_glossary_without_an_edition_is_not_found(client_for, viewer):
    assert client_for(viewer).get("/standards/glossary/").status_code == 404


def test_pages_ask_nobody_in_who_is_not_signed_in(client, edition):
    for url in ("/standards/", f"/standards/{edition.code}/", "/standards/glossary/"):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize(
    ("name", "has_code", "over_floor"),
    [("edition_list", False, 1), ("edition_detail", True, 7), ("glossary", True, 3)],
)
def test_pages_take_a_fixed_number_of_queries(
    client_for, lead, edition, floor, owner, name, has_code, over_floor
):
    client = client_for(lead)
    url = reverse(f"standards:{name}", args=[edition.code] if has_code else [])
    client.get(url)
    assert count_queries(lambda: client.get(url)) <= floor + over_floor
    with owner():
        for number in range(2):
            Edition.objects.create(
                code=f"other-{number}", title="Other", source="Test.", sha256="0" * 64
            )
    assert count_queries(lambda: client.get(url)) <= floor + over_floor
