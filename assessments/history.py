"""What became of an answer: any two of its versions, compared."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from assessments.actions.answers import Said
from assessments.comparing import Compared, compared
from assessments.models import Answer, AnswerRevision
from standards.scoring import Rules

EMPTY = 0
"""The version before the first save."""


@dataclass(frozen=True)
class Comparison:
    """`before` is None where the answer was still empty."""

    before: AnswerRevision | None
    after: AnswerRevision
    fields: list[Compared]

    @property
    def changed(self) -> list[Compared]:
        return [field for field in self.fields if field.differs]


def compare(
    answer: Answer, rules: Rules, *, before: int | None = None, after: int | None = None
) -> Comparison:
    """Two versions in the order in which they were saved; without `before`: the one before;
    without `after`: the latest.

    Raises ValidationError, by the names of the arguments, for a version that there is not.
    """
    if after is None:
        after = answer.version
    if before is not None and before > after:
        before, after = after, before
    if before == after:
        raise ValidationError({"after": "Choose two different versions"})
    wanted = answer.revisions.select_related("by").filter(version__lte=after)
    found = list(wanted.filter(version__in=(before, after)) if before else wanted[:2])
    by_version = {revision.version: revision for revision in found}
    later = _known(by_version, after, "after")
    if before == EMPTY:
        earlier = None
    elif before is None:
        earlier = next((revision for revision in found if revision.version < after), None)
    else:
        earlier = _known(by_version, before, "before")
    said = Said.stored_in(earlier) if earlier else Said()
    return Comparison(earlier, later, compared(said, Said.stored_in(later), rules))


def _known(found: dict[int, AnswerRevision], version: int, name: str) -> AnswerRevision:
    if version not in found:
        raise ValidationError({name: f"This answer has no version {version} in its history"})
    return found[version]
