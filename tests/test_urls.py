"""B1: every address of the service, for nobody, for its people and for strangers.

MATRIX names every address. One that is missing from it fails: whoever adds a page says here whose
it is.
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

from agencies.actions.operating import make_token
from agencies.models import Agency, Membership
from agencies.permissions import Role
from standards.models import Edition
from tests import factories
from tests.conftest import acting, owner
from tests.world import Ids, furnish

# Not found, method unknown; or, before anything was looked up, what was sent is incomplete.
REFUSALS = (404, 405, 400, 428)
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
EDITION = "neps-2022"
RAA_WORD = "larkspur"

Kwargs = dict[str, str]
# Words in braces are ids of the agency's own records (tests/world.py).
ASSESSMENT = {"pk": "{assessment}"}
SUBMITTED = {"pk": "{submitted}"}
CLAUSE = {**ASSESSMENT, "code": "1.1"}
EVIDENCE = {"pk": "{evidence}"}
REPORT = {"pk": "{report}"}
API_ANSWERS = {"assessment_id": "{assessment}"}

PUBLIC: dict[str, Kwargs] = {
    "healthz": {},
    "account_login": {},
    "account_inactive": {},
    "account_logout": {},
    "account_reset_password": {},
    "account_reset_password_done": {},
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    "account_reset_password_from_key_done": {},
    "agencies:invitation": {"token": "A" * 43},
    "pages:help": {},
    "pages:accessibility": {},
    "pages:privacy": {},
    "pages:cookies": {},
}
SIGNED_IN: dict[str, Kwargs] = {
    "home": {},
    "account_change_password": {},
    "agencies:switch": {},
    "standards:edition_list": {},
    "standards:edition_detail": {"code": EDITION},
    "standards:glossary": {},
}
MEMBERS: dict[str, Kwargs] = {
    "agencies:people": {},
    "agencies:invite": {},
    "agencies:invitation_resend": {"pk": "{invitation}"},
    "agencies:invitation_revoke": {"pk": "{invitation}"},
    "agencies:change_role": {"pk": "{membership}"},
    "agencies:remove": {"pk": "{membership}"},
    "agencies:audit": {},
    "agencies:audit_csv": {},
    "assessments:list": {},
    "assessments:start": {},
    "assessments:overview": ASSESSMENT,
    "assessments:rename": ASSESSMENT,
    "assessments:archive": ASSESSMENT,
    "assessments:restore": ASSESSMENT,
    "assessments:delete": ASSESSMENT,
    "assessments:standard": {**ASSESSMENT, "code": "S1"},
    "assessments:clause": CLAUSE,
    "assessments:autosave": CLAUSE,
    "assessments:check": ASSESSMENT,
    "assessments:sign_off": ASSESSMENT,
    "assessments:reopen": ASSESSMENT,
    "assessments:submit": ASSESSMENT,
    "assessments:withdraw": SUBMITTED,
    "assessments:submission": {**SUBMITTED, "round": "1"},
    "assessments:evidence_list": {},
    "assessments:evidence_add": {},
    "assessments:evidence_detail": EVIDENCE,
    "assessments:evidence_edit": EVIDENCE,
    "assessments:evidence_version": EVIDENCE,
    "assessments:evidence_delete": EVIDENCE,
    "assessments:evidence_clauses": {**EVIDENCE, "assessment": "{assessment}"},
    "assessments:evidence_attach": {"answer": "{answer}"},
    "assessments:evidence_detach": {"pk": "{link}"},
    "assessments:evidence_download": {"pk": "{version}"},
    "reports:list": SUBMITTED,
    "reports:request": SUBMITTED,
    "reports:detail": REPORT,
    "reports:status": REPORT,
    "reports:retry": REPORT,
    "reports:download": REPORT,
}
API: dict[str, Kwargs] = {
    "api-schema": {},
    "api-docs": {},
    "edition-list": {},
    "edition-detail": {"code": EDITION},
    "assessment-list": {},
    "assessment-detail": ASSESSMENT,
    "answer-list": API_ANSWERS,
    "answer-detail": {**API_ANSWERS, "code": "1.1"},
    "evidence-list": {},
    "evidence-detail": EVIDENCE,
    "evidence-attach": EVIDENCE,
    "evidence-detach": EVIDENCE,
    "evidence-versions": EVIDENCE,
    "evidence-download": {**EVIDENCE, "version": "{version}"},
    "report-request": SUBMITTED,
    "report-detail": REPORT,
    "report-file": REPORT,
}
MATRIX = PUBLIC | SIGNED_IN | MEMBERS | API


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
    """Without what differs between two equal answers: ids we sent, CSRF tokens, lengths."""
    text = _shown(response)
    for value in ids.values():
        text = text.replace(value, "ID")
    text = re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", text)
    return re.sub(r"'Content-Length': '\d+'", "", text)


def test_nobody_is_asked_to_sign_in(db: None) -> None:
    faults = []
    ids = dict.fromkeys(
        ("assessment", "submitted", "evidence", "version", "link", "answer", "report",
         "invitation", "membership"),
        str(uuid.uuid4()),
    )  # fmt: skip
    for name in sorted(set(MATRIX) - set(PUBLIC)):
        for method in METHODS:
            response = getattr(Client(), method)(_url(name, ids))
            asked = response.get("Location", "").startswith("/accounts/login/")
            if not (response.status_code == 401 if name in API else asked):
                faults.append((method, name, response.status_code))
    assert not faults, "\n".join(map(str, faults))


def test_public_addresses_answer_nobody(db: None) -> None:
    client = Client()
    answers = {name: client.get(_url(name, {})).status_code for name in PUBLIC}
    expected = dict.fromkeys(PUBLIC, 200) | {"agencies:invitation": 404, "account_logout": 302}
    assert answers == expected


World = tuple[Membership, Ids, Ids, str]


@pytest.fixture
def world(agency: Agency, other_agency: Agency, edition: Edition) -> World:
    """A lead, the ids of what is theirs, the ids of what is a stranger's, and the lead's token."""
    found, leads = [], []
    for one in (agency, other_agency):
        with owner():
            people = {role: factories.make_member(one, role) for role in Role}
        found.append(furnish(one, people, acting))
        leads.append(people[Role.LEAD])
    with owner(agency):
        leads[0].user.set_password("seven quiet herons wade")
        leads[0].user.save(update_fields=["password"])
        _, token = make_token(leads[0], name="Test", days=1, can_write=True)
    return leads[0], found[0], found[1], token


def test_foreign_and_random_ids_get_the_same_answer(
    world: World, client_for: Callable[[Membership], Client]
) -> None:
    """In pages and API, by session and by token, with every method: not found, and no byte."""
    lead, ours, theirs, token = world
    client = client_for(lead)
    faults = []
    for name, swapped in _swaps():
        bearers = [{}, {"headers": {"Authorization": f"Bearer {token}"}}] if name in API else [{}]
        for method in METHODS:
            for extra in bearers:
                foreign_ids = ours | {key: theirs[key] for key in swapped}
                random_ids = ours | {key: str(uuid.uuid4()) for key in swapped}
                call = getattr(client, method)
                foreign = call(_url(name, foreign_ids), **extra)
                random = call(_url(name, random_ids), **extra)
                same = _comparable(foreign, foreign_ids) == _comparable(random, random_ids)
                refused = foreign.status_code in REFUSALS or method == "options"
                if not (same and refused) or RAA_WORD in _shown(foreign):
                    statuses = foreign.status_code, random.status_code
                    faults.append((method, name, swapped, *statuses, "token" if extra else ""))
    assert not faults, "\n".join(map(str, faults))


def _swaps() -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name, which of its ids are a stranger's): each alone, and all of them."""
    for name, kwargs in (MEMBERS | API).items():
        keys = tuple(value[1:-1] for value in kwargs.values() if value.startswith("{"))
        yield from ((name, (key,)) for key in keys)
        if len(keys) > 1:
            yield name, keys


