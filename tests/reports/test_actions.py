"""Asked for, made, kept, handed out; and what counts as the same report."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Event, Membership
from agencies.workflow import NotAllowed
from assessments.actions.signoff import sign_off
from assessments.actions.submission import withdraw
from assessments.models import Assessment
from jobs.models import Job
from jobs.workflow import Status
from reports import actions, store
from reports.models import Report
from tests.conftest import acting, owner
from tests.reports.conftest import do, fresh, keep

pytestmark = pytest.mark.django_db
Ask = Callable[..., Report]


def _answer(assessment: Assessment, **values: object) -> None:
    with owner():
        assessment.answers.filter(clause__code="1.1").update(**values)


def test_report_of_a_round_is_made_and_stored(ask: Ask, submitted: Assessment) -> None:
    report = ask(submitted)
    assert not report.is_ready
    made = do(report)
    pdf = store.path_of(made.stored_as).read_bytes()
    assert made.job.status == Status.DONE
    assert (made.size, made.sha256) == (len(pdf), hashlib.sha256(pdf).hexdigest())
    with pikepdf.open(BytesIO(pdf)) as document:
        assert made.pages == len(document.pages) > 10
    assert made.submission is not None
    assert not made.is_draft


def test_double_click_is_one_report(ask: Ask, draft: Assessment, viewer: Membership) -> None:
    first, second, third = ask(draft), ask(draft), ask(draft, by=viewer)
    assert first.pk == second.pk == third.pk
    with owner():
        assert (Report.objects.count(), Job.objects.count()) == (1, 1)


def test_changed_answer_makes_another_report_and_undone_the_first(
    ask: Ask, draft: Assessment
) -> None:
    first = ask(draft)
    _answer(draft, how="Differently.")
    second = ask(draft)
    _answer(draft, how="")
    assert first.pk != second.pk
    assert ask(draft).pk == first.pk


def test_changed_rules_make_another_report(ask: Ask, draft: Assessment) -> None:
    first = ask(draft)
    with owner():
        draft.edition.rules.update(sha256="0" * 64)
    assert ask(draft).pk != first.pk


def test_sign_off_makes_another_report(
    ask: Ask, complete: Assessment, approver: Membership
) -> None:
    first = ask(complete)
    with acting(approver) as by:
        sign_off(complete, name="Head of service", has_agreed=True, by=by)
    assert ask(complete, is_draft=True).pk != first.pk


def test_withdrawn_round_makes_another_report(
    ask: Ask, submitted: Assessment, lead: Membership
) -> None:
    first = ask(submitted)
    with acting(lead) as by:
        withdraw(submitted, by=by)
    assert ask(submitted).pk != first.pk


def test_content_that_changed_before_the_worker_read_it_keeps_no_claim_on_its_key(
    ask: Ask, draft: Assessment
) -> None:
    """Asked for A, rendered B: who asks for A again gets a new report and not B."""
    asked_for = ask(draft)
    _answer(draft, how="Said while it waited.")
    made = do(asked_for)
    assert made.content_key != asked_for.content_key
    _answer(draft, how="")
    again = ask(draft)
    assert again.pk != asked_for.pk
    assert again.content_key == asked_for.content_key


def test_round_that_no_longer_fits_its_fingerprint_gives_no_report(
    ask: Ask, submitted: Assessment
) -> None:
    report = ask(submitted)
    assert report.submission is not None
    with owner():
        report.submission.answers.filter(clause_code="1.1").update(how="Something else.")
    made = do(report)
    assert made.job.status == Status.FAILED
    assert "no longer fits its fingerprint" in made.job.reason
    assert not made.is_ready


def test_download_is_an_event(ask: Ask, draft: Assessment, viewer: Membership) -> None:
    made = keep(ask(draft))
    with acting(viewer) as by:
        path = actions.download(made, by=by)
        event = Event.objects.first()
    assert path.read_bytes().startswith(b"%PDF-")
    assert event is not None
    assert (event.action, event.about_id, event.actor_id) == ("report.download", made.pk, viewer.pk)


def test_download_before_it_is_made_is_refused(
    ask: Ask, draft: Assessment, lead: Membership
) -> None:
    report = ask(draft)
    with acting(lead) as by, pytest.raises(NotAllowed):
        actions.download(report, by=by)


def test_download_of_a_lost_file_is_refused(ask: Ask, draft: Assessment, lead: Membership) -> None:
    made = keep(ask(draft))
    store.path_of(made.stored_as).unlink()
    with acting(lead) as by, pytest.raises(NotAllowed, match="missing"):
        actions.download(made, by=by)


def test_download_after_the_hat_was_taken_away_is_refused(
    ask: Ask, draft: Assessment, viewer: Membership
) -> None:
    made = keep(ask(draft))
    with acting(viewer) as by:
        by.is_active = False
        with pytest.raises(PermissionDenied):
            actions.download(made, by=by)


def test_failed_report_can_be_tried_again(ask: Ask, draft: Assessment, lead: Membership) -> None:
    report = ask(draft)
    with owner():
        Job.objects.update(status=Status.FAILED, reason="No.", attempts=5)
    failed = fresh(report)
    with acting(lead) as by:
        actions.try_again(failed, by=by)
    assert fresh(report).job.status == Status.QUEUED


def test_stranger_finds_no_report(ask: Ask, draft: Assessment, stranger: Membership) -> None:
    ask(draft)
    with acting(stranger):
        assert list(Report.objects.all()) == []
