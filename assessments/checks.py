"""What must be put right before an approver can sign."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from assessments.guarding import Guarded
from assessments.models import Answer, Evidence, EvidenceVersion
from assessments.standing import clause_states
from standards import wording


@dataclass(frozen=True)
class Hindrance:
    """One thing to put right: a plain sentence, and the clauses to work on, in order."""

    message: str
    clauses: tuple[str, ...]


def what_stops_sign_off(answers: Sequence[Answer], *, kind: str) -> list[Hindrance]:
    """Empty when it can be signed. `answers` come from Answer.objects.for_tasks()."""
    states = clause_states(answers, kind=kind)
    open_ = [state for state in states if state.counts and not state.is_complete]
    unanswered = tuple(state.code for state in open_ if not state.is_not_applicable)
    unexplained = tuple(state.code for state in open_ if state.is_not_applicable)
    refused = _codes(answer for answer in answers if answer.has_refused)
    waiting = _codes(answer for answer in answers if answer.has_waiting)
    found = [
        (unanswered, wording.unanswered),
        (unexplained, wording.unexplained),
        (refused, _refused),
        (waiting, _waiting),
        (_codes(answer for answer in answers if answer.is_to_check), _to_check),
    ]
    return [Hindrance(say(codes), codes) for codes, say in found if codes]


def what_guard_stops(guarded: Guarded) -> list[Hindrance]:
    """What looks like personal data must be mended or looked at; what nobody could read must be
    declared as anonymised. Other files without a declaration are listed and stop nothing."""
    places = [suspect.of for suspect in guarded.suspects]
    texts = [answer.clause.code for answer in places if isinstance(answer, Answer)]
    evidence = {_evidence_id(place) for place in places if not isinstance(place, Answer)}
    stops = []
    if texts:
        stops.append(Hindrance(_suspected(f"the answer to {_clauses(texts)}"), tuple(texts)))
    if evidence:
        pieces = _counted(evidence, "piece", "pieces")
        stops.append(Hindrance(_suspected(f"{pieces} of evidence"), ()))
    if guarded.unread:
        stops.append(Hindrance(_unread(guarded.unread), ()))
    return stops


def _evidence_id(place: Evidence | EvidenceVersion) -> UUID:
    return place.pk if isinstance(place, Evidence) else place.evidence_id


def _suspected(where: str) -> str:
    return f"Mend, or check and confirm, what looks like personal data in {where}."


def _unread(versions: Sequence[EvidenceVersion]) -> str:
    return (
        f"Declare that {_counted(versions, 'file is', 'files are')} anonymised: "
        "we could not read all of the text."
    )


def _counted(things: Collection[object], one: str, many: str) -> str:
    return f"1 {one}" if len(things) == 1 else f"{len(things)} {many}"


def _refused(codes: Sequence[str]) -> str:
    return f"Replace or detach evidence that was refused, at {_clauses(codes)}."


def _waiting(codes: Sequence[str]) -> str:
    return f"Wait for the virus check of evidence, at {_clauses(codes)}."


def _to_check(codes: Sequence[str]) -> str:
    return f"Confirm or rewrite what was carried over, at {_clauses(codes)}."


def _clauses(codes: Sequence[str]) -> str:
    return _counted(codes, "clause", "clauses")


def _codes(answers: Iterable[Answer]) -> tuple[str, ...]:
    return tuple(answer.clause.code for answer in answers)
