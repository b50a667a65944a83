"""Files that wait for a virus check: who may open them, what comes of it, and when it is tried."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership
from agencies.workflow import NotAllowed
from assessments import clamd, guarding
from assessments.actions.attaching import attach_evidence
from assessments.actions.evidence import Source, add_evidence, add_version, delete_evidence
from assessments.actions.guarding import declare
from assessments.actions.scanning import pause_after, scan_again
from assessments.checks import what_stops_sign_off
from assessments.models import Answer, Evidence, EvidenceVersion, ScanState
from assessments.reconciling import reconcile
from jobs import engine
from jobs.models import Job
from jobs.workflow import Status
from tests.assessments.evidence.conftest import (
    DETAILS,
    events,
    pdf_source,
    stored_files,
    upload,
)
from tests.assessments.files import office
from tests.assessments.scanners import EICAR, real_clamd, saying, stand_in
from tests.assessments.test_clamd import needs_clamd
from tests.conftest import acting, owner


@pytest.fixture
def waiting(settings: object, tmp_path: Path, lead: Membership, answer: Answer) -> EvidenceVersion:
    """A PDF of clause 1.1, while nobody answers at the scanner's address."""
    settings.SCANNER = "clamd"  # type: ignore[attr-defined]
    settings.CLAMD_ADDRESS = f"unix://{tmp_path}/none"  # type: ignore[attr-defined]
    settings.CLAMD_SECONDS = 1  # type: ignore[attr-defined]
    with acting(lead) as by:
        return add_evidence(DETAILS, source=pdf_source(), answer=answer, by=by).versions.get()


@pytest.fixture
def says(settings: object, tmp_path: Path) -> Iterator[object]:
    """Lets the scanner give this answer from now on."""
    doors = ExitStack()

    def give(answer: bytes) -> None:
        place = tmp_path / f"door{uuid.uuid4().hex[:8]}"
        settings.CLAMD_ADDRESS = doors.enter_context(stand_in(place, saying(answer)))  # type: ignore[attr-defined]

    with doors:
        yield give


def job_of(version: EvidenceVersion) -> Job:
    with owner():
        return Job.objects.get(subject_id=version.pk)


def work_off(version: EvidenceVersion) -> EvidenceVersion:
    """As a worker does; returns the row as it is then."""
    job = job_of(version)
    engine.run(job.agency_id, job.pk)
    with owner():
        return EvidenceVersion.objects.get(pk=version.pk)


def test_new_file_waits_and_supports_nothing(
    waiting: EvidenceVersion, answer: Answer, lead: Membership, client_for
):
    assert waiting.scan_state == ScanState.RECEIVED
    assert job_of(waiting).status == Status.QUEUED
    client = client_for(lead)
    for name in ("evidence_view", "evidence_download"):
        assert client.get(reverse(f"assessments:{name}", args=[waiting.pk])).status_code == 409
    with acting(lead):
        answers = list(Answer.objects.for_tasks().filter(assessment=answer.assessment_id))
    (found,) = [one for one in answers if one.pk == answer.pk]
    assert (found.has_evidence, found.has_waiting) == (False, True)
    stops = [one for one in what_stops_sign_off(answers, kind="LA") if "virus" in one.message]
    assert [one.clauses for one in stops] == [("1.1",)]


def test_clean_file_can_be_opened_and_counts(
    waiting: EvidenceVersion, answer: Answer, lead: Membership, client_for, says
):
    says(b"stream: OK\0")
    checked = work_off(waiting)
    assert (checked.scan_state, checked.scan_tries) == (ScanState.CLEAN, 1)
    assert job_of(waiting).status == Status.DONE
    url = reverse("assessments:evidence_download", args=[waiting.pk])
    assert client_for(lead).get(url).getvalue().startswith(b"%PDF")
    with acting(lead):
        assert Answer.objects.for_tasks().get(pk=answer.pk).has_evidence
    assert "evidence.scan" in events(lead)


