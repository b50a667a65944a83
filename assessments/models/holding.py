"""Which answers are complete, and which are somebody's: what lists of clauses choose by."""

from __future__ import annotations

from django.db import models

from agencies.permissions import Permission, roles_with

INCOMPLETE = models.Q(level=None) & ~models.Q(is_not_applicable=True, na_reason__regex=r"\S")
"""Of answers, as Answer.is_complete and scoring have it."""
TO_DO = INCOMPLETE | models.Q(is_to_check=True)
"""Of answers, the contrary of Answer.is_done."""
_IS_ABLE = models.Q(
    assignment__assignee__is_active=True,
    assignment__assignee__role__in=roles_with(Permission.ANSWER_CLAUSE),
)
# Without an assignment the condition is neither true nor false.
HAS_ASSIGNEE = models.Case(models.When(_IS_ABLE, then=True), default=False)
"""Of answers: each is somebody's who can answer it."""
