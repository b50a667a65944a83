"""The wall fails loudly: no context, a forged, stale, borrowed or mismatched one."""

from __future__ import annotations

import time
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from agencies import audit
from agencies.models import Agency, Event, Invitation, Membership, User
from agencies.tenancy import acting_for, sign
from config.urls import handler500
from config.urls import urlpatterns as service
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db


def _enter(context: str, role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.ctx', %s, true), set_config('role', %s, true)", [context, role]
        )


def _pid() -> int:
    return connection.connection.info.backend_pid


def test_member_sees_own_agency_only(lead: Membership, stranger: Membership) -> None:
    with acting(lead):
        assert list(Membership.objects.all()) == [lead]
    with acting(stranger):
        assert list(Membership.objects.all()) == [stranger]


@pytest.mark.parametrize("statement", ["SELECT * FROM {}", "DELETE FROM {}"])
def test_web_login_without_persona_is_refused(lead: Membership, statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement.format("agencies_membership"))


def test_owner_without_gate_is_refused(lead: Membership) -> None:
    connection.cursor().execute("SET ROLE app_owner")
    with pytest.raises(DatabaseError, match=r"app\.migration"), transaction.atomic():
        Membership.objects.count()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("none", "no context"),
        ("forged", "forged context"),
        ("changed", "forged context"),
        ("other connection", "another connection"),
        ("old", "stale context"),
        ("realm", "role is r_agency"),
    ],
)
def test_bad_context_is_refused(
    lead: Membership,
    stranger: Membership,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    message: str,
) -> None:
    good = sign(lead.user_id, lead.agency_id, "agency", _pid())
    if fault == "old":
        monkeypatch.setattr(time, "time", lambda now=time.time: now() - 3600)
    context = {
        "none": "",
        "forged": good[:-64] + "0" * 64,
        "changed": good.replace(str(lead.agency_id), str(stranger.agency_id)),
        "other connection": sign(lead.user_id, lead.agency_id, "agency", _pid() + 1),
        "old": sign(lead.user_id, lead.agency_id, "agency", _pid()),
        "realm": sign(lead.user_id, lead.agency_id, "worker", _pid()),
    }[fault]
    with transaction.atomic():
        _enter(context, "r_agency")
        with pytest.raises(DatabaseError, match=message), transaction.atomic():
            Membership.objects.count()


def test_removed_member_does_not_enter(lead: Membership) -> None:
    with owner():
        Membership.objects.filter(pk=lead.pk).update(is_active=False)
    with acting_for(lead.agency_id, realm="agency", user_id=lead.user_id) as member:
        assert member is None


def test_closed_sign_in_does_not_enter(lead: Membership) -> None:
    with owner():
        User.objects.filter(pk=lead.user_id).update(is_active=False)
    with acting_for(lead.agency_id, realm="agency", user_id=lead.user_id) as member:
        assert member is None


def test_persona_reads_no_password_hash(lead: Membership) -> None:
    with acting(lead), pytest.raises(DatabaseError, match="denied"), transaction.atomic():
        User.objects.count()


def _offer(agency_id: uuid.UUID, **other: object) -> Invitation:
    return Invitation(
        agency_id=agency_id,
        email="new@agency.example",
        display_name="Lead",
        role="lead",
        token_hash="0" * 64,
        expires_at="2030-01-01T00:00Z",
        **other,
    )


def test_persona_writes_no_row_of_another_agency(lead: Membership, stranger: Membership) -> None:
    offer = _offer(stranger.agency_id)
    with acting(lead), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
        offer.save(force_insert=True)


def test_persona_points_at_no_row_of_another_agency(lead: Membership, stranger: Membership) -> None:
    offer = _offer(lead.agency_id, invited_by_id=stranger.pk)
    with acting(lead), pytest.raises(DatabaseError, match="same_agency"), transaction.atomic():
        offer.save(force_insert=True)


def test_scope_left_is_over(lead: Membership) -> None:
    with acting(lead):
        assert Membership.objects.count() == 1
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Membership.objects.count()


def test_scope_inside_a_scope_is_refused(lead: Membership, stranger: Membership) -> None:
    with acting(lead), pytest.raises(RuntimeError, match="durable"), acting(stranger):
        pass


def test_worker_sees_its_agency_and_cannot_write_people(
    lead: Membership, stranger: Membership
) -> None:
    with acting_for(lead.agency_id, realm="worker"):
        assert list(Membership.objects.all()) == [lead]
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Membership.objects.update(role="lead")


