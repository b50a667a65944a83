"""Reading the standards as data."""

import pytest
from rest_framework.routers import SimpleRouter
from rest_framework.test import APIRequestFactory, force_authenticate

from standards.actions import drafting, publishing
from standards.api import EditionViewSet
from standards.models import Edition, Guidance
from tests.conftest import count_queries
from tests.world import change

pytestmark = pytest.mark.django_db


def call(membership, acting, action, **kwargs):
    request = APIRequestFactory().get("/editions/", kwargs.pop("query", {}))
    force_authenticate(request, user=membership.user)
    with acting(membership):
        response = EditionViewSet.as_view({"get": action})(request, **kwargs)
        response.render()
    return response


def test_list_gives_editions_by_cursor_without_their_clauses(viewer, acting, edition):
    response = call(viewer, acting, "list")
    assert set(response.data) == {"next", "previous", "results"}
    (first,) = response.data["results"]
    assert (first["code"], first["sha256"]) == (edition.code, edition.sha256)
    assert "standards" not in first


def test_detail_gives_standards_clauses_scale_and_versions(viewer, acting, edition):
    data = call(viewer, acting, "retrieve", code=edition.code).data
    assert [len(s["clauses"]) for s in data["standards"]] == [9, 10, 10, 11, 8, 6, 8, 8]
    clause = data["standards"][0]["clauses"][1]
    assert set(clause) == {
        "code",
        "group",
        "text",
        "text_sha256",
        "addressed_to",
        "notes",
        "prompts",
    }
    assert clause["notes"][0]["text"].startswith("The source cites")
    (rules,) = data["rules"]
    assert [step["title"] for step in rules["scale"]][-1] == "Embedded"
    assert [level["key"] for level in rules["levels"]] == ["working_towards", "full"]
    (guidance,) = data["guidance"]
    assert "Not part of the standards" in guidance["label"]


def test_detail_of_an_unknown_edition_is_not_found(viewer, acting, edition):
    assert call(viewer, acting, "retrieve", code="nothing").status_code == 404


def test_nobody_without_sign_in_reads_it(edition):
    request = APIRequestFactory().get("/editions/")
    response = EditionViewSet.as_view({"get": "list"})(request)
    assert response.status_code in (401, 403)


def test_editions_cannot_be_written_through_any_method():
    router = SimpleRouter()
    router.register("editions", EditionViewSet, basename="edition")
    allowed = {method for url in router.urls for method in url.callback.actions}
    assert allowed == {"get"}


@pytest.mark.parametrize("action", ["list", "retrieve"])
def test_query_count_does_not_grow_with_editions(viewer, acting, owner, edition, action):
    kwargs = {"code": edition.code} if action == "retrieve" else {}
    before = count_queries(lambda: call(viewer, acting, action, **kwargs))
    with owner():
        Edition.objects.create(code="other", title="Other", source="Test.", sha256="0" * 64)
    assert count_queries(lambda: call(viewer, acting, action, **kwargs)) == before


def test_versions_of_the_guidance_are_listed_and_read_whole(
    viewer, scheme_admin, acting, client_for, edition
):
    with acting(scheme_admin) as by:
        first = Guidance.objects.get()
        draft = drafting.start(first, by=by)
        change(draft, "1.1", "How many, by quarter.", by=by)
        publishing.publish(draft, version="1.2", summary="Figures.", by=by)
    client, here = client_for(viewer), f"/api/v1/editions/{edition.code}/guidance/"
    rows = client.get(here).json()["results"]
    assert [(row["version"], row["is_current"]) for row in rows] == [("1.2", True), ("1.1", False)]
    assert rows[0]["summary"] == "Figures."
    assert "prompts" not in rows[0]
    new, old = (client.get(f"{here}{version}/").json() for version in ("1.2", "1.1"))
    assert old["sha256"] == first.sha256
    only_new = [p for p in new["prompts"] if p not in old["prompts"]]
    assert only_new == [{"clause": "1.1", "kind": "data", "text": "How many, by quarter."}]
    assert new["terms"] == old["terms"]
    assert {"clause", "text"} == set(new["notes"][0])
    for missing in (f"{here}7.7/", "/api/v1/editions/none/guidance/"):
        assert client.get(missing).status_code == 404


def test_queries_of_a_version_are_few(viewer, client_for, edition):
    client, here = client_for(viewer), f"/api/v1/editions/{edition.code}/guidance/"
    client.get(here)
    assert count_queries(lambda: client.get(here)) <= 8
    assert count_queries(lambda: client.get(f"{here}1.1/")) <= 10
