"""Talking about a clause: writing, answering, withdrawing, and saying that it is settled."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed, lock, move
from assessments.actions.noticing import of_comment, tell
from assessments.mentioning import named
from assessments.models import Answer, Assessment, Comment, Mention, Thread
from assessments.models.comment import readers
from assessments.workflow import THREAD, require_talking

MAX_TEXT = 4_000
EMPTY = "Write what you want to say"
TOO_LONG = f"This must be {MAX_TEXT:,} characters or fewer"
NOT_TEXT = "There is a character in this that is no text. Type it again"
CANNOT_READ = "Choose people who have access and can read this self-assessment"
RESOLVED = "This conversation is resolved. Reopen it to say more."
NOT_YOURS = "Only who wrote a comment can withdraw it."
GONE = "This comment has been withdrawn already."


@transaction.atomic
def start_thread(
    answer: Answer, *, text: str, told: Collection[UUID] = (), by: Membership
) -> Comment:
    """Begin a conversation about the clause of an answer.

    told: ids of the members to tell, besides those whom the text names with @.
    """
    _require_talk(answer.assessment_id, by)
    thread = Thread(
        agency_id=answer.agency_id, assessment_id=answer.assessment_id, clause=answer.clause
    )
    return _say(thread, text, told, by)


@transaction.atomic
def reply(thread: Thread, *, text: str, told: Collection[UUID] = (), by: Membership) -> Comment:
    """Say more in an open conversation; `told` as in start_thread."""
    locked = _locked(thread, by)
    if not locked.is_open:
        raise NotAllowed(RESOLVED)
    return _say(locked, text, told, by)


@transaction.atomic
def withdraw(comment: Comment, *, by: Membership) -> Comment:
    """Take back what one said oneself, in whatever state it all is: the text is gone for good.

    That it was written and withdrawn stays, with who was told, and so does what others said.
    """
    require(by, Permission.READ_ASSESSMENT)
    rows = Comment.objects.select_related("thread__clause").select_for_update(of=("self",))
    locked = lock(rows, comment.pk)
    if locked.by_id != by.pk:
        raise PermissionDenied(NOT_YOURS)
    if locked.is_withdrawn:
        raise NotAllowed(GONE)
    locked.text, locked.withdrawn_at = "", timezone.now()
    locked.save(update_fields=["text", "withdrawn_at"])
    audit.record("comment.withdraw", locked, **_facts(locked.thread))
    return locked


@transaction.atomic
def resolve(thread: Thread, *, by: Membership) -> Thread:
    """It is settled: nothing more is said until somebody reopens it."""
    return _settle(thread, "resolve", by)


@transaction.atomic
def reopen(thread: Thread, *, by: Membership) -> Thread:
    return _settle(thread, "reopen", by)


STEPS = {"resolve": resolve, "reopen": reopen}
"""By the names of the workflow."""


def _require_talk(assessment_id: UUID, by: Membership) -> None:
    """That `by` may comment in it now. Locked: nobody submits or archives it meanwhile."""
    require(by, Permission.COMMENT)
    require_talking(lock(Assessment.objects.select_for_update(no_key=True), assessment_id))


def _locked(thread: Thread, by: Membership) -> Thread:
    """Nobody resolves it meanwhile."""
    _require_talk(thread.assessment_id, by)
    return lock(Thread.objects.for_page().select_for_update(of=("self",)), thread.pk)


def _settle(thread: Thread, action: str, by: Membership) -> Thread:
    locked = _locked(thread, by)
    moved = move(locked, THREAD, action, by=by, **_facts(locked))
    moved.settled_by = by
    moved.save(update_fields=["settled_by"])
    return moved


def _say(thread: Thread, text: str, told: Collection[UUID], by: Membership) -> Comment:
    """`thread` may be new; it is stored with its first comment."""
    text, people = _checked(text), list(readers(by.agency_id))
    chosen = [member for member in _chosen(text, told, people) if member.pk != by.pk]
    if thread._state.adding:
        thread.save(force_insert=True)
    said = Comment.objects.create(agency_id=thread.agency_id, thread=thread, text=text, by=by)
    Mention.objects.bulk_create(
        Mention(agency_id=said.agency_id, comment=said, member=member) for member in chosen
    )
    tell(of_comment(said, told=chosen), by=by)
    audit.record("comment.write", said, **_facts(thread), told=len(chosen))
    return said


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if "\0" in text:
        raise ValidationError({"text": NOT_TEXT})
    if not text:
        raise ValidationError({"text": EMPTY})
    if len(text) > MAX_TEXT:
        raise ValidationError({"text": TOO_LONG})
    return text


def _chosen(text: str, told: Collection[UUID], people: list[Membership]) -> list[Membership]:
    """Those who are ticked and those whom the text names, each once."""
    ticked = [member for member in people if member.pk in set(told)]
    if len(ticked) != len(set(told)):
        raise ValidationError({"told": CANNOT_READ})
    return list(dict.fromkeys([*ticked, *named(text, people)]))


def _facts(thread: Thread) -> dict[str, str | UUID]:
    return {"assessment": thread.assessment_id, "clause": thread.clause.code}
