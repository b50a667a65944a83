"""How the state of answers is put into words and colours, for pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse

from assessments.actions.answers import Said
from assessments.models import Answer, AnswerRevision, Improvement, Progress
from assessments.team import Part
from standards.models import Clause, Standard
from standards.scoring import Blocker, ClauseState, Result, Rules, StandardResult


@dataclass(frozen=True)
class Mark:
    """A status: its words and the colour of its tag."""

    text: str
    colour: str


@dataclass(frozen=True)
class ClauseRow:
    """A clause as a line of a task list. `part` says whose it is, where that is shown."""

    clause: Clause
    href: str
    mark: Mark
    hint: str
    part: Part | None = None


@dataclass(frozen=True)
class StandardRow:
    """A standard as a line of a task list."""

    standard: Standard
    href: str
    mark: Mark
    answered_count: int
    clause_count: int
    score: Decimal | None


@dataclass(frozen=True)
class BlockerRow:
    """Something to work on, with a link to each of its clauses."""

    message: str
    clauses: Sequence[tuple[str, str]]


TEXTS = (
    ("Why it does not apply", "na_reason"),
    ("How do you do this?", "how"),
    ("What difference does it make?", "difference"),
)


FIELD_LABELS = {
    "level": "Level",
    **{field: label for label, field in TEXTS},
    "what": "What will be done?",
    "why": "Why, and what should it change?",
    "text": "Comment",
}
TO_CHECK = "Carried over: check this is still true."
MINE = "mine_"  # before the fields of an answer that somebody else saved over
ANY_CODE = "0.0"  # of no clause
ROW_PREFIX = re.compile(r"c([0-9A-Za-z-]+)-(?=[a-z_]+$)")


def clause_url(assessment_id: UUID, code: str) -> str:
    return reverse("assessments:clause", args=[assessment_id, code])


def clause_urls(assessment_id: UUID) -> Callable[[str], str]:
    """As clause_url, for pages that lead to every clause several times."""
    url = clause_url(assessment_id, ANY_CODE)
    return lambda code: url.replace(ANY_CODE, code)


def plan_urls(assessment_id: UUID) -> Callable[[str], str]:
    """As clause_urls, to where an action for the clause is planned."""
    url = reverse("assessments:plan_add", args=[assessment_id, ANY_CODE])
    return lambda code: url.replace(ANY_CODE, code)


PROGRESS_COLOURS = {
    Progress.TO_DO: "blue",
    Progress.DOING: "yellow",
    Progress.DONE: "teal",
    Progress.CHECKED: "green",
}


STEP_WORDS = {
    "begin": "Begun",
    "finish": "Said to be done",
    "check": "Checked",
    "put_back": "Put back",
}
"""By the steps of workflow.IMPROVEMENT."""


def progress_mark(improvement: Improvement) -> Mark:
    colour = PROGRESS_COLOURS[Progress(improvement.status)]
    return Mark(improvement.get_status_display(), colour)


def mark_of(answer: Answer, state: ClauseState, rules: Rules) -> Mark:
    """`answer` comes from Answer.objects.for_overview() or for_tasks()."""
    if state.level is not None:
        return Mark(rules.title_of(state.level), "green")
    if state.is_not_applicable:
        return Mark("Not applicable", "grey") if state.is_complete else Mark("Needs reason", "red")
    if answer.has_text or answer.has_evidence:
        return Mark("Needs a level", "yellow")
    if not state.is_addressed:
        return Mark("Optional", "grey")
    return Mark("Not started", "blue")


def clause_rows(
    answers: Sequence[Answer], states: Sequence[ClauseState], rules: Rules
) -> list[ClauseRow]:
    url = clause_urls(answers[0].assessment_id)
    return [
        ClauseRow(
            clause=answer.clause,
            href=url(answer.clause.code),
            mark=mark_of(answer, state, rules),
            hint=" ".join(_hints(answer, state)),
        )
        for answer, state in zip(answers, states, strict=True)
    ]


def _hints(answer: Answer, state: ClauseState) -> list[str]:
    found = [] if state.is_addressed else ["Not addressed to your kind of agency."]
    return [*found, TO_CHECK] if answer.is_to_check else found


def standard_rows(answers: Sequence[Answer], result: Result) -> list[StandardRow]:
    standards = {answer.clause.standard.code: answer.clause.standard for answer in answers}
    assessment_id = answers[0].assessment_id
    return [
        StandardRow(
            standard=standards[part.code],
            href=reverse("assessments:standard", args=[assessment_id, part.code]),
            mark=_progress(part),
            answered_count=part.answered_count,
            clause_count=part.clause_count,
            score=part.score,
        )
        for part in result.standards
    ]


def _progress(part: StandardResult) -> Mark:
    if part.answered_count == part.clause_count:
        return Mark("Completed", "green")
    return Mark("In progress", "yellow") if part.answered_count else Mark("Not started", "blue")


def blocker_rows(
    blockers: Iterable[Blocker], assessment_id: UUID, url: Callable[[str], str] | None = None
) -> list[BlockerRow]:
    """Also takes what stops sign-off: anything with a message and clauses. `url`: where a code
    leads, if not to the page of the clause."""
    url = url or clause_urls(assessment_id)
    return [
        BlockerRow(blocker.message, [(code, url(code)) for code in blocker.clauses])
        for blocker in blockers
    ]


def level_text(said: Said | AnswerRevision, rules: Rules) -> str:
    if said.level is not None:
        return f"{said.level} {rules.title_of(said.level)}"
    return rules.not_applicable.title if said.is_not_applicable else "Not scored yet"


def said_label(name: str) -> str:
    """What a field of an answer's form is called, also in the table; "" for any other."""
    if name.startswith(MINE):
        label = FIELD_LABELS.get(name.removeprefix(MINE), "")
        return f"{label} (yours)" if label else ""
    row = ROW_PREFIX.match(name)
    label = FIELD_LABELS.get(name[row.end() :] if row else name, "")
    if row and label:
        return f"Clause {row[1].replace('-', '.')}: {label}"
    return label
