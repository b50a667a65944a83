"""The improvement plan: planning, changing, and the way to where it is checked by somebody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.actions.tokens import make_machine
from agencies.permissions import AGENCY_ROLES, ROLES, Permission, Role
from agencies.workflow import NotAllowed, Stale
from assessments.actions import assessments
from assessments.actions.handing_over import hand_over
from assessments.actions.improving import STEPS, Planned, edit, finish, plan
from assessments.models import Assessment, Improvement, Progress
from assessments.planning import foresee, standing
from assessments.workflow import IMPROVEMENT
from tests import factories
from tests.assessments.conftest import PERIOD, answer_of, make_draft, reread
from tests.assessments.test_assigning import events
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
ABOVE = "The clause is at In place now. Choose that level or a higher one"
SOON = TODAY + timedelta(days=30)


def planned(owner, **said):
    usual = {"what": "Train the panel", "why": "Half is new", "due_on": SOON, "expected_level": 3}
    return Planned(owner=owner, **usual | said)


def make(assessment, member, code="1.1", *, by=None, **said):
    answer = answer_of(assessment, code)
    with acting(by or member) as me:
        return plan(answer, planned=planned(member, **said), by=me)


def step(improvement, name, *, by):
    with acting(by) as me:
        return STEPS[name](improvement, by=me)


def stored(improvement):
    with owner(improvement.agency):
        return Improvement.objects.for_page().get(pk=improvement.pk)


def put(improvement, status, **facts):
    """As if it had come there."""
    if status in (Progress.DONE, Progress.CHECKED):
        facts = {"done_by": improvement.owner} | facts
    with owner(improvement.agency):
        Improvement.objects.filter(pk=improvement.pk).update(status=status, **facts)
    return stored(improvement)


@pytest.fixture
def one(draft, contributor):
    return make(draft, contributor)


def test_plan_keeps_what_is_said_and_records_no_text(draft, lead, contributor):
    said = {"what": " Train  the panel ", "why": "Half\r\nis new "}
    made = stored(make(draft, contributor, **said, by=lead))
    assert (made.what, made.why, made.owner, made.due_on, made.expected_level, made.status) == (
        "Train the panel", "Half\nis new", contributor, SOON, 3, Progress.TO_DO,
    )  # fmt: skip
    assert (made.assessment, made.clause.code, made.created_by_id) == (draft, "1.1", lead.pk)
    assert events(lead, "improvement.plan") == [
        {"assessment": str(draft.pk), "clause": "1.1", "due_on": str(SOON),
         "owner": str(contributor.pk)}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("what", " \u200b ", "Say what will be done"),
        ("what", "x" * 201, "This must be 200 characters or fewer"),
        ("why", "\n ", "Say why, and what it should change"),
        ("why", "x" * 2001, "This must be 2,000 characters or fewer"),
        ("due_on", TODAY - timedelta(days=1), "The due date must be today or later"),
        ("expected_level", 4, "Choose a level of the scale"),
        ("expected_level", -1, "Choose a level of the scale"),
        ("expected_level", 1, ABOVE),
    ],
)
def test_plan_refuses(complete, contributor, field, value, sentence):
    with pytest.raises(ValidationError) as refused:
        make(complete, contributor, **{field: value})
    assert refused.value.message_dict == {field: [sentence]}


def test_plan_wants_an_owner_who_can_answer(draft, lead, contributor, viewer, stranger):
    with acting(lead) as by:
        machine = make_machine(name="Push", role=Role.CONTRIBUTOR, by=by)
    with owner(draft.agency):
        gone = factories.make_member(draft.agency, Role.CONTRIBUTOR)
        gone.is_active = False
        gone.save(update_fields=["is_active"])
    for person in (viewer, machine, gone, stranger):
        with pytest.raises(ValidationError, match="Choose somebody who has access"):
            make(draft, person, by=lead)


def test_plan_outlives_submission_and_archiving_but_is_not_begun_in_an_archived_one(
    submitted, lead, contributor
):
    made = make(submitted, contributor)
    with acting(lead) as by:
        assessments.archive(submitted, by=by)
    with pytest.raises(NotAllowed, match="archived"):
        make(reread(submitted), contributor)
    assert step(made, "begin", by=contributor).status == Progress.DOING


def test_an_assessment_with_an_action_is_not_empty(draft, lead, one):
    with acting(lead) as by, pytest.raises(NotAllowed):
        assessments.delete(draft, by=by)
    with acting(lead):
        assert not Assessment.objects.get(pk=draft.pk).is_empty


def test_edit_changes_and_names_the_fields(one, lead, contributor):
    with acting(lead) as by:
        changed = edit(one, planned=planned(lead, what="Train all"), version=0, by=by)
    assert (changed.what, changed.owner, changed.version) == ("Train all", lead, 1)
    assert events(lead, "improvement.edit") == [
        {"assessment": str(one.assessment_id), "clause": "1.1", "fields": ["what", "owner"],
         "owner_before": str(contributor.pk)}
    ]  # fmt: skip


def test_edit_of_what_somebody_changed_meanwhile_overwrites_nothing(one, lead, contributor):
    with acting(lead) as by:
        edit(one, planned=planned(contributor, what="First"), version=0, by=by)
    with acting(contributor) as by, pytest.raises(Stale) as refused:
        edit(one, planned=planned(contributor, what="Second"), version=0, by=by)
    assert (refused.value.current.what, refused.value.ours["what"]) == ("First", "Second")
    assert stored(one).what == "First"


def test_what_somebody_checked_is_not_reworded_until_it_is_put_back(one, lead, contributor):
    put(one, Progress.CHECKED, checked_by=lead)
    other = planned(contributor, what="Something else")
    with acting(contributor) as by, pytest.raises(NotAllowed, match="This action was checked"):
        edit(one, planned=other, version=0, by=by)
    assert stored(one).what == "Train the panel"
    step(one, "put_back", by=lead)
    with acting(contributor) as by:
        assert edit(one, planned=other, version=0, by=by).what == "Something else"


def test_edit_leaves_a_day_that_has_passed_and_an_owner_who_left(one, lead, contributor):
    past = TODAY - timedelta(days=5)
    with owner(one.agency):
        Improvement.objects.filter(pk=one.pk).update(due_on=past)
        type(contributor).objects.filter(pk=contributor.pk).update(is_active=False)
    same = planned(contributor, what="Train all", due_on=past)
    with acting(lead) as by:
        assert edit(one, planned=same, version=0, by=by).what == "Train all"
    with acting(lead) as by, pytest.raises(ValidationError, match="today or later"):
        edit(one, planned=replace(same, due_on=past + timedelta(days=1)), version=1, by=by)


def test_the_whole_way_is_kept_as_stages(one, lead, contributor):
    for name, by in (("begin", contributor), ("finish", contributor), ("put_back", lead)):
        step(one, name, by=by)
    assert (stored(one).status, stored(one).done_by) == (Progress.DOING, None)
    for name, by in (("finish", contributor), ("check", lead)):
        step(one, name, by=by)
    made = stored(one)
    assert (made.status, made.done_by_id, made.checked_by_id) == (
        Progress.CHECKED, contributor.pk, lead.pk,
    )  # fmt: skip
    with owner(one.agency):
        actions = [stage.action for stage in one.stages.all()]
    assert actions == ["begin", "finish", "put_back", "finish", "check"]


def test_check_is_somebody_elses(one, lead, contributor):
    step(one, "finish", by=lead)
    with acting(lead) as by:
        machine = make_machine(name="Push", role=Role.CONTRIBUTOR, by=by)
    for person in (contributor, lead, machine):
        with pytest.raises(PermissionDenied, match="Somebody else has to check"):
            step(one, "check", by=person)
    assert stored(one).is_done


def test_the_database_lets_nobody_check_what_they_did(one, contributor, lead):
    for facts in ({"checked_by": contributor}, {"checked_by": None}, {"done_by": None}):
        usual = {"done_by": contributor, "checked_by": lead}
        with (
            pytest.raises(IntegrityError),
            owner(one.agency),
            transaction.atomic(),
        ):
            Improvement.objects.filter(pk=one.pk).update(status=Progress.CHECKED, **usual | facts)


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_every_step_in_every_state(one, lead, role):
    with owner(one.agency):
        member = factories.make_member(one.agency, role)
    for status in Progress.values:
        done_by = one.owner if status in (Progress.DONE, Progress.CHECKED) else None
        checked_by = lead if status == Progress.CHECKED else None
        for name, way in IMPROVEMENT.items():
            put(one, status, done_by=done_by, checked_by=checked_by)
            if way.needs not in ROLES[role]:
                with pytest.raises(PermissionDenied):
                    step(one, name, by=member)
            elif status not in way.sources:
                with pytest.raises(NotAllowed, match="cannot be done while it is"):
                    step(one, name, by=member)
            else:
                assert step(one, name, by=member).status == way.target


@pytest.mark.parametrize("role", [r for r in AGENCY_ROLES
                                  if Permission.PLAN_IMPROVEMENT not in ROLES[r]])  # fmt: skip
def test_planning_needs_its_permission(one, draft, role):
    with owner(draft.agency):
        member = factories.make_member(draft.agency, role)
    refused = pytest.raises(PermissionDenied, match="Only a lead or a contributor can plan")
    with refused:
        make(draft, one.owner, by=member)
    with acting(member) as by, refused:
        edit(one, planned=planned(one.owner), version=0, by=by)


def test_hand_over_gives_actions_too(one, lead, contributor):
    with acting(lead) as by:
        assert hand_over(contributor, to=by, by=by) == {"actions": 1}
    assert stored(one).owner == lead
    assert events(lead, "improvement.hand_over") == [
        {"assessment": str(one.assessment_id), "clause": "1.1", "owner": str(lead.pk),
         "owner_before": str(contributor.pk)}
    ]  # fmt: skip


def test_a_page_opened_before_a_hand_over_does_not_undo_it(one, lead, contributor):
    with acting(lead) as by:
        hand_over(contributor, to=by, by=by)
    with acting(lead) as by, pytest.raises(Stale):
        edit(one, planned=planned(contributor, what="As it was"), version=0, by=by)
    assert stored(one).owner == lead


def test_an_open_action_goes_on_in_the_next_cycle_and_a_checked_one_does_not(
    one, edition, lead, contributor
):
    later = make_draft(edition, lead, "Year two")
    other = make(later, contributor, "2.1")

    def found(assessment):
        with acting(lead):
            return set(Improvement.objects.concerning(assessment))

    assert (found(one.assessment), found(later)) == ({one}, {one, other})
    put(one, Progress.CHECKED, checked_by=lead)
    assert (found(one.assessment), found(later)) == ({one}, {other})


def test_the_plan_of_practice_stays_there_and_is_deleted_with_it(edition, one, lead):
    with acting(lead) as by:
        practice = assessments.start(edition, title="Try", is_practice=True, **PERIOD, by=by)
    tried = make(practice, lead)
    step(tried, "begin", by=lead)
    later = make_draft(edition, lead, "Year two")
    with acting(lead):
        assert list(Improvement.objects.concerning(practice)) == [tried]
        assert list(Improvement.objects.concerning(later)) == [one]
        assert list(Improvement.objects.real()) == [one]
    with acting(lead) as by:
        assessments.delete(practice, by=by)
        assert list(Improvement.objects.all()) == [one]


def test_the_database_deletes_nothing_that_is_not_practice(one, lead):
    step(one, "begin", by=lead)
    with acting(lead):
        assert one.stages.all()._raw_delete("default") == 0
        assert Improvement.objects.filter(pk=one.pk)._raw_delete("default") == 0


def test_standing_counts_and_foresees(complete, lead, contributor):
    """All at Established is not the highest: with every clause planned it would be."""
    with owner(complete.agency):
        codes = [answer.clause.code for answer in complete.answers.select_related("clause")]
    for code in codes[:4]:
        make(complete, contributor, code)
    done, checked, late, _ = (one for one in _all(complete))
    put(done, Progress.DONE)
    put(checked, Progress.CHECKED, checked_by=lead)
    put(late, Progress.DOING, due_on=TODAY - timedelta(days=1))
    assessment = reread(complete)
    with acting(lead):
        found = standing(Improvement.objects.all(), TODAY)
        ahead = foresee(assessment, found.expected)
    assert (found.count, found.done_count, found.checked_count, found.overdue_count) == (4, 2, 1, 1)
    assert (found.open_count, set(found.expected)) == (3, {codes[0], codes[2], codes[3]})
    assert found.owners == {contributor.pk: contributor.display_name}
    raised = {s.code: s.score for s in ahead.then.standards}
    assert raised["S1"] > {s.code: s.score for s in ahead.now.standards}["S1"]


def _all(assessment):
    with owner(assessment.agency):
        rows = Improvement.objects.filter(assessment=assessment).for_page()
        return list(rows.order_by("clause__position"))


def test_done_is_never_overdue(one, contributor):
    put(one, Progress.DOING, due_on=TODAY - timedelta(days=1))
    with acting(contributor):
        assert list(Improvement.objects.overdue(TODAY)) == [one]
    with acting(contributor) as by:
        finish(one, by=by)
        assert not Improvement.objects.overdue(TODAY)
