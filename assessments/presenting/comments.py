"""How comments are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agencies.models import Membership
from assessments.guarding import Suspicion, of_comment
from assessments.models import Comment


@dataclass(frozen=True)
class CommentRow:
    """suspicions: what looks like personal data in it; is_own: its reader may withdraw it."""

    comment: Comment
    is_own: bool
    suspicions: tuple[Suspicion, ...]
    told: list[str]


def comment_rows(comments: Iterable[Comment], *, by: Membership) -> list[CommentRow]:
    """`comments` come from Comment.objects.for_page()."""
    return [
        CommentRow(
            comment=comment,
            is_own=comment.by_id == by.pk and not comment.is_withdrawn,
            suspicions=of_comment(comment),
            told=[member.display_name for member in comment.told],
        )
        for comment in comments
    ]
