"""`verify_audit` notices whatever is done to the trail behind the service's back."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from agencies import audit
from agencies.models import Membership
from tests.agencies.people import as_auditor
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_events(lead: Membership) -> Membership:
    with acting(lead):
        for name in ("assessment.start", "answer.save", "assessment.submit"):
            audit.record(name, clause="1.1")
    return lead


def _verify() -> None:
    with owner():
        call_command("verify_audit")


def test_untouched_trail_passes(three_events: Membership, capsys: pytest.CaptureFixture) -> None:
    _verify()
    assert "whole" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tampering", "message"),
    [
        ("UPDATE audit.event SET action = 'answer.delete' WHERE seq = 2", "event 2: its content"),
        ("UPDATE audit.event SET facts = '{}' WHERE seq = 1", "event 1: its content"),
        ("UPDATE audit.event SET at = at - interval '1 day' WHERE seq = 3", "event 3: its content"),
        ("DELETE FROM audit.event WHERE seq = 2", "event 3: an event before this one is missing"),
        ("DELETE FROM audit.event WHERE seq = 1", "event 2: an event before this one is missing"),
        ("DELETE FROM audit.event WHERE seq = 3", "event 3: the head does not fit"),
        (
            "UPDATE audit.event SET facts = '{}', prev_hash = 'x' WHERE seq = 2",
            "event 2: does not continue",
        ),
    ],
)
def test_tampering_is_named_with_agency_and_place(
    three_events: Membership, tampering: str, message: str
) -> None:
    as_auditor(f"{tampering} AND agency_id = %s", three_events.agency_id)
    with pytest.raises(CommandError) as found:
        _verify()
    assert f"The audit trail of {three_events.agency.name} is broken at {message}" in str(
        found.value
    )
    assert found.value.returncode == 1


def test_rewritten_event_with_a_fitting_hash_breaks_the_next(three_events: Membership) -> None:
    as_auditor(
        """UPDATE audit.event e SET action = 'answer.delete',
             hash = audit.digest((SELECT r FROM (SELECT x.id, x.agency_id, x.seq, x.at, x.actor_id,
               x.realm, 'answer.delete', x.about_type, x.about_id, x.facts, x.prev_hash, x.hash
               FROM audit.event x WHERE x.id = e.id) r)::text::audit.event)
           WHERE seq = 2 AND agency_id = %s""",
        three_events.agency_id,
    )
    with pytest.raises(CommandError, match="at event 3: does not continue"):
        _verify()
