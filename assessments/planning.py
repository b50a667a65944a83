"""How far the improvement plan of an assessment is, and where it leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from assessments.models import Assessment, Progress
from assessments.models.improvement import ImprovementQuerySet
from assessments.standing import rules_in_force, stored_states
from assessments.team import is_overdue
from standards.scoring import Blocker, LevelResult, Result, assess, forecast

OPEN, OVERDUE = "open", "overdue"
SHOW: Sequence[tuple[str, str]] = (
    ("", "All actions"),
    (OPEN, "All that are not checked yet"),
    (OVERDUE, "Overdue"),
    *Progress.choices,
)


def shown(rows: ImprovementQuerySet, show: str, today: date) -> ImprovementQuerySet:
    """`show`: one of SHOW."""
    if show == OPEN:
        return rows.open()
    if show == OVERDUE:
        return rows.overdue(today)
    return rows.filter(status=show) if show else rows


@dataclass(frozen=True)
class Standing:
    """How many actions are how far, and whose they are. `done_count` has the checked ones too;
    `expected`: by the code of a clause, the level that what is open should bring."""

    count: int
    done_count: int
    checked_count: int
    overdue_count: int
    expected: dict[str, int]
    owners: dict[UUID, str]

    @property
    def open_count(self) -> int:
        return self.count - self.checked_count


@dataclass(frozen=True)
class Forecast:
    """now: what the stored answers amount to; then: once all that is open is done."""

    now: Result
    then: Result

    @property
    def level(self) -> LevelResult | None:
        """The level that is reached then."""
        return next((one for one in self.then.levels if one.key == self.then.reached), None)

    @property
    def is_higher(self) -> bool:
        return self.now.reached != self.then.reached

    @property
    def blockers(self) -> Sequence[Blocker]:
        """What would still keep it from the level above."""
        return self.then.next_level.blockers if self.then.next_level else ()


def standing(rows: ImprovementQuerySet, today: date) -> Standing:
    """One query, without the texts."""
    names = ("status", "due_on", "clause__code", "expected_level", "owner", "owner__display_name")
    found = list(rows.order_by("owner__display_name", "owner").values_list(*names))
    states = [status for status, *_ in found]
    expected: dict[str, int] = {}
    for status, _, code, level, *_ in found:
        if status != Progress.CHECKED:
            expected[code] = max(level, expected.get(code, 0))
    late = [due for status, due, *_ in found if status in (Progress.TO_DO, Progress.DOING)]
    return Standing(
        count=len(found),
        done_count=states.count(Progress.DONE) + states.count(Progress.CHECKED),
        checked_count=states.count(Progress.CHECKED),
        overdue_count=sum(is_overdue(due, today) for due in late),
        expected=expected,
        owners={owner: name for *_, owner, name in found},
    )


def foresee(assessment: Assessment, expected: dict[str, int]) -> Forecast:
    """`assessment` comes from Assessment.objects.for_page(). One query."""
    states, rules = stored_states(assessment), rules_in_force(assessment)
    return Forecast(assess(states, rules), forecast(states, expected, rules))
