"""Two versions of an answer side by side, field by field."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property

from agencies.models import Membership
from assessments.actions.answers import Said
from assessments.differences import Difference, Grain, Run, difference
from assessments.models import Answer
from assessments.presenting import FIELD_LABELS, TEXTS, level_text
from assessments.redacted import is_mark
from standards.scoring import Rules


@dataclass(frozen=True)
class Compared:
    """One field of an answer in two versions. is_whole: words are not compared, since too much
    stands on the page."""

    field: str
    before: str
    after: str
    is_whole: bool = False

    @property
    def label(self) -> str:
        return FIELD_LABELS[self.field]

    @property
    def differs(self) -> bool:
        return self.before != self.after

    @property
    def is_redacted(self) -> bool:
        """Personal data was removed from one of them: words are not compared with a mark."""
        return is_mark(self.before) or is_mark(self.after)

    @cached_property
    def found(self) -> Difference:
        if self.is_redacted or self.is_whole or self.field == "level":
            return Difference(Grain.WHOLE, (Run(not self.differs, self.before, self.after),))
        return difference(self.before, self.after)


class Wording(Compared):
    """A clause in two editions."""

    @property
    def label(self) -> str:
        return "The wording of the clause"


def compared(before: Said, after: Said, rules: Rules) -> list[Compared]:
    """Every field; the level and whether the clause applies are one."""
    levels = Compared("level", level_text(before, rules), level_text(after, rules))
    texts = [Compared(name, getattr(before, name), getattr(after, name)) for _, name in TEXTS]
    return [levels, *texts]


def who_saved(answer: Answer, by: Membership) -> str:
    """Who saved it last, told to `by`; "" where that is not known."""
    if answer.updated_by == by:
        return "you in another tab"
    return answer.updated_by.display_name if answer.updated_by else ""


def merged(ours: Said, theirs: Said) -> Said:
    """Our choice, and both texts one after the other where they differ."""
    texts = {name: _joined(getattr(ours, name), getattr(theirs, name)) for _, name in TEXTS}
    return Said(**{**asdict(ours), **texts})


def _joined(ours: str, theirs: str) -> str:
    if ours in theirs or theirs in ours:
        return max(ours, theirs, key=len)
    return f"{ours}\n\n{theirs}"
