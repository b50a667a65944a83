"""B1: every address of the service, for nobody, for its people and for strangers.

MATRIX names every address (tests/matrix.py). One that is missing from it fails: whoever adds a
page says there whose it is.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from agencies.actions.tokens import make_token
from agencies.models import Agency, Membership
from agencies.permissions import AGENCY_ROLES, Role
from agencies.scopes import open_to
from config.api_scopes import NEVER, SCOPES
from standards.models import Edition
from tests import factories
from tests.conftest import acting, owner
from tests.matrix import API, MATRIX, MEMBERS, PUBLIC, STAFF
from tests.partners import OTHER_SIDE, make_partner, share
from tests.world import Ids, furnish

# Not found, method unknown; or, before anything was looked up, what was sent is incomplete.
REFUSALS = (404, 405, 400, 428)
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
# Whoever is not the lead asks in every way that leads to code of ours: the rest is refused before.
METHODS_OF_OTHERS = {"page": ("get", "post"), "api": ("get", "post", "put", "patch", "delete")}
# The lead of the world has asked for it, so another person decides (see protection/test_pages).
OWN_REQUEST = {
    "protection:confirm",
    "protection:refuse",
    "protection:disposal_confirm",
    "protection:disposal_refuse",
}
RAA_WORD = "larkspur"


def _names(patterns: list[Any], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"
        else:
            below = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _names(pattern.url_patterns, below)


def test_every_address_is_in_the_matrix() -> None:
    assert set(_names(get_resolver().url_patterns)) == set(MATRIX)


def _url(name: str, ids: Ids) -> str:
    return reverse(name, kwargs={key: value.format(**ids) for key, value in MATRIX[name].items()})


def _random(ids: Ids) -> Ids:
    return {name: str(uuid.uuid4()) for name in ids}


def _shown(response: HttpResponseBase) -> str:
    """All a browser gets: headers and body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{response.status_code} {dict(response.items())} {body.decode(errors='replace')}"


def _comparable(response: HttpResponseBase, ids: Ids) -> str:
    """Without what differs between two equal answers: ids we sent, CSRF tokens, lengths, how
    many requests are left."""
    text = _shown(response)
    for value in ids.values():
        text = text.replace(value, "ID")
    text = re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", text)
    return re.sub(r"'(Content-Length|RateLimit-\w+)': '\d+'", "", text)


def test_nobody_is_asked_to_sign_in(db: None) -> None:
    faults = []
    places = {place for parts in MATRIX.values() for place in parts.values()}
    ids = dict.fromkeys((place.strip("{}") for place in places), str(uuid.uuid4()))
    for name in sorted(set(MATRIX) - set(PUBLIC)):
        for method in METHODS:
            response = getattr(Client(), method)(_url(name, ids))
            asked = response.get("Location", "").startswith("/accounts/login/")
            is_page = name not in API or name == "api-docs"
            if not (asked if is_page else response.status_code == 401):
                faults.append((method, name, response.status_code))
    assert not faults, "\n".join(map(str, faults))


def test_public_addresses_answer_nobody(db: None) -> None:
    client = Client()
    answers = {name: client.get(_url(name, {})).status_code for name in PUBLIC}
    expected = dict.fromkeys(PUBLIC, 200) | {"agencies:invitation": 404, "account_logout": 302}
    expected |= {"mfa_authenticate": 302}
    expected |= dict.fromkeys(NO_ISSUER, 404)
    assert answers == expected


World = tuple[dict[Role, Membership], Ids, Ids]


@pytest.fixture
def world(agency: Agency, other_agency: Agency, edition: Edition) -> World:
    """An agency's people, the ids of what is theirs, the ids of what is a stranger's."""
    found, teams = [], []
    for one in (agency, other_agency):
        with owner():
            people = {role: factories.make_member(one, role) for role in AGENCY_ROLES}
            friend = make_partner(OTHER_SIDE[one.kind])
        ids = furnish(one, people, acting) | {"agency": str(one.pk)}
        found.append(ids | share(people[Role.LEAD], friend, acting))
        teams.append(people)
    with owner(agency):
        lead = teams[0][Role.LEAD]
        lead.user.set_password("seven quiet herons wade")
        lead.user.save(update_fields=["password"])
    return teams[0], found[0], found[1]


