"""Room: an agency's quota, counted with each row, and a disk that is full."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from agencies.models import Agency, Membership
from agencies.uploads import NoRoom, OverQuota
from assessments import files
from assessments.actions.evidence import Source, add_evidence, add_version, delete_evidence
from assessments.models import Evidence, EvidenceVersion, Storage
from assessments.reconciling import reconcile
from tests.agencies.people import all_at_once
from tests.assessments.evidence.conftest import DETAILS, pdf_source, stored_files, upload
from tests.assessments.files import pdfs, pictures
from tests.conftest import acting, owner

ADD = reverse("assessments:evidence_add")
SIZE = len(pdfs.pdf())
FORM = {
    "title": "Policy",
    "kind": "policy",
    "description": "How we plan.",
    "source": "file",
}


def used(agency: Agency) -> int:
    with owner(agency):
        return Storage.objects.usage(agency).used


def allow(agency: Agency, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quota in bytes: a megabyte would be too large for a quick test."""
    monkeypatch.setattr(Agency, "quota_bytes", size)


def nothing_is_stored(store: Path) -> bool:
    with owner():
        rows = Evidence.objects.exists() or EvidenceVersion.objects.exists()
    return not rows and stored_files(store) == []


def test_counter_follows_what_is_added_and_deleted(agency: Agency, lead: Membership):
    with acting(lead) as by:
        piece = add_evidence(DETAILS, source=pdf_source(), by=by)
        add_evidence(DETAILS, source=Source(url="https://example.org/"), by=by)
        add_version(piece, source=pdf_source(), by=by)
    assert used(agency) == 2 * SIZE
    with acting(lead) as by:
        delete_evidence(piece, by=by)
    assert used(agency) == 0


def test_last_byte_fits_and_one_more_does_not(
    agency: Agency, lead: Membership, store: Path, monkeypatch: pytest.MonkeyPatch
):
    allow(agency, 2 * SIZE, monkeypatch)
    with acting(lead) as by:
        for _ in range(2):
            add_evidence(DETAILS, source=pdf_source(), by=by)
        with pytest.raises(OverQuota, match="Nothing of it was stored"):
            add_evidence(DETAILS, source=Source(upload=upload("a.txt", b"We meet.")), by=by)
        assert Evidence.objects.count() == 2
    assert used(agency) == 2 * SIZE
    assert len(stored_files(store)) == 2


def test_over_quota_keeps_what_was_typed_and_stores_nothing(
    agency: Agency, lead: Membership, client_for, store: Path, monkeypatch: pytest.MonkeyPatch
):
    allow(agency, SIZE - 1, monkeypatch)
    client = client_for(lead)
    page = client.post(ADD, {**FORM, "upload": upload()})
    assert page.status_code == 413
    assert "would exceed it" in page.content.decode()
    assert "How we plan." in page.content.decode()
    told = client.post(
        "/api/v1/evidence/",
        {"title": "A", "kind": "policy", "description": "B", "upload": upload()},
    )
    assert told.status_code == 413
    assert "would exceed it" in told.json()["errors"]["upload"][0]
    assert nothing_is_stored(store)
    assert used(agency) == 0


