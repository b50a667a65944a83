"""The demo: played through the real actions, whole, resettable, and never on a real service."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agencies.models import Agency, AgencyKind, Event, Membership
from assessments import snapshot
from assessments.models import (
    Answer,
    Assessment,
    EvidenceVersion,
    Improvement,
    Progress,
    Status,
    Submission,
    SubmittedEvidence,
    Thread,
)
from jobs.models import Job
from reports.demo import script, stage
from reports.models import Report
from standards.models import Clause, Edition
from tests.conftest import acting, owner


def _command(*words: str) -> str:
    out = StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_demo_is_whole_and_can_be_reset(edition: Edition, settings, tmp_path) -> None:
    settings.FILES_ROOT, settings.SCANNER = tmp_path, "none"
    shown = _command()
    with owner():
        assert set(Agency.objects.values_list("kind", flat=True)) == set(AgencyKind.values)
        for email in Membership.objects.values_list("email", flat=True):
            assert email in shown
        twice = Membership.objects.filter(email="adviser@permanence.example")
        assert twice.values("agency").count() == 2
        submission = Submission.objects.select_related(
            "assessment__edition", "sign_off", "guidance", "rules"
        ).get()
        assert submission.answers.count() == 70
        assert submission.assessment.status == Status.SUBMITTED
        assert submission.assessment.readiness == "working_towards"
        assert snapshot.is_unchanged(submission)
        assert Report.objects.filter(submission=submission).count() == Job.objects.count() == 1
        tried = Assessment.objects.get(is_practice=True)
        assert tried.answered_count == 2
        half = Assessment.objects.get(status=Status.DRAFT, agency=submission.agency)
        assert 25 < half.answered_count < half.clause_count - 25
        history = [(p.day, p.answered_count) for p in half.progress.all()]
        assert len(history) > 3, "there is progress to show"
        assert history == sorted(history)
        assert history[-1][1] == half.answered_count
        levels = Answer.objects.filter(assessment=half).values_list("level", flat=True)
        assert set(levels) == {None, 0, 1, 2, 3}
        assert half.continues == submission.assessment
        carried = half.answers.filter(is_to_check=True)
        assert 25 < carried.count() < 40
        assert half.answers.exclude(confirmed_by=None).count() == 3
        whose = Answer.objects.filter(assessment=half, assignment__isnull=False)
        assert whose.values("assignment__assignee").distinct().count() == 3
        assert 10 < whose.count() < 60, "some are no one's"
        talks = Thread.objects.filter(assessment=half)
        assert sorted(talks.values_list("status", flat=True)) == ["open", "open", "resolved"]
        plan = Improvement.objects.concerning(half)
        assert set(plan.values_list("status", flat=True)) == set(Progress.values)
        assert plan.overdue(timezone.localdate()).count() == 1
        assert plan.exclude(assessment=half).count() == 1, "one goes on from the year before"
        assert any(version.may_be_viewed for version in EvidenceVersion.objects.all())
        assert SubmittedEvidence.objects.exclude(place="").count() > 3
        files = [version.stored_as for version in EvidenceVersion.objects.exclude(stored_as="")]
    assert all((tmp_path / "evidence" / name[:2] / name).is_file() for name in files)
    assert len(files) > 5
    _reset_of_one_agency(submission)


def _reset_of_one_agency(submission: Submission) -> None:
    troupe = next(t for t in script.troupes() if t.name == submission.agency.name)
    events = _events(submission.agency)
    agency = stage.found(troupe, password="another one")
    assert agency == submission.agency
    with owner():
        assert not Assessment.objects.filter(agency=agency).exists()
        assert not Report.objects.filter(agency=agency).exists()
        assert Assessment.objects.exists()  # the other agencies keep theirs
        assert Membership.objects.filter(agency=agency).count() == len(troupe.people)
        call_command("verify_audit", stdout=StringIO())
    assert _events(agency) == events + 1  # the trail stays, and says what happened


def _events(agency: Agency) -> int:
    with owner():
        lead = Membership.objects.filter(agency=agency, role="lead").select_related("user").first()
    with acting(lead):
        return Event.objects.count()


def test_texts_are_for_every_clause_of_the_right_length() -> None:
    submitted = next(play for play in script.plays() if play.signed_by)
    lengths = {
        code: len(f"{said.how} {said.difference} {said.na_reason}".split())
        for code, said in submitted.said.items()
    }
    assert len(lengths) == 70
    assert min(lengths.values()) > 20
    assert max(lengths.values()) <= 130
    assert len({said.how for said in submitted.said.values() if said.how}) >= 68


@pytest.mark.django_db
def test_every_clause_named_exists(edition: Edition) -> None:
    codes = set(Clause.objects.values_list("code", flat=True))
    for play in script.plays():
        assert set(play.said) <= codes
    for piece in script.pieces():
        assert {code for named in piece.clauses.values() for code in named} <= codes
    assert set(next(play for play in script.plays() if play.signed_by).said) == codes


@pytest.mark.django_db
def test_refuses_on_a_real_service(settings) -> None:
    settings.IS_SECURE = True
    for words in ([], ["--show"]):
        with pytest.raises(CommandError, match="real one"):
            _command(*words)
    assert not Agency.objects.exists()


@pytest.mark.django_db
def test_show_says_when_there_is_nothing(settings) -> None:
    with pytest.raises(CommandError, match="There is no demo data"):
        _command("--show")


@pytest.mark.django_db
def test_password_is_another_one_in_each_installation(agency: Agency, settings) -> None:
    with owner():
        Agency.objects.update(is_demo=True)
    shown = []
    for key in ("one", "two", "one"):
        settings.SECRET_KEY = key * 20
        shown.append(re.search(r"password of all of them: (\S+)", _command("--show")).group(1))
    assert shown[0] == shown[2] != shown[1]
    assert re.fullmatch(r"(?:[a-z2-7]{4}-){3}[a-z2-7]{4}", shown[0])
