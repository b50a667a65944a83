"""Answering a clause: what is stored, what is refused, and that nothing is lost."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agencies.models import Event
from agencies.workflow import NotAllowed, Stale
from assessments.actions.answers import HARD_LIMIT, Said, answer_clause
from assessments.models import Answer, AnswerRevision
from tests.assessments.conftest import answer_of, reread
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db


def save(assessment, said, *, version, by, is_autosave=False, code="1.1"):
    with acting(by) as member:
        answer = Answer.objects.for_page().get(assessment=assessment, clause__code=code)
        return answer_clause(answer, version=version, said=said, is_autosave=is_autosave, by=member)


def revisions(assessment):
    with owner():
        rows = AnswerRevision.objects.filter(answer__assessment=assessment)
        return [(row.version, row.how, row.is_open) for row in rows.order_by("version")]


def events(by):
    with acting(by):
        found = Event.objects.filter(action__startswith="answer.").order_by("seq")
        return [event.action for event in found]


def test_save_stores_everything_and_counts(draft, contributor):
    said = Said(level=2, how="First line\r\nsecond", difference="More children stay")
    save(draft, said, version=0, by=contributor)
    stored = answer_of(draft)
    assert Said.stored_in(stored) == Said(
        level=2, how="First line\nsecond", difference="More children stay"
    )
    assert (stored.version, stored.updated_by.display_name) == (1, contributor.display_name)
    assert (reread(draft).answered_count, str(reread(draft).score)) == (1, "2.00")
    assert events(contributor) == ["answer.save"]


def test_events_name_fields_and_hold_no_text(draft, contributor):
    save(draft, Said(level=1, how="Secret words"), version=0, by=contributor)
    with acting(contributor):
        event = Event.objects.get(action="answer.save")
    assert sorted(event.facts["fields"]) == ["how", "level"]
    assert "Secret" not in str(event.facts)


def test_stale_save_is_refused_and_both_texts_are_at_hand(draft, contributor, lead):
    save(draft, Said(level=2, how="Theirs"), version=0, by=lead)
    with pytest.raises(Stale) as conflict:
        save(draft, Said(level=1, how="Ours"), version=0, by=contributor)
    assert conflict.value.ours["how"] == "Ours"
    assert conflict.value.current.how == "Theirs"
    assert lead.display_name in str(conflict.value)
    assert answer_of(draft).how == "Theirs"


def test_repeated_save_of_the_same_is_no_conflict(draft, contributor):
    save(draft, Said(level=2, how="Same"), version=0, by=contributor)
    save(draft, Said(level=2, how="Same"), version=0, by=contributor)
    assert answer_of(draft).version == 1
    assert len(revisions(draft)) == 1


def test_autosaves_of_one_person_share_one_revision_and_one_event(draft, contributor):
    for version, text in enumerate(("a", "ab", "abc")):
        save(draft, Said(how=text), version=version, by=contributor, is_autosave=True)
    assert revisions(draft) == [(3, "abc", True)]
    assert events(contributor) == ["answer.autosave"]


def test_explicit_save_closes_the_shared_revision(draft, contributor):
    save(draft, Said(how="a"), version=0, by=contributor, is_autosave=True)
    save(draft, Said(how="ab"), version=1, by=contributor)
    save(draft, Said(how="abc"), version=2, by=contributor, is_autosave=True)
    assert revisions(draft) == [(2, "ab", False), (3, "abc", True)]
    assert events(contributor) == ["answer.autosave", "answer.save", "answer.autosave"]


def test_explicit_save_of_nothing_new_closes_it_too(draft, contributor):
    save(draft, Said(how="a"), version=0, by=contributor, is_autosave=True)
    save(draft, Said(how="a"), version=1, by=contributor)
    save(draft, Said(how="ab"), version=1, by=contributor, is_autosave=True)
    assert revisions(draft) == [(1, "a", False), (2, "ab", True)]


def test_save_by_somebody_else_ends_the_shared_revision(draft, contributor, lead):
    save(draft, Said(how="a"), version=0, by=contributor, is_autosave=True)
    save(draft, Said(how="b"), version=1, by=lead, is_autosave=True)
    save(draft, Said(how="c"), version=2, by=contributor, is_autosave=True)
    assert [(version, how) for version, how, _ in revisions(draft)] == [
        (1, "a"),
        (2, "b"),
        (3, "c"),
    ]


def test_autosave_after_ten_minutes_begins_a_new_revision(draft, contributor):
    save(draft, Said(how="a"), version=0, by=contributor, is_autosave=True)
    with owner():
        AnswerRevision.objects.update(started_at=timezone.now() - timedelta(minutes=11))
    save(draft, Said(how="ab"), version=1, by=contributor, is_autosave=True)
    assert len(revisions(draft)) == 2


@pytest.mark.parametrize("level", [-1, 4, 99])
def test_level_off_the_scale_is_refused(level, draft, contributor):
    with pytest.raises(ValidationError) as refusal:
        save(draft, Said(level=level), version=0, by=contributor)
    assert refusal.value.message_dict == {
        "level": ["Choose a level from 0 to 3, or Not applicable"]
    }


def test_level_and_not_applicable_together_are_refused(draft, contributor):
    with pytest.raises(ValidationError, match="not both"):
        save(draft, Said(level=1, is_not_applicable=True), version=0, by=contributor)


def test_not_applicable_without_reason_is_saved_and_incomplete(draft, contributor):
    save(draft, Said(is_not_applicable=True), version=0, by=contributor)
    assert answer_of(draft).is_not_applicable
    assert reread(draft).answered_count == 0
    save(
        draft, Said(is_not_applicable=True, na_reason="No such service"), version=1, by=contributor
    )
    assert reread(draft).answered_count == 1


def test_twenty_thousand_characters_are_kept_whole(draft, contributor):
    text = "é" * HARD_LIMIT
    save(draft, Said(how=text), version=0, by=contributor)
    assert answer_of(draft).how == text


@pytest.mark.parametrize("field", ["how", "difference", "na_reason"])
def test_one_character_more_is_refused_with_the_number(field, draft, contributor):
    with pytest.raises(ValidationError) as refusal:
        save(draft, Said(**{field: "x" * (HARD_LIMIT + 1)}), version=0, by=contributor)
    assert "20,001" in refusal.value.message_dict[field][0]
    assert answer_of(draft).version == 0


def test_signed_assessment_takes_no_answer(signed, contributor):
    with pytest.raises(NotAllowed, match="signed off"):
        save(signed, Said(level=1), version=1, by=contributor)


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_answer_by_a_reader_is_refused(role, draft, request):
    with pytest.raises(PermissionDenied):
        save(draft, Said(level=1), version=0, by=request.getfixturevalue(role))


def test_stranger_cannot_find_the_answer(draft, stranger):
    with pytest.raises(Answer.DoesNotExist):
        save(draft, Said(level=1), version=0, by=stranger)
