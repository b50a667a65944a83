"""Whose a clause is: assigning, taking away, and the trail of both."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agencies.actions import people
from agencies.actions.tokens import make_machine
from agencies.models import Event
from agencies.permissions import AGENCY_ROLES, ROLES, Permission, Role
from agencies.workflow import NotAllowed
from assessments.actions import assessments
from assessments.actions.assigning import assign, unassign
from assessments.models import Answer, ClauseAssignment
from standards.scoring import ClauseState
from tests import factories
from tests.assessments.conftest import answer_of, make_draft
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=14)


def ids(assessment, *codes):
    return [answer_of(assessment, code).pk for code in codes]


def held(assessment):
    """Code → (who, until when)."""
    with owner(assessment.agency):
        rows = ClauseAssignment.objects.filter(answer__assessment=assessment)
        found = rows.select_related("answer__clause", "assignee")
        return {row.answer.clause.code: (row.assignee, row.due_on) for row in found}


def events(lead, action):
    """What the events of this action say, oldest first."""
    with acting(lead):
        return [e.facts for e in Event.objects.filter(action=action).order_by("seq")]


def give(draft, codes, to, due_on=None, *, by):
    chosen = ids(draft, *codes)
    with acting(by) as me:
        return assign(draft, answers=chosen, to=to, due_on=due_on, by=me)


def late(assessment, code):
    """Its day has passed since it was assigned."""
    with owner(assessment.agency):
        row = ClauseAssignment.objects.filter(answer__assessment=assessment)
        row.filter(answer__clause__code=code).update(due_on=TODAY - timedelta(days=3))


def take(draft, codes, *, by):
    chosen = ids(draft, *codes)
    with acting(by) as me:
        return unassign(draft, answers=chosen, by=me)


def test_assign_makes_the_clauses_somebodys_until_a_day(draft, lead, contributor):
    give(draft, ["1.1", "2.1"], contributor, SOON, by=lead)
    assert held(draft) == {"1.1": (contributor, SOON), "2.1": (contributor, SOON)}
    with owner(draft.agency):
        assert {row.by for row in ClauseAssignment.objects.select_related("by")} == {lead}


def test_assign_again_changes_person_and_day_and_records_old_and_new(draft, lead, contributor):
    give(draft, ["1.1"], contributor, SOON, by=lead)
    give(draft, ["1.1", "1.2"], lead, by=contributor)
    assert held(draft) == {"1.1": (lead, None), "1.2": (lead, None)}
    about = {"assessment": str(draft.pk)}
    assert events(lead, "answer.assign") == [
        {**about, "clause": "1.1", "assignee": str(contributor.pk), "due_on": str(SOON)},
        {
            **about,
            "clause": "1.1",
            "assignee": str(lead.pk),
            "assignee_before": str(contributor.pk),
            "due_on_before": str(SOON),
        },
        {**about, "clause": "1.2", "assignee": str(lead.pk)},
    ]


def test_assign_what_is_so_already_changes_and_records_nothing(draft, lead):
    give(draft, ["1.1"], lead, SOON, by=lead)
    assert give(draft, ["1.1"], lead, SOON, by=lead) == []
    assert len(events(lead, "answer.assign")) == 1


def test_unassign_records_whose_it_was(draft, lead, contributor):
    give(draft, ["1.1"], contributor, SOON, by=lead)
    assert take(draft, ["1.1", "1.2"], by=lead) == 1
    assert held(draft) == {}
    [facts] = events(lead, "answer.unassign")
    assert (facts["clause"], facts["assignee_before"]) == ("1.1", str(contributor.pk))


def refused(draft, lead, to, **changed):
    said = {"answers": ids(draft, "1.1"), "to": to, "due_on": None} | changed
    with acting(lead) as by, pytest.raises(ValidationError) as refusal:
        assign(draft, **said, by=by)
    assert held(draft) == {}
    return refusal.value.message_dict


def test_assign_to_somebody_who_may_not_answer_is_refused(draft, lead, viewer, approver, dpo):
    for person in (viewer, approver, dpo):
        assert "whose role may answer" in refused(draft, lead, person)["to"][0]


def test_assign_to_somebody_removed_is_refused(draft, lead, contributor):
    with acting(lead) as by:
        people.remove(contributor, by=by)
    assert "to" in refused(draft, lead, contributor)


def test_assign_to_a_machine_is_refused(draft, lead):
    with acting(lead) as by:
        machine = make_machine(name="Push", role=Role.CONTRIBUTOR, by=by)
    assert "to" in refused(draft, lead, machine)


def test_assign_to_a_stranger_is_refused(draft, lead, stranger):
    assert "to" in refused(draft, lead, stranger)


def test_assign_for_a_day_that_has_passed_is_refused(draft, lead):
    yesterday = TODAY - timedelta(days=1)
    assert refused(draft, lead, lead, due_on=yesterday)["due_on"] == [
        "The due date must be today or later"
    ]


def test_assign_of_no_clause_is_refused(draft, lead):
    assert refused(draft, lead, lead, answers=[])["clauses"] == ["Choose at least one clause"]


def test_assign_of_another_assessments_clause_is_refused(draft, edition, lead, stranger):
    other = ids(make_draft(edition, lead, "Year two"), "1.1")
    foreign = ids(make_draft(edition, stranger), "1.1")
    for answers in (other, foreign, ids(draft, "1.2") + other):
        assert refused(draft, lead, lead, answers=answers)["clauses"] == [
            "Choose clauses of this self-assessment"
        ]


@pytest.mark.parametrize("state", ["signed", "submitted"])
def test_assign_in_an_assessment_that_is_locked_is_refused(state, request, lead):
    assessment = request.getfixturevalue(state)
    with pytest.raises(NotAllowed):
        give(assessment, ["1.1"], lead, by=lead)
    with pytest.raises(NotAllowed):
        take(assessment, ["1.1"], by=lead)


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_assign_needs_its_permission(draft, agency, lead, role):
    with owner():
        member = factories.make_member(agency, role)
    if Permission.ASSIGN_CLAUSE in ROLES[role]:
        assert give(draft, ["1.1"], lead, by=member)
        return
    with pytest.raises(PermissionDenied):
        give(draft, ["1.1"], lead, by=member)
    with pytest.raises(PermissionDenied):
        take(draft, ["1.1"], by=member)


def test_delete_of_an_empty_assessment_takes_its_assignments_along(draft, lead):
    give(draft, ["1.1"], lead, by=lead)
    with acting(lead) as by:
        assessments.delete(draft, by=by)
    with owner():
        assert not ClauseAssignment.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"level": 0},
        {"is_not_applicable": True},
        {"is_not_applicable": True, "na_reason": " \n\t"},
        {"is_not_applicable": True, "na_reason": "\n None are placed here"},
    ],
)
def test_complete_is_the_same_in_sql_on_the_row_and_in_scoring(draft, said):
    with owner(draft.agency):
        answer = Answer.objects.get(assessment=draft, clause__code="1.1")
        Answer.objects.filter(pk=answer.pk).update(**said)
        answer.refresh_from_db()
        in_sql = not Answer.objects.to_do().filter(pk=answer.pk).exists()
    state = ClauseState(
        "1.1", "S1", answer.level, answer.is_not_applicable, bool(answer.na_reason.strip()),
        is_addressed=True, has_evidence=False,
    )  # fmt: skip
    assert in_sql == answer.is_complete == state.is_complete
