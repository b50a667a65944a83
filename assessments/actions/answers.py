"""Answering a clause."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import Stale, lock
from assessments.models import Answer, AnswerRevision
from assessments.standing import restand, rules_in_force
from assessments.workflow import require_open
from standards.scoring import Rules

HARD_LIMIT = 20_000
"""Characters that one text may hold."""
ADVISED_LIMIT = 5_000
"""Characters that the page advises."""
SCORED = frozenset({"level", "is_not_applicable", "na_reason"})
"""What of an answer can move the standing of its assessment."""
NAMES = {
    "na_reason": "The reason why it does not apply",
    "how": "How you do this",
    "difference": "What difference it makes",
}


STORED = (*Answer.FIELDS, "version", "updated_by", "updated_at", "is_to_check", "is_reworked")
"""What a save writes of an answer."""


@dataclass(frozen=True)
class Said:
    """The content of an answer, as Answer.FIELDS."""

    level: int | None = None
    is_not_applicable: bool = False
    na_reason: str = ""
    how: str = ""
    difference: str = ""

    @classmethod
    def stored_in(cls, answer: Answer | AnswerRevision) -> Said:
        return cls(**{field: getattr(answer, field) for field in Answer.FIELDS})

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(getattr(self, field) for field in NAMES)


@transaction.atomic
def answer_clause(
    answer: Answer, *, version: int, said: Said, is_autosave: bool = False, by: Membership
) -> Answer:
    """Store what is said to a clause by someone who saw `version`; returns the stored answer.

    Raises Stale if somebody saved since, unless they stored the very same. Autosaves of one
    person within ten minutes share a revision and an event; any other save closes it, and counts
    as a check of what was carried over if a text of it is another now.
    """
    require(by, Permission.ANSWER_CLAUSE)
    locked = lock(Answer.objects.locked(), answer.pk)
    require_open(locked.assessment)
    locked.clause, locked.assessment.agency = answer.clause, by.agency
    rules = rules_of(answer)
    said = checked(said, rules)
    if said == Said.stored_in(locked):
        return _close(locked, is_autosave=is_autosave, by=by)
    if version != locked.version:
        raise stale(locked, said, by=by)
    changed = [field for field, value in asdict(said).items() if getattr(locked, field) != value]
    was_to_check = locked.is_to_check
    is_new = _store(locked, said, is_autosave=is_autosave, by=by)
    if SCORED.isdisjoint(changed):
        locked.assessment.save(update_fields=["updated_at"])
    else:
        restand(locked.assessment, rules)
    if is_new or not is_autosave:
        _record(locked, changed, is_autosave=is_autosave, was_to_check=was_to_check)
    return locked


def rules_of(answer: Answer) -> Rules:
    """The rules in force; free of queries after Answer.objects.with_rules()."""
    if hasattr(answer, "rules_id"):
        answer.assessment.rules_id = answer.rules_id
    return rules_in_force(answer.assessment)


def _store(answer: Answer, said: Said, *, is_autosave: bool, by: Membership) -> bool:
    """Write the answer and its revision. Returns whether the revision is a new one."""
    now = timezone.now()
    open_one = AnswerRevision.objects.extendable(answer, by=by, now=now)
    written = open_one.update(
        version=answer.version + 1, is_open=is_autosave, saved_at=now, **asdict(said)
    )
    put(answer, said, is_autosave=is_autosave, by=by, now=now)
    answer.save(update_fields=STORED)
    if not written:
        new_revision(answer, is_open=is_autosave, by=by, now=now).save(force_insert=True)
    return not written


def put(
    answer: Answer, said: Said, *, is_autosave: bool = False, by: Membership, now: datetime
) -> None:
    """Set what is said on the row, which the caller has locked and writes (STORED)."""
    is_other = said.texts != Said.stored_in(answer).texts
    answer.is_reworked = answer.is_to_check and (answer.is_reworked or is_other)
    if not is_autosave:
        _count_as_checked(answer)
    for field, value in asdict(said).items():
        setattr(answer, field, value)
    answer.version += 1
    answer.updated_by, answer.updated_at = by, now


def new_revision(answer: Answer, *, is_open: bool, by: Membership, now: datetime) -> AnswerRevision:
    """The answer as it is now, not stored yet."""
    return AnswerRevision(
        agency_id=answer.agency_id,
        answer=answer,
        version=answer.version,
        is_open=is_open,
        by=by,
        started_at=now,
        saved_at=now,
        **asdict(Said.stored_in(answer)),
    )


def _count_as_checked(answer: Answer) -> None:
    """Whoever rewrote what was carried over, and saves it, has checked it."""
    if answer.is_reworked:
        answer.is_to_check = answer.is_reworked = False


def _close(answer: Answer, *, is_autosave: bool, by: Membership) -> Answer:
    """Nothing new is said: an explicit save only ends the shared revision, and counts as a check
    of what autosaves rewrote."""
    if is_autosave:
        return answer
    now = timezone.now()
    AnswerRevision.objects.extendable(answer, by=by, now=now).update(is_open=False)
    if answer.is_reworked:
        _count_as_checked(answer)
        answer.save(update_fields=["is_to_check", "is_reworked"])
        _record(answer, [], is_autosave=False, was_to_check=True)
    return answer


def _record(
    answer: Answer, changed: list[str], *, is_autosave: bool, was_to_check: bool = False
) -> None:
    is_checked = was_to_check and not answer.is_to_check
    audit.record(
        "answer.autosave" if is_autosave else "answer.save",
        answer,
        assessment=answer.assessment_id,
        clause=answer.clause.code,
        version=answer.version,
        fields=changed,
        **({"checked": True} if is_checked else {}),
    )


def stale(answer: Answer, said: Said, *, by: Membership) -> Stale:
    """The refusal of what somebody says who has not seen the answer as it is stored."""
    if answer.updated_by == by:
        first = "You saved this answer elsewhere, such as in another tab,"
    else:
        who = answer.updated_by.display_name if answer.updated_by else "Somebody"
        first = f"{who} saved this answer"
    message = f"{first} while you were working on it. Nothing was overwritten."
    return Stale(message, current=answer, ours=asdict(said))


def checked(said: Said, rules: Rules) -> Said:
    """Line ends made one kind. Raises ValidationError for what cannot be stored."""
    texts = {field: getattr(said, field).replace("\r\n", "\n") for field in NAMES}
    errors = {
        field: f"{NAMES[field]} has {len(text):,} characters. The most that can be saved is "
        f"{HARD_LIMIT:,}. Shorten it, or attach it as evidence."
        for field, text in texts.items()
        if len(text) > HARD_LIMIT
    }
    scale = [step.level for step in rules.scale]
    if said.level is not None and said.level not in scale:
        errors["level"] = f"Choose a level from {min(scale)} to {max(scale)}, or Not applicable"
    elif said.level is not None and said.is_not_applicable:
        errors["level"] = "Choose either a level or Not applicable, not both"
    if errors:
        raise ValidationError(errors)
    return replace(said, **texts)
