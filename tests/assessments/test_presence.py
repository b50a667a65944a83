"""The hint that somebody else may be editing: there while it helps, and never in the way."""

from __future__ import annotations

import uuid

import pytest
from structlog.testing import capture_logs

from agencies import limits
from assessments import presence
from tests.assessments.conftest import answer_of, sent, url

pytestmark = pytest.mark.django_db
HINT = "may be editing it now"


@pytest.fixture(autouse=True)
def _keys_of_its_own(settings, monkeypatch):
    settings.REDIS_PREFIX = f"test-{uuid.uuid4()}"
    monkeypatch.setattr(presence, "board", presence._Board())


def open_page(client, assessment, code="1.1"):
    return client.get(url("clause", assessment, code)).text


def test_second_person_is_told_who_has_it_open(draft, lead, contributor, client_for):
    first, second = client_for(lead), client_for(contributor)
    assert HINT not in open_page(first, draft)
    page = open_page(second, draft)
    assert f"{lead.display_name} opened or changed this answer in the last 5 minutes" in page
    assert "This is only a hint" in page
    assert 'role="status" data-presence' in page
    assert contributor.display_name in open_page(first, draft)
    assert HINT not in open_page(second, draft, "1.2"), "another clause is another hint"


def test_autosave_tells_and_says_who_else(draft, lead, contributor, client_for):
    open_page(client_for(lead), draft)
    form = sent(draft, how="Typed")
    answer = client_for(contributor).post(url("autosave", draft, "1.1"), form).json()
    assert lead.display_name in answer["presence"]
    assert contributor.display_name in open_page(client_for(lead), draft)


def test_who_saves_and_goes_on_is_there_no_longer(draft, lead, contributor, client_for):
    client = client_for(lead)
    open_page(client, draft)
    assert client.post(url("clause", draft, "1.1"), sent(draft, how="Done")).status_code == 302
    assert HINT not in open_page(client_for(contributor), draft)


def test_who_may_only_read_is_neither_told_nor_named(draft, lead, viewer, client_for):
    assert HINT not in open_page(client_for(viewer), draft)
    assert HINT not in open_page(client_for(lead), draft)
    assert HINT not in open_page(client_for(viewer), draft)


def test_hint_passes_by_itself(draft, lead, contributor, client_for):
    open_page(client_for(lead), draft)
    key, store = presence._key(answer_of(draft), lead), limits.store()
    assert 0 < store.ttl(key) <= presence.KEPT
    [(entry, at)] = store.zrange(key, 0, -1, withscores=True)
    store.zadd(key, {entry: at - presence.KEPT - 1})
    assert HINT not in open_page(client_for(contributor), draft)


def test_another_agency_has_other_keys(draft, lead, stranger):
    """Even for the same answer, which a stranger cannot find."""
    answer = answer_of(draft)
    presence.edit(answer, by=lead)
    assert presence.edit(answer, by=stranger) == ""
    assert presence.edit(answer, by=lead) == ""


def test_markup_in_a_name_is_shown_literally(draft, lead, contributor, client_for):
    lead.display_name = "<script>alert(1)</script>"
    presence.edit(answer_of(draft), by=lead)
    page = open_page(client_for(contributor), draft)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; opened" in page


def test_without_the_cache_pages_and_saves_work_and_the_log_says_so_once(
    draft, lead, client_for, settings
):
    client = client_for(lead)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    limits.store.cache_clear()
    try:
        with capture_logs() as said:
            pages = [client.get(url("clause", draft, "1.1")) for _ in range(2)]
            saved = client.post(url("autosave", draft, "1.1"), sent(draft, how="Kept"))
            gone_on = client.post(url("clause", draft, "1.1"), sent(draft, how="Kept too"))
    finally:
        limits.store.cache_clear()
    assert [page.status_code for page in pages] == [200, 200]
    assert (saved.status_code, saved.json()["presence"]) == (200, "")
    assert gone_on.status_code == 302
    assert len([line for line in said if line["event"] == "presence.is_off"]) == 1