def test_refused_file_is_deleted_and_its_row_says_why(
    waiting: EvidenceVersion,
    answer: Answer,
    store: Path,
    lead: Membership,
    client_for,
    says,
    django_capture_on_commit_callbacks,
):
    says(b"stream: Doc.Dropper-1 FOUND\0")
    with django_capture_on_commit_callbacks(execute=True):
        checked = work_off(waiting)
    assert (checked.scan_state, checked.stored_as) == (ScanState.REFUSED, "")
    assert stored_files(store) == []
    assert checked.sha256 == waiting.sha256
    client = client_for(lead)
    page = client.get(reverse("assessments:evidence_detail", args=[waiting.evidence_id]))
    assert "The virus check found Doc.Dropper-1." in page.content.decode()
    url = reverse("assessments:evidence_download", args=[waiting.pk])
    assert client.get(url).status_code == 409
    with acting(lead):
        assert not guarding.of_assessment(answer.assessment).undeclared, "there is no file"
        with pytest.raises(NotAllowed, match="nothing to declare"):
            declare(checked, by=lead)


@pytest.mark.parametrize(
    "told", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK", None]
)
def test_file_that_cannot_be_judged_waits_and_is_tried_after_growing_pauses(
    waiting: EvidenceVersion, lead: Membership, client_for, says, told: bytes | None
):
    """None: nobody is there."""
    if told is not None:
        says(told)
    for tries, minutes in ((1, 1), (2, 2), (3, 4)):
        before = timezone.now()
        checked = work_off(waiting)
        assert (checked.scan_state, checked.scan_tries) == (ScanState.RECEIVED, tries)
        job = job_of(waiting)
        assert (job.status, job.attempts) == (Status.QUEUED, 0)
        due = job.queued_at + timedelta(seconds=60)  # the sweep sends what has waited so long
        assert due >= before + timedelta(minutes=minutes)
    page = client_for(lead).get(reverse("assessments:evidence_detail", args=[waiting.evidence_id]))
    assert "Waiting for the virus check" in page.content.decode()
    assert "tried 3 times" in page.content.decode()
    assert "Try the virus check again now" in page.content.decode()


def test_pauses_grow_to_an_hour() -> None:
    assert [pause_after(n) // timedelta(minutes=1) for n in (1, 2, 5, 7, 9999)] == [
        1,
        2,
        16,
        60,
        60,
    ]


def test_file_that_waited_is_judged_once_the_scanner_is_back(
    waiting: EvidenceVersion, lead: Membership, says
):
    for _ in range(2):
        work_off(waiting)
    put_off = job_of(waiting).queued_at
    says(b"stream: OK\0")
    with acting(lead) as by:
        scan_again(waiting, by=by)
    assert job_of(waiting).queued_at < put_off
    assert work_off(waiting).scan_state == ScanState.CLEAN
    with acting(lead) as by, pytest.raises(NotAllowed, match="come to an end"):
        scan_again(waiting, by=by)


def test_scanner_taken_away_on_purpose_leaves_the_label(waiting: EvidenceVersion, settings):
    settings.SCANNER = "none"
    assert work_off(waiting).scan_state == ScanState.NOT_SCANNED


def test_scan_again_asks_for_the_permission(
    waiting: EvidenceVersion, viewer: Membership, stranger: Membership, client_for
):
    with acting(viewer) as by, pytest.raises(PermissionDenied):
        scan_again(waiting, by=by)
    url = reverse("assessments:evidence_rescan", args=[waiting.pk])
    assert client_for(viewer).post(url).status_code == 403
    assert client_for(stranger).post(url).status_code == 404
    page = client_for(viewer).get(
        reverse("assessments:evidence_detail", args=[waiting.evidence_id])
    )
    assert "Try the virus check again now" not in page.content.decode()


def test_button_and_api_have_it_tried_at_once(
    waiting: EvidenceVersion, lead: Membership, client_for
):
    client = client_for(lead)
    for _ in range(2):
        work_off(waiting)
        assert job_of(waiting).queued_at > timezone.now() - timedelta(seconds=1)
    with owner():
        Job.objects.update(queued_at=timezone.now() + timedelta(hours=1))
    assert client.post(reverse("assessments:evidence_rescan", args=[waiting.pk])).status_code == 302
    assert job_of(waiting).queued_at <= timezone.now()
    with owner():
        Job.objects.update(queued_at=timezone.now() + timedelta(hours=1))
    sent = {"version": str(waiting.pk)}
    told = client.post(f"/api/v1/evidence/{waiting.evidence_id}/rescan/", sent)
    assert told.status_code == 200
    assert told.json()["versions"][0]["scan_tries"] == 2
    assert job_of(waiting).queued_at <= timezone.now()