@pytest.mark.django_db(transaction=True)
def test_last_room_is_taken_once_by_many_at_the_same_moment(
    agency: Agency, lead: Membership, store: Path, monkeypatch: pytest.MonkeyPatch
):
    """Real connections: one wins, nothing of the others is left."""
    allow(agency, SIZE + SIZE // 2, monkeypatch)
    outcomes = []

    def add(_number: int) -> None:
        with acting(lead) as by:
            try:
                add_evidence(DETAILS, source=pdf_source(), by=by)
            except OverQuota:
                outcomes.append("refused")
            else:
                outcomes.append("added")

    all_at_once(4, add)
    assert sorted(outcomes) == ["added", "refused", "refused", "refused"]
    assert used(agency) == SIZE
    assert len(stored_files(store)) == 1


def test_one_agencys_files_take_nothing_from_another(
    lead: Membership, stranger: Membership, monkeypatch: pytest.MonkeyPatch
):
    allow(lead.agency, SIZE, monkeypatch)
    for member in (lead, stranger):
        with acting(member) as by:
            add_evidence(DETAILS, source=pdf_source(), by=by)
    assert used(lead.agency) == used(stranger.agency) == SIZE


def test_meter_stands_on_the_library_and_where_files_are_added(
    lead: Membership, evidence: Evidence, client_for, monkeypatch: pytest.MonkeyPatch
):
    allow(lead.agency, SIZE * 20 // 19, monkeypatch)
    client = client_for(lead)
    for url in (
        reverse("assessments:evidence_list"),
        ADD,
        reverse("assessments:evidence_version", args=[evidence.pk]),
    ):
        shown = client.get(url).content.decode()
        assert "take up" in shown
        assert "nearly full" in shown
        assert 'value="94"' in shown or 'value="95"' in shown


def test_api_tells_the_room_of_ones_own_agency_to_whoever_reads(
    agency: Agency, evidence: Evidence, viewer: Membership, stranger: Membership, client_for
):
    told = client_for(viewer).get("/api/v1/evidence/storage/").json()
    assert told == {"used_bytes": SIZE, "quota_bytes": agency.quota_bytes}
    assert client_for(stranger).get("/api/v1/evidence/storage/").json()["used_bytes"] == 0


def test_night_puts_a_wrong_counter_right(agency: Agency, evidence: Evidence, lead: Membership):
    with owner():
        Storage.objects.update(used_bytes=7)
    assert reconcile().is_sound
    assert used(agency) == SIZE
    with owner():
        Storage.objects.all().delete()
    reconcile()
    assert used(agency) == SIZE


def test_operator_gives_an_agency_another_quota(agency: Agency, capsys: pytest.CaptureFixture):
    call_command("set_quota", agency=agency.name, megabytes=8)
    assert "0 MB used of 8 MB" in capsys.readouterr().out
    with owner():
        assert Agency.objects.get(pk=agency.pk).quota_bytes == 8 * 1024**2
    call_command("set_quota", agency=agency.name, default=True)
    assert "of 5000 MB" in capsys.readouterr().out
    with pytest.raises(CommandError, match="whole number of megabytes"):
        call_command("set_quota", agency=agency.name, megabytes=-1)


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """A disk of 64 kB at `place`; where none may be mounted, no file may be larger than that."""
    place.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        try:
            yield
        finally:
            subprocess.run(["umount", str(place)], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def noise() -> bytes:
    """A picture that fits into 64 kB, until it is written anew with all its colours."""
    return pictures.noisy_png(240)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", b"We meet every month. " * 10_000), ("a.png", noise())],
    ids=["while it comes in", "while a picture is written anew"],
)
def test_full_disk_is_507_with_a_sentence_and_no_half_row(
    lead: Membership, client_for, store: Path, name: str, content: bytes
):
    client = client_for(lead)
    with small_disk(store):
        page = client.post(ADD, {**FORM, "upload": upload(name, content)})
        assert page.status_code == 507
        assert "no room left" in page.content.decode()
        assert "How we plan." in page.content.decode(), "nothing typed is lost"
        told = client.post(
            "/api/v1/evidence/",
            {"title": "A", "kind": "policy", "description": "B", "upload": upload(name, content)},
        )
        assert told.status_code == 507
        assert "no room left" in told.json()["errors"]["upload"][0]
        assert nothing_is_stored(store)
    assert used(lead.agency) == 0


def test_full_disk_is_no_fault_of_the_file(store: Path) -> None:
    with small_disk(store), pytest.raises(NoRoom) as refusal:
        files.keep(upload("a.txt", b"We meet every month. " * 10_000))
    assert isinstance(refusal.value, ValidationError)
