"""What was copied for partners, and what a round froze of a partner's, is destroyed too."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from agencies.permissions import Role
from assessments import snapshot
from assessments.models import OfferedAnswer
from assessments.redacted import is_mark
from protection.models import Part
from protection.places import extent
from protection.presenting import parts_of_answer, reach_lines
from tests import factories
from tests.assessments.conftest import answer_of, fill
from tests.assessments.offers.conftest import accept, publish, seen_by, shared, write
from tests.conftest import acting, owner
from tests.protection.conftest import NAME, ask
from tests.protection.removing import clear_wrongly, confirm, hand_in, tables_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(host, lead, theirs, draft, friends):
    """A host's answer with a name in it, which a partner has accepted."""
    write(theirs, "1.1", f"We placed {NAME}", host)
    clear_wrongly(theirs, host)
    publish(theirs, host, lead)
    fill(draft)
    accept(draft, lead, shared(draft, lead).offered[0])
    return theirs


def test_the_hosts_copies_go_with_its_answer(named, host, lead, draft):
    with owner():
        officer = factories.make_member(host.agency, Role.DPO)
    request = ask(answer_of(named), host)
    with acting(host):
        assert "1 copy offered to a partner" in reach_lines(extent(request))
    confirm(request, officer)
    (text,) = seen_by(lead)[1]
    assert is_mark(text)
    assert is_mark(shared(draft, lead).answered_by.how)
    assert tables_with(NAME) == []


def test_what_a_round_froze_of_a_partners_is_the_partners_to_remove(
    named, host, lead, approver, dpo, draft
):
    submission = hand_in(draft, approver, lead)
    answer = answer_of(draft)
    with acting(lead):
        assert Part.OFFERED in parts_of_answer(answer)
    confirm(ask(answer, lead, Part.OFFERED), dpo)
    with acting(lead):
        frozen = submission.answers.get(clause_code="1.1")
        assert is_mark(frozen.offered_how)
        assert (frozen.how, frozen.answered_by) == ("We meet every week.", host.agency.name)
        assert snapshot.is_unchanged(submission)
    with owner():
        assert OfferedAnswer.objects.get().how == f"We placed {NAME}", "the host's is the host's"


def test_without_a_partner_there_is_nothing_to_remove(spoken, lead):
    with pytest.raises(ValidationError, match="There is nothing of this to remove"):
        ask(spoken, lead, Part.OFFERED)