def test_what_was_deleted_or_lost_meanwhile_ends_its_check(
    waiting: EvidenceVersion, store: Path, lead: Membership, says
):
    says(b"stream: OK\0")
    stored_files(store)[0].unlink()
    work_off(waiting)
    assert job_of(waiting).status == Status.FAILED
    assert "missing from the store" in job_of(waiting).reason
    with acting(lead) as by:
        loose = add_evidence(DETAILS, source=pdf_source(), by=by)
        version = loose.versions.get()
        delete_evidence(loose, by=by)
    job = job_of(version)
    engine.run(job.agency_id, job.pk)
    assert job_of(version).status == Status.DONE


def test_night_takes_up_a_check_that_was_given_up(waiting: EvidenceVersion, says):
    with owner():
        Job.objects.update(status=Status.FAILED, attempts=5, reason="Gave up.")
    reconcile()
    assert job_of(waiting).status == Status.QUEUED
    says(b"stream: OK\0")
    assert work_off(waiting).scan_state == ScanState.CLEAN
    with owner():
        Job.objects.update(status=Status.FAILED)
    reconcile()
    assert job_of(waiting).status == Status.FAILED, "nothing waits for it"


def test_newer_version_waits_while_the_older_one_stays_readable(
    waiting: EvidenceVersion, lead: Membership, client_for, says
):
    says(b"stream: OK\0")
    work_off(waiting)
    with acting(lead) as by:
        newer = add_version(Evidence.objects.get(), source=pdf_source(), by=by)
    client = client_for(lead)
    older = client.get(reverse("assessments:evidence_download", args=[waiting.pk]))
    assert older.getvalue().startswith(b"%PDF")
    url = reverse("assessments:evidence_download", args=[newer.pk])
    assert client.get(url).status_code == 409


@pytest.mark.parametrize(
    ("answers", "meant"),
    [((b"stream: OK\0",), 2), ((b"stream: Bad FOUND\0",), 1), ((), 1)],
    ids=["clean", "refused", "waiting"],
)
def test_open_self_assessments_mean_a_newer_version_once_it_is_clean(
    answers, meant, waiting: EvidenceVersion, answer: Answer, lead: Membership, says
):
    says(b"stream: OK\0")
    work_off(waiting)
    with acting(lead) as by:
        newer = add_version(Evidence.objects.get(), source=pdf_source(), by=by)
    for said in answers:
        says(said)
        work_off(newer)
    with acting(lead) as by:
        assert answer.evidence_links.get().version.number == meant
        attach_evidence(answer, evidence=[newer.evidence_id], by=by)
        assert answer.evidence_links.get().version.number == meant


@needs_clamd
def test_real_clamd_refuses_eicar_inside_a_document_and_passes_a_clean_one(
    settings, lead: Membership, tmp_path_factory: pytest.TempPathFactory
):
    settings.SCANNER = "clamd"
    hidden = office.with_parts("docx", {"word/media/a.xml": b"<a>" + EICAR + b"</a>"})
    with real_clamd(tmp_path_factory.mktemp("clamd")) as settings.CLAMD_ADDRESS:
        states = []
        for content in (hidden, office.office("docx")):
            with acting(lead) as by:
                source = Source(upload=upload("a.docx", content))
                version = add_evidence(DETAILS, source=source, by=by).versions.get()
            states.append(work_off(version).scan_state)
        assert "assessments.W001" not in [m.id for m in run_checks(include_deployment_checks=True)]
    assert states == [ScanState.REFUSED, ScanState.CLEAN]


@pytest.mark.parametrize(
    ("name", "value", "id"),
    [
        ("CLAMD_ADDRESS", "clamd:3310", "assessments.E002"),
        ("CLAMD_SECONDS", 0, "assessments.E003"),
        ("CLAMD_SECONDS", 299, "assessments.E003"),
        ("CLAMD_ADDRESS", "unix:///nowhere/at/all", "assessments.W001"),
    ],
)
def test_scanner_that_cannot_be_spoken_to_is_told_at_the_start(settings, name, value, id) -> None:
    settings.SCANNER = "clamd"
    setattr(settings, name, value)
    assert id in [message.id for message in run_checks(include_deployment_checks=True)]
    assert not clamd.is_alive("unix:///nowhere/at/all")
