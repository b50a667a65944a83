"""Comments: who says what, to whom, in which state; and that nobody else ever reads it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection

from agencies.actions.people import remove
from agencies.actions.tokens import make_machine
from agencies.permissions import AGENCY_ROLES, ROLES, Permission, Role
from agencies.workflow import NotAllowed
from assessments import snapshot
from assessments.actions.assessments import archive
from assessments.actions.commenting import reopen, reply, resolve, start_thread, withdraw
from assessments.models import Answer, Comment, Talk, Thread
from assessments.models.answer import AnswerQuerySet
from tests import factories
from tests.assessments.conftest import answer_of
from tests.assessments.test_assigning import events
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db


def begin(assessment, member, text="Who knows this?", code="1.1", told=()):
    answer = answer_of(assessment, code)
    with acting(member) as by:
        return start_thread(answer, text=text, told=[one.pk for one in told], by=by)


def stored(comment):
    with owner(comment.agency):
        return Comment.objects.for_page().select_related("thread__settled_by").get(pk=comment.pk)


def open_threads(assessment, code="1.1"):
    with owner(assessment.agency):
        rows: AnswerQuerySet = Answer.objects.for_page()
        return rows.get(assessment=assessment, clause__code=code).open_threads


def test_a_conversation_from_beginning_to_end(draft, lead, contributor, viewer):
    first = begin(draft, contributor, " Who\r\nknows? ", told=[viewer])
    assert open_threads(draft) == 1
    with acting(lead) as by:
        reply(first.thread, text="@viewer knows.", by=by)
        resolve(first.thread, by=by)
    assert open_threads(draft) == 0
    said = stored(first)
    assert (said.text, said.by, said.told) == ("Who\nknows?", contributor, [viewer])
    assert (said.thread.status, said.thread.settled_by) == (Talk.RESOLVED, lead)
    with acting(contributor) as by:
        reopen(first.thread, by=by)
    with owner(draft.agency):
        stages = list(first.thread.stages.values_list("action", "by"))
        answer = first.thread.comments.latest("at")
        assert [mention.member for mention in answer.mentions.all()] == [viewer]
    assert stages == [("resolve", lead.pk), ("reopen", contributor.pk)]
    facts = {"assessment": str(draft.pk), "clause": "1.1"}
    assert events(lead, "comment.write") == [{**facts, "told": 1}] * 2
    assert events(lead, "thread.resolve") == [facts]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" \n", "Write what you want to say"),
        ("x" * 10_000, "This must be 4,000 characters or fewer"),
        ("a\0b", "There is a character in this that is no text"),
        ("@Someone else", "Nobody who can read this has a name that begins with @Someone"),
    ],
)
def test_what_cannot_be_said_is_refused(draft, contributor, text, sentence):
    with pytest.raises(ValidationError, match=sentence):
        begin(draft, contributor, text)
    with owner(draft.agency):
        assert not Thread.objects.exists()


def test_only_people_who_may_read_it_can_be_told(draft, lead, contributor, viewer, stranger):
    with acting(lead) as by:
        machine = make_machine(name="Push", role=Role.CONTRIBUTOR, by=by)
        remove(viewer, by=by)
    for nobody in (stranger, machine, viewer):
        with pytest.raises(ValidationError, match="Choose people who have access"):
            begin(draft, contributor, told=[lead, nobody])
    with pytest.raises(ValidationError, match="Nobody who can read this"):
        begin(draft, contributor, f"@{viewer.display_name}")
    assert stored(begin(draft, contributor, told=[lead, contributor])).told == [lead]


def test_the_database_lets_nobody_elsewhere_be_told(draft, contributor, stranger):
    said = begin(draft, contributor)
    with owner(draft.agency), pytest.raises(IntegrityError, match="_same_agency"):
        said.mentions.create(agency_id=draft.agency_id, member=stranger)


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_who_may_write_may_also_resolve_and_viewers_only_read(draft, lead, role):
    with owner(draft.agency):
        member = factories.make_member(draft.agency, role)
    first, is_able = begin(draft, lead), Permission.COMMENT in ROLES[role]
    answer = answer_of(draft)
    assert is_able == (role != Role.VIEWER)
    for act in (
        lambda by: start_thread(answer, text="I think", by=by),
        lambda by: reply(first.thread, text="I think", by=by),
        lambda by: resolve(first.thread, by=by),
        lambda by: reopen(first.thread, by=by),
    ):
        with acting(member) as by:
            if is_able:
                act(by)
                continue
            with pytest.raises(PermissionDenied, match="Viewers can read comments"):
                act(by)


def test_ones_own_comment_is_withdrawn_and_the_rest_stays(draft, lead, contributor, viewer):
    first = begin(draft, contributor, "About the Smith family", told=[viewer])
    with acting(lead) as by:
        reply(first.thread, text="No names, please", by=by)
        with pytest.raises(PermissionDenied, match="Only who wrote a comment"):
            withdraw(first, by=by)
    with acting(contributor) as by:
        withdraw(first, by=by)
        with pytest.raises(NotAllowed, match="has been withdrawn already"):
            withdraw(first, by=by)
    gone = stored(first)
    assert (gone.text, gone.is_withdrawn, gone.told) == ("", True, [viewer])
    with owner(draft.agency):
        assert gone.thread.comments.count() == 2


def test_a_resolved_conversation_takes_nothing_and_nothing_is_settled_twice(draft, lead):
    first = begin(draft, lead)
    with acting(lead) as by:
        with pytest.raises(NotAllowed, match="cannot be done while it is open"):
            reopen(first.thread, by=by)
        resolve(first.thread, by=by)
        with pytest.raises(NotAllowed, match="This conversation is resolved"):
            reply(first.thread, text="More", by=by)
        with pytest.raises(NotAllowed, match="cannot be done while it is resolved"):
            resolve(first.thread, by=by)


def _archived(assessment, lead):
    with acting(lead) as by:
        archive(assessment, by=by)


@pytest.mark.parametrize(
    ("state", "sentence"), [("submitted", "is submitted, so its comments"), ("", "is archived")]
)
def test_what_is_submitted_or_archived_is_only_read(
    draft, state, sentence, lead, contributor, request
):
    first = begin(draft, contributor)
    if state:
        request.getfixturevalue(state)  # the same assessment, further on
    else:
        _archived(draft, lead)
    answer = answer_of(draft)
    with acting(contributor) as by:
        for act in (
            lambda: start_thread(answer, text="More", by=by),
            lambda: reply(first.thread, text="More", by=by),
            lambda: resolve(first.thread, by=by),
        ):
            with pytest.raises(NotAllowed, match=sentence):
                act()
        withdraw(first, by=by)
    assert stored(first).is_withdrawn


def test_a_signed_assessment_can_be_talked_about(signed, approver):
    assert stored(begin(signed, approver, "Before we submit")).text == "Before we submit"


def test_nothing_of_it_is_submitted(draft, lead, contributor, request):
    begin(draft, contributor, "A whisper among colleagues")
    submitted = request.getfixturevalue("submitted")
    with acting(lead):
        document = str(snapshot.of_submission(submitted.submissions.get()))
    assert "We meet every week" in document
    assert "whisper" not in document


def test_neither_the_scheme_nor_an_assessor_has_any_right(db):
    tables = ("thread", "threadstage", "comment", "mention")
    with owner(), connection.cursor() as cursor:
        for table in tables:
            for role in ("r_staff", "r_assessor", "app_web", "app_identity", "app_reference"):
                cursor.execute(
                    "SELECT has_any_column_privilege(%s, %s, 'select, insert, update')",
                    [role, f"assessments_{table}"],
                )
                assert cursor.fetchone() == (False,), (role, table)
