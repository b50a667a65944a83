"""Comments on a clause: the list of conversations, one of them, and taking back what one said."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from agencies.permissions import Permission, can, require
from agencies.views import ActionFormView
from agencies.views.base import PostView
from assessments.actions import commenting as actions
from assessments.forms.commenting import CommentForm
from assessments.forms.lifecycle import ConfirmForm
from assessments.models import Answer, Assessment, Comment, Thread
from assessments.models.comment import readers
from assessments.presenting import clause_url
from assessments.presenting.comments import comment_rows
from assessments.presenting.guard import PROOF
from assessments.views.answering import AnswerMixin
from assessments.views.base import KeepsText, PersonMixin
from assessments.workflow import why_silent

PER_PAGE = 20


class CommentFormView(KeepsText, ActionFormView):
    """A comment on a clause of `assessment`, by whoever may write one."""

    form_class = CommentForm
    success_message = "Comment added"
    assessment: Assessment

    @property
    def may_comment(self) -> bool:
        return can(self.by, Permission.COMMENT) and not why_silent(self.assessment)

    def get_form_kwargs(self) -> dict[str, Any]:
        people = readers(self.by.agency_id).exclude(pk=self.by.pk)
        return super().get_form_kwargs() | {"people": people}

    def get_success_url(self) -> str:
        return reverse("assessments:thread", args=[self.record.thread_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "may_comment": self.may_comment,
            "is_able": can(self.by, Permission.COMMENT),
            "silent_because": why_silent(self.assessment),
        }
        return super().get_context_data(**{**found, **kwargs})


class CommentsView(AnswerMixin, CommentFormView):
    """The conversations about a clause, and a form to begin one."""

    template_name = "assessments/clause_comments.html"

    def act(self, form: CommentForm) -> Comment:
        return actions.start_thread(self.answer, **form.said, by=self.by)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answer = self.answer
        rows = Thread.objects.of_clause(answer.assessment_id, answer.clause_id).for_list()
        found = {
            "page": Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page")),
            "clause": answer.clause,
            "back_url": clause_url(answer.assessment_id, answer.clause.code),
        }
        return super().get_context_data(**{**found, **kwargs})


class ThreadMixin(PersonMixin):
    """One conversation; another agency's is not found, like none at all."""

    kwargs: dict[str, Any]

    @cached_property
    def thread(self) -> Thread:
        require(self.by, Permission.READ_ASSESSMENT)
        return get_object_or_404(Thread.objects.for_page(), pk=self.kwargs["pk"])

    @property
    def assessment(self) -> Assessment:
        return self.thread.assessment


class ThreadView(ThreadMixin, CommentFormView):
    """All of it, oldest first, and a form to say more."""

    template_name = "assessments/thread_detail.html"

    def act(self, form: CommentForm) -> Comment:
        return actions.reply(self.thread, **form.said, by=self.by)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        thread = self.thread
        found = {
            "thread": thread,
            "assessment": thread.assessment,
            "rows": comment_rows(thread.comments.for_page(), by=self.by),
            "proof": PROOF,
            "answer": Answer.objects.only("pk").get(
                assessment=thread.assessment_id, clause=thread.clause_id
            ),
            "back_url": reverse(
                "assessments:comments", args=[thread.assessment_id, thread.clause.code]
            ),
        }
        return super().get_context_data(**{**found, **kwargs})


class ThreadStepView(ThreadMixin, PostView):
    """The button below a conversation: POST do= resolve or reopen."""

    def act(self) -> Thread:
        thread = self.thread
        step = actions.STEPS.get(self.request.POST.get("do", ""))
        if step is None:
            raise ValidationError("Choose what to do with the conversation")
        return step(thread, by=self.by)

    def get_success_url(self) -> str:
        return reverse("assessments:thread", args=[self.kwargs["pk"]])


class WithdrawCommentView(PersonMixin, ActionFormView):
    """Asks before one's own comment is gone for good."""

    form_class = ConfirmForm
    template_name = "assessments/comment_withdraw.html"
    success_message = "Comment withdrawn"
    kwargs: dict[str, Any]

    @cached_property
    def comment(self) -> Comment:
        require(self.by, Permission.READ_ASSESSMENT)
        rows = Comment.objects.select_related("thread__assessment", "thread__clause", "by")
        return get_object_or_404(rows.defer("words"), pk=self.kwargs["pk"])

    def act(self, form: ConfirmForm) -> Comment:
        return actions.withdraw(self.comment, by=self.by)

    def get_success_url(self) -> str:
        return reverse("assessments:thread", args=[self.comment.thread_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "comment": self.comment,
            "assessment": self.comment.thread.assessment,
            "is_own": self.comment.by_id == self.by.pk,
            "back_url": self.get_success_url(),
        }
        return super().get_context_data(**{**found, **kwargs})