def test_own_ids_are_found(world: World, client_for: Callable[[Membership], Client]) -> None:
    """Else the test before would pass on addresses that lead nowhere."""
    lead, ours, _, _ = world
    client = client_for(lead)
    answers = {name: _status(client.get(_url(name, ours))) for name in MATRIX}
    post_only = {name for name, status in answers.items() if status == 405}
    assert post_only == POST_ONLY
    allowed = {200, 302, 409}
    odd = {n: s for n, s in answers.items() if s not in allowed and n not in POST_ONLY}
    assert odd == {"agencies:invitation": 404, "assessments:sign_off": 403}


def _status(response: HttpResponseBase) -> int:
    _shown(response)  # to the end, so that files are closed
    return response.status_code


POST_ONLY = {
    "agencies:invitation_resend",
    "assessments:autosave",
    "assessments:evidence_detach",
    "evidence-attach",
    "evidence-detach",
    "evidence-versions",
    "report-request",
    "reports:retry",
}


def test_lists_hold_no_row_of_another_agency(
    world: World, client_for: Callable[[Membership], Client]
) -> None:
    lead, ours, theirs, _ = world
    client = client_for(lead)
    shown = {name: _shown(client.get(_url(name, ours))) for name in MATRIX}
    foreign = [theirs["word"], *(value for key, value in theirs.items() if key != "word")]
    leaks = [(name, one) for name, text in shown.items() for one in foreign if one in text]
    assert leaks == []
    assert ours["word"] in shown["assessments:list"]


def test_foreign_ids_in_what_is_sent_are_refused(
    world: World, client_for: Callable[[Membership], Client]
) -> None:
    """In queries and forms, where the path is one's own."""
    lead, ours, theirs, token = world
    client = client_for(lead)
    attach = _url("evidence-attach", ours)
    bearer = {"headers": {"Authorization": f"Bearer {token}"}, "content_type": "application/json"}
    for ids in (theirs, _random(theirs)):
        answers = {
            "add for a foreign answer": client.get(
                f"{_url('assessments:evidence_add', ours)}?answer={ids['answer']}"
            ),
            "attach foreign evidence": client.post(
                _url("assessments:evidence_attach", ours), {"evidence": [ids["evidence"]]}
            ),
            "tick a foreign clause": client.post(
                _url("assessments:evidence_clauses", ours),
                {"clauses": [ids["answer"]], "seen": [ids["answer"]]},
            ),
            "switch to a foreign agency": client.post(
                _url("agencies:switch", ours), {"agency": str(uuid.uuid4())}
            ),
            "attach by API": client.post(
                attach, {"assessment": ids["assessment"], "clause": "1.1"}, **bearer
            ),
        }
        statuses = {name: answer.status_code for name, answer in answers.items()}
        assert set(statuses.values()) <= {400, 404, 422}, statuses
        assert not [name for name, answer in answers.items() if RAA_WORD in _shown(answer)]
