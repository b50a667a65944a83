"""Every state, action and role of a removal, for its pages and the API; and its list."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agencies.permissions import AGENCY_ROLES, ROLES, Permission
from assessments.actions.describing import Details
from assessments.actions.evidence import Source, add_evidence
from assessments.models import EvidenceVersion
from protection.actions import redaction as actions
from protection.models import Part, Redaction
from tests.conftest import acting, count_queries, owner
from tests.protection.conftest import NAME, ask, ask_for, fresh

pytestmark = pytest.mark.django_db

NEEDS = {
    "confirm": Permission.REDACT_CONFIRM,
    "refuse": Permission.REDACT_CONFIRM,
    "withdraw": Permission.REDACT_REQUEST,
}
STATES = ("requested", "refused", "withdrawn", "confirmed")


@pytest.fixture
def waiting(spoken, contributor):
    return ask(spoken, contributor, note="Second paragraph")


def bring(redaction, state, dpo, contributor):
    with acting(contributor if state == "withdrawn" else dpo) as by:
        if state == "confirmed":
            actions.confirm(redaction, has_understood=True, by=by)
        elif state == "refused":
            actions.refuse(redaction, by=by)
        elif state == "withdrawn":
            actions.withdraw(redaction, by=by)


def expected(state, action, role):
    """The contributor has asked: deciding is not theirs anyway; 403 before 409."""
    if NEEDS[action] not in ROLES[role]:
        return 403
    return 200 if state == "requested" else 409


def post(client, redaction, action):
    form = {"has_understood": "on"} if action == "confirm" else {}
    return client.post(reverse(f"protection:{action}", args=[redaction.pk]), form)


def by_api(client, redaction, action):
    address = f"/api/v1/redactions/{redaction.pk}/{action}/"
    sent = {"has_understood": True} if action == "confirm" else {}
    return client.post(address, sent, content_type="application/json")


@pytest.mark.parametrize("state", STATES)
def test_pages_and_api_refuse_as_the_table_says(
    state, waiting, dpo, contributor, request, client_for
):
    bring(waiting, state, dpo, contributor)
    before = fresh(waiting)
    for role in AGENCY_ROLES:
        client = client_for(request.getfixturevalue(role))
        for action in NEEDS:
            wanted = expected(state, action, role)
            if wanted == 200:
                continue
            assert post(client, waiting, action).status_code == wanted, (action, role)
            assert by_api(client, waiting, action).status_code == wanted, (action, role)
    assert fresh(waiting).updated_at == before.updated_at


ALLOWED = [(a, r) for a in NEEDS for r in AGENCY_ROLES if expected("requested", a, r) == 200]


@pytest.mark.parametrize("face", [post, by_api])
@pytest.mark.parametrize(("action", "role"), ALLOWED)
def test_pages_and_api_allow_as_the_table_says(action, role, face, waiting, request, client_for):
    response = face(client_for(request.getfixturevalue(role)), waiting, action)
    assert response.status_code == (302 if face is post else 200)
    assert not fresh(waiting).is_waiting


def test_who_asked_is_told_by_page_and_api(spoken, lead, client_for):
    redaction, client = ask(spoken, lead), client_for(lead)
    page = client.get(reverse("protection:detail", args=[redaction.pk])).content.decode()
    assert "another person has to decide" in page
    for answer in (post(client, redaction, "confirm"), by_api(client, redaction, "confirm")):
        assert answer.status_code == 403
        assert "You asked for this yourself" in answer.content.decode()


def test_confirming_without_the_tick_comes_back(waiting, dpo, client_for):
    client = client_for(dpo)
    response = client.post(reverse("protection:confirm", args=[waiting.pk]))
    assert response.status_code == 422
    assert "Confirm that you want this removed for good" in response.content.decode()
    refused = client.post(
        f"/api/v1/redactions/{waiting.pk}/confirm/", {}, content_type="application/json"
    )
    assert refused.status_code == 400
    assert fresh(waiting).is_waiting


def test_clause_page_leads_to_the_request_for_those_who_may(spoken, lead, viewer, client_for):
    clause = reverse("assessments:clause", args=[spoken.assessment_id, "1.1"])
    address = reverse("protection:request_answer", args=[spoken.pk])
    assert address in client_for(lead).get(clause).content.decode()
    assert address not in client_for(viewer).get(clause).content.decode()
    assert client_for(viewer).get(address).status_code == 403
    client = client_for(lead)
    page = client.get(address).content.decode()
    assert "How do you do this?" in page
    assert "All texts of this answer" not in page, "there is one text only"
    assert client.post(address, {"part": "how"}).status_code == 422
    done = client.post(address, {"part": "how", "reason": "child", "note": ""})
    assert done.status_code == 302
    assert "To be confirmed" in client.get(done["Location"]).content.decode()


def test_evidence_page_leads_to_the_request(piece, lead, client_for):
    client = client_for(lead)
    page = client.get(reverse("assessments:evidence_detail", args=[piece.evidence_id]))
    address = reverse("protection:request_evidence", args=[piece.pk])
    assert address in page.content.decode()
    done = client.post(address, {"part": "evidence", "reason": "child"})
    assert done.status_code == 302


def test_confirm_page_shows_how_far_it_reaches(spoken, piece, contributor, dpo, client_for):
    client = client_for(dpo)
    text = client.get(reverse("protection:confirm", args=[ask(spoken, contributor).pk]))
    assert "2 earlier versions of it" in text.content.decode()
    evidence = ask_for(piece, contributor)
    said = client.get(reverse("protection:confirm", args=[evidence.pk])).content.decode()
    assert "1 stored file" in said and "2 entries in the list of evidence" in said
    done = client.post(
        reverse("protection:confirm", args=[evidence.pk]), {"has_understood": "on"}, follow=True
    ).content.decode()
    assert "It was destroyed in 7 places" in done
    assert NAME not in done


def _copy(lead, text, title="The same letter"):
    """A file that came in as evidence of its own."""
    upload = SimpleUploadedFile("copy.txt", text.encode())
    with acting(lead) as by:
        made = add_evidence(
            Details(title, "policy", "How we work"), source=Source(upload=upload), by=by
        )
    with owner():
        return EvidenceVersion.objects.select_related("evidence").get(evidence=made)


def test_same_file_elsewhere_is_named_before_and_after(
    piece, lead, contributor, dpo, stranger, client_for
):
    text = f"About {NAME}.\n"
    twin, asked = _copy(lead, text), _copy(lead, text, "Asked for")
    gone, other = _copy(lead, text, "Gone before"), _copy(lead, "Another file", "Other")
    _copy(stranger, text, "A stranger's")
    bring(ask_for(gone, contributor, Part.FILE), "confirmed", dpo, contributor)
    ask_for(asked, contributor, Part.EVIDENCE)
    redaction, client = ask_for(piece, contributor, Part.FILE), client_for(dpo)
    detail = reverse("protection:detail", args=[redaction.pk])
    pages = [client.get(f"{detail}confirm/"), client.get(detail)]
    pages.append(client.post(f"{detail}confirm/", {"has_understood": "on"}, follow=True))
    for page in pages:
        said = page.content.decode().partition("The same file, byte for byte")[2]
        assert (
            f'{reverse("assessments:evidence_detail", args=[twin.evidence_id])}">The same' in said
        )
        assert "Asked for, version 1</a> (asked for already)" in said
        for absent in ("Gone before", other.evidence.title, "A stranger"):
            assert absent not in said, absent
    found = client.get(f"/api/v1/redactions/{redaction.pk}/").json()["copies"]
    assert [(copy["version"], copy["is_asked_for"]) for copy in found] == [
        (str(asked.pk), True), (str(twin.pk), False),
    ]  # fmt: skip
    assert found[1]["title"] == "The same letter"


def test_no_copies_where_no_file_goes(spoken, piece, lead, contributor, dpo, client_for):
    """A link has no bytes; a title's or a text's removal is of no file."""
    client = client_for(dpo)
    _copy(lead, f"About {NAME}.\n")
    redactions = [ask(spoken, contributor), ask_for(piece, contributor, Part.DETAILS)]
    with acting(lead) as by:
        for title in ("One link", "The same link"):
            source = Source(url="https://agency.example/policy")
            link = add_evidence(Details(title, "policy", "How we work"), source=source, by=by)
    with owner():
        version = EvidenceVersion.objects.select_related("evidence").get(evidence=link)
    redactions.append(ask_for(version, contributor, Part.FILE))
    for redaction in redactions:
        page = client.get(reverse("protection:confirm", args=[redaction.pk])).content.decode()
        assert "Remove it for good?" in page and "byte for byte" not in page
        assert client.get(f"/api/v1/redactions/{redaction.pk}/").json()["copies"] == []


@pytest.mark.parametrize("path", ["/data-protection/{}/confirm/", "/api/v1/redactions/{}/"])
def test_copies_take_the_same_queries_with_one_and_four(
    path, piece, lead, contributor, dpo, client_for
):
    client, address = client_for(dpo), path.format(ask_for(piece, contributor).pk)
    _copy(lead, f"About {NAME}.\n")
    assert client.get(address).status_code == 200
    one = count_queries(lambda: client.get(address))
    for _ in range(3):
        _copy(lead, f"About {NAME}.\n")
    assert count_queries(lambda: client.get(address)) == one


def test_api_asks_and_lists(spoken, piece, contributor, client_for):
    client = client_for(contributor)

    def post(**sent):
        return client.post("/api/v1/redactions/", sent, content_type="application/json")

    wanted = {"part": "how", "reason": "child"}
    asked = post(answer=str(spoken.pk), **wanted)
    assert asked.status_code == 201
    assert post(answer=str(spoken.pk), **wanted).status_code == 409
    assert post(answer=str(spoken.pk), version=str(piece.pk), **wanted).status_code == 400
    assert post(**wanted).status_code == 400
    assert post(answer=str(spoken.pk), part="file", reason="child").status_code == 400
    assert post(version=str(piece.pk), part="file", reason="child").status_code == 201
    listed = client.get("/api/v1/redactions/").json()["results"]
    assert asked.json()["id"] in {row["id"] for row in listed}
    assert len(listed) == 2


def test_strangers_request_is_not_found(spoken, piece, stranger, client_for):
    client = client_for(stranger)
    for address in (
        reverse("protection:request_answer", args=[spoken.pk]),
        reverse("protection:request_evidence", args=[piece.pk]),
    ):
        assert client.post(address, {"part": "how", "reason": "child"}).status_code == 404
    sent = {"answer": str(spoken.pk), "part": "how", "reason": "child"}
    asked = client.post("/api/v1/redactions/", sent, content_type="application/json")
    assert asked.status_code == 404
    with owner():
        assert not Redaction.objects.exists()


def test_viewer_sees_no_requests(viewer, client_for):
    client = client_for(viewer)
    assert client.get("/data-protection/").status_code == 403
    assert client.get("/api/v1/redactions/").status_code == 403


def test_empty_list_says_so(lead, client_for):
    assert "Nobody has asked" in client_for(lead).get("/data-protection/").content.decode()


def test_list_takes_the_same_queries_with_one_and_four(
    spoken, piece, lead, contributor, client_for, floor, settings
):
    settings.ROOT_URLCONF = "config.urls"
    client, address = client_for(lead), "/data-protection/"
    ask(spoken, contributor)
    client.get(address)
    one = count_queries(lambda: client.get(address))
    for part in (Part.FILE, Part.DETAILS, Part.EVIDENCE):
        ask_for(piece, contributor, part)
    assert count_queries(lambda: client.get(address)) == one <= floor + 2


def test_sensitive_steps_ask_for_the_password_again(waiting, dpo, lead, client_for):
    """Confirming and taking everything out; by API the refusal says what to do."""
    addresses = [
        (dpo, reverse("protection:confirm", args=[waiting.pk])),
        (lead, reverse("protection:exports")),
    ]
    for member, address in addresses:
        client = stale(client_for(member))
        for response in (client.get(address), client.post(address, {"has_understood": "on"})):
            assert response.status_code == 302
            assert response["Location"].startswith("/accounts/confirm/")
    refused = by_api(stale(client_for(dpo)), waiting, "confirm")
    assert refused.status_code == 403
    assert "Confirm in the browser who you are first" in refused.json()["detail"]
    assert fresh(waiting).is_waiting


def stale(client):
    """As if the person had signed in hours ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 6 * 60 * 60
    session.save()
    return client


def test_request_sent_twice_with_a_key_is_one_and_odd_fields_are_named(spoken, lead, client_for):
    client = client_for(lead)
    sent = {"answer": str(spoken.pk), "part": "how", "reason": "child"}

    def post(**extra):
        return client.post(
            "/api/v1/redactions/",
            sent | extra,
            content_type="application/json",
            headers={"Idempotency-Key": "once"} if not extra else {},
        )

    first, second = post(), post()
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    refused = post(names="Jane")
    assert refused.status_code == 400
    assert "names" in refused.json()["errors"]