def _bearer(member: Membership) -> dict[str, dict[str, str]]:
    with owner(member.agency):
        _, token = make_token(member, name="Test", scopes=open_to(member), days=1, by=None)
    return {"headers": {"Authorization": f"Bearer {token}"}}


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_foreign_and_random_ids_get_the_same_answer(
    world: World, client_for: Callable[[Membership], Client], role: Role
) -> None:
    """In pages and API, by session and by token, with every method: not found, and no byte."""
    people, ours, theirs = world
    client, bearer = client_for(people[role]), _bearer(people[role])
    refusals = REFUSALS if role == Role.LEAD else (*REFUSALS, 403)
    faults = []
    for name, swapped in _swaps():
        foreign_ids = ours | {key: theirs[key] for key in swapped}
        random_ids = ours | {key: str(uuid.uuid4()) for key in swapped}
        for method, extra in _ways(name, role, bearer):
            call = getattr(client, method)
            foreign = call(_url(name, foreign_ids), **extra)
            random = call(_url(name, random_ids), **extra)
            same = _comparable(foreign, foreign_ids) == _comparable(random, random_ids)
            refused = foreign.status_code in refusals or method == "options"
            refused |= foreign.status_code == 403 and bool(extra) and _is_for_people(name, method)
            if not (same and refused) or RAA_WORD in _shown(foreign):
                statuses = foreign.status_code, random.status_code
                faults.append((method, name, swapped, *statuses, "token" if extra else ""))
    assert not faults, "\n".join(map(str, faults))


def _is_for_people(name: str, method: str) -> bool:
    """No token opens it, so a token learns nothing there."""
    return name in API and SCOPES[name].get(method.upper()) == NEVER


