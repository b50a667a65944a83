"""Many at the same moment: assigning, taking away, handing over, and saving an answer."""

from contextlib import suppress

import pytest

from agencies.workflow import NotAllowed
from assessments.actions.answers import Said, answer_clause
from assessments.actions.handing_over import hand_over
from assessments.models import Answer, ClauseAssignment
from tests.agencies.people import all_at_once
from tests.assessments.conftest import answer_of
from tests.assessments.test_assigning import SOON, give, take
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db(transaction=True)
CODES = ["1.1", "1.2", "1.3", "2.1"]


def test_at_once_leaves_one_person_a_clause_and_loses_no_answer(draft, lead, contributor):
    answer = answer_of(draft)

    def hand(member, to):
        # Refused where nothing is theirs at that moment.
        with acting(lead) as by, suppress(NotAllowed):
            hand_over(member, to=to, by=by)

    def save():
        with acting(contributor) as by:
            answer_clause(answer, version=0, said=Said(level=2, how="Weekly"), by=by)

    calls = [
        lambda: give(draft, CODES, lead, SOON, by=lead),
        lambda: give(draft, CODES[::-1], contributor, by=contributor),
        lambda: take(draft, CODES[1:], by=lead),
        save,
        lambda: hand(contributor, lead),
        lambda: give(draft, CODES[:2], contributor, SOON, by=lead),
    ]
    for _ in range(3):
        all_at_once(len(calls), lambda number: calls[number]())
    with owner(draft.agency):
        rows = ClauseAssignment.objects.filter(answer__assessment=draft)
        assert rows.count() == rows.values("answer").distinct().count()
        assert set(rows.values_list("assignee", flat=True)) <= {lead.pk, contributor.pk}
        saved = Answer.objects.get(pk=answer.pk)
    assert (saved.level, saved.how, saved.version) == (2, "Weekly", 1)