def test_event_takes_its_actor_from_the_context(lead: Membership, stranger: Membership) -> None:
    with acting(lead):
        audit.record("thing.do", lead, count=3)
        (event,) = Event.objects.all()
    assert (event.agency_id, event.actor_id, event.realm) == (lead.agency_id, lead.pk, "agency")
    assert (event.seq, event.facts, event.about_id) == (1, {"count": 3}, lead.pk)
    with acting(stranger):
        assert not Event.objects.exists()


@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET action = 'x'", "DELETE FROM {}", "TRUNCATE {}"]
)
@pytest.mark.parametrize("who", ["member", "owner"])
def test_event_is_never_changed(lead: Membership, statement: str, who: str) -> None:
    with acting(lead):
        audit.record("thing.do", lead)
    scope = acting(lead) if who == "member" else owner()
    with scope, pytest.raises(DatabaseError, match="denied"), transaction.atomic():
        connection.cursor().execute(statement.format("audit.event"))


def test_event_without_context_is_refused(db: None) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        audit.record("thing.do")


def test_chain_tampered_with_is_noticed(agency: Agency, lead: Membership) -> None:
    with acting(lead):
        for _ in range(3):
            audit.record("thing.do", lead)
    with owner(), connection.cursor() as cursor:
        cursor.execute("SELECT seq, problem FROM audit.broken() WHERE agency_id = %s", [agency.pk])
        assert cursor.fetchall() == []
        cursor.execute("SET LOCAL ROLE app_audit")
        cursor.execute("UPDATE audit.event SET action = 'other' WHERE seq = 2")
        cursor.execute("SELECT seq, problem FROM audit.broken() WHERE agency_id = %s", [agency.pk])
        assert cursor.fetchall() == [(2, "its content does not fit its hash")]
        cursor.execute("SET LOCAL ROLE app_owner")


def test_tail_cut_off_is_noticed(agency: Agency, lead: Membership) -> None:
    with acting(lead):
        audit.record("thing.do", lead)
        audit.record("thing.do", lead)
    with owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE app_audit")
        cursor.execute("DELETE FROM audit.event WHERE seq = 2")
        cursor.execute("SELECT seq, problem FROM audit.broken() WHERE agency_id = %s", [agency.pk])
        assert cursor.fetchall() == [(2, "the head does not fit the last event")]
        cursor.execute("SET LOCAL ROLE app_owner")


# A request, whole: these views exist only here.


def _look(request: HttpRequest) -> HttpResponse:
    return HttpResponse(",".join(str(m.pk) for m in Membership.objects.all()))


def _change_then_fail(request: HttpRequest) -> HttpResponse:
    Membership.objects.update(display_name="changed")
    raise RuntimeError("planted")


def _change_then_500(request: HttpRequest) -> HttpResponse:
    Membership.objects.update(display_name="changed")
    return HttpResponse(status=500)


urlpatterns = [
    *service,
    path("look/", _look),
    path("change-then-fail/", _change_then_fail),
    path("change-then-500/", _change_then_500),
]
__all__ = ["handler500"]


@pytest.mark.urls(__name__)
def test_request_acts_for_its_agency(lead: Membership, stranger: Membership, client_for) -> None:
    assert client_for(lead).get("/look/").content.decode() == str(lead.pk)
    assert client_for(stranger).get("/look/").content.decode() == str(stranger.pk)


@pytest.mark.urls(__name__)
def test_request_with_another_agency_in_the_session_does_not_enter(
    lead: Membership, stranger: Membership, client_for
) -> None:
    client: Client = client_for(lead)
    session = client.session
    session["agency_id"] = str(stranger.agency_id)
    session.save()
    response = client.get("/look/")
    assert response.status_code == 302
    assert response["Location"] == "/switch/"
    assert "agency_id" not in client.session


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/change-then-fail/", "/change-then-500/"])
def test_request_that_fails_changes_nothing(lead: Membership, client_for, address: str) -> None:
    client: Client = client_for(lead)
    client.raise_request_exception = False
    assert client.get(address).status_code == 500
    with acting(lead):
        assert not Membership.objects.filter(display_name="changed").exists()


def test_unknown_agency_does_not_enter(lead: Membership) -> None:
    with acting_for(uuid.uuid4(), realm="agency", user_id=lead.user_id) as member:
        assert member is None