def _ways(name: str, role: Role, bearer: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(method, what is sent with it): the lead's are all; see METHODS_OF_OTHERS."""
    if role != Role.LEAD:
        kind, extra = ("api", bearer) if name in API else ("page", {})
        yield from ((method, extra) for method in METHODS_OF_OTHERS[kind])
        return
    for method in METHODS:
        yield from ((method, extra) for extra in ([{}, bearer] if name in API else [{}]))


def _swaps() -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name, which of its ids are a stranger's): each alone, and all of them."""
    for name, kwargs in (MEMBERS | API).items():
        keys = tuple(value[1:-1] for value in kwargs.values() if value.startswith("{"))
        yield from ((name, (key,)) for key in keys)
        if len(keys) > 1:
            yield name, keys


def test_own_ids_are_found(world: World, client_for: Callable[[Membership], Client]) -> None:
    """Else the test before would pass on addresses that lead nowhere."""
    people, ours, _ = world
    client = client_for(people[Role.LEAD])
    answers = {
        name: _status(client.get(_url(name, ours))) for name in MATRIX if name not in OWN_REQUEST
    }
    assert {answers.pop(name) for name in STAFF} == {403}
    post_only = {name for name, status in answers.items() if status == 405}
    assert post_only == POST_ONLY
    allowed = {200, 302, 409}
    odd = {n: s for n, s in answers.items() if s not in allowed and n not in POST_ONLY}
    nothing_there = dict.fromkeys(
        ("agencies:invitation", "mfa_deactivate_totp", "mfa_remove_webauthn", *NO_ISSUER), 404
    )
    incomplete = dict.fromkeys(("search", "assessment-comparison"), 400)  # for what, with which?
    assert odd == nothing_there | {"assessments:sign_off": 403} | incomplete


def _status(response: HttpResponseBase) -> int:
    _shown(response)  # to the end, so that files are closed
    return response.status_code


NO_ISSUER = ("openid_connect_login", "openid_connect_callback")  # see test_work_account
POST_ONLY = {
    "account_disconnect",
    "account_end_session",
    "account_end_other_sessions",
    "agencies:invitation_resend",
    "assessments:autosave",
    "assessments:confirm",
    "answer-confirm",
    "answer-take-over",
    "protection:export_retry",
    "redaction-confirm",
    "redaction-refuse",
    "redaction-withdraw",
    "disposal-confirm",
    "disposal-refuse",
    "disposal-withdraw",
    "evidence-hold",
    "evidence-lift-hold",
    "assessments:evidence_detach",
    "assessments:improvement_step",
    "assessments:thread_step",
    "assessments:notices_seen",
    "notice-seen",
    "thread-reply",
    "thread-resolve",
    "thread-reopen",
    "comment-withdraw",
    "assessments:offered_stop",
    "action-begin",
    "action-check",
    "action-finish",
    "action-put-back",
    "assessments:clear_answer",
    "assessments:clear_evidence",
    "assessments:clear_version",
    "assessments:declare_version",
    "assessments:evidence_rescan",
    "assessment-clear",
    "evidence-declare",
    "evidence-rescan",
    "assessment-archive",
    "assessment-reopen",
    "assessment-restore",
    "assessment-sheet-import",
    "assessment-sign-off",
    "assessment-submit",
    "assessment-withdraw",
    "evidence-attach",
    "evidence-detach",
    "evidence-place",
    "evidence-versions",
    "invitation-resend",
    "partner-agree",
    "report-retry",
    "assessment-unassign",
    "reports:retry",
}


def test_lists_hold_no_row_of_another_agency(
    world: World, client_for: Callable[[Membership], Client]
) -> None:
    people, ours, theirs = world
    client = client_for(people[Role.LEAD])
    shown = {name: _shown(client.get(_url(name, ours))) for name in MATRIX}
    foreign = [theirs["word"], *(value for key, value in theirs.items() if key != "word")]
    leaks = [(name, one) for name, text in shown.items() for one in foreign if one in text]
    assert leaks == []
    assert ours["word"] in shown["assessments:list"]


def _sent(client: Client, ours: Ids, ids: Ids, bearer: dict[str, Any]) -> dict[str, Any]:
    """The answers when `ids` stand in queries and forms whose path is one's own."""

    def post(name: str, fields: dict[str, Any], **extra: Any) -> HttpResponseBase:
        return client.post(_url(name, ours), fields, **extra)

    ticks = {"clauses": [ids["answer"]], "shown": ids["answer"]}
    wanted = {"answer": ids["answer"]}
    return {
        "add for an answer": client.get(
            f"{_url('assessments:evidence_add', ours)}?answer={ids['answer']}"
        ),
        "detach": post("evidence-detach", wanted, **bearer),
        "attach": post("assessments:evidence_attach", {"evidence": [ids["evidence"]]}),
        "tick a clause": post("assessments:evidence_clauses", ticks),
        "switch": post("agencies:switch", {"agency": ids["agency"]}),
        "place by API": post("evidence-place", wanted, **bearer),
        "attach by API": post("evidence-attach", wanted, **bearer),
        "declare by API": post("evidence-declare", {"version": ids["version"]}, **bearer),
    }


def test_foreign_ids_in_what_is_sent_are_refused(
    world: World, client_for: Callable[[Membership], Client]
) -> None:
    """What is one's own is taken, so that each refusal is due to the id and not to the form."""
    people, ours, theirs = world
    client = client_for(people[Role.LEAD])
    bearer = _bearer(people[Role.LEAD]) | {"content_type": "application/json"}
    for ids in (theirs, _random(theirs)):
        answers = _sent(client, ours, ids, bearer)
        statuses = {name: answer.status_code for name, answer in answers.items()}
        assert set(statuses.values()) <= {400, 404, 422}, statuses
        assert not [name for name, answer in answers.items() if RAA_WORD in _shown(answer)]
    statuses = {n: _status(answer) for n, answer in _sent(client, ours, ours, bearer).items()}
    assert set(statuses.values()) <= {200, 201, 204, 302}, statuses
