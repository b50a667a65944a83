"""The page of a clause, its autosave, and the page of a conflict."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View

from agencies.permissions import Permission, can, require
from agencies.views import ActionFormView
from agencies.workflow import NotAllowed, Stale
from assessments import presence
from assessments.actions.answers import Said, answer_clause, rules_of
from assessments.carrying import mapping_of, mark
from assessments.comparing import who_saved
from assessments.forms.answering import AnswerForm, initial
from assessments.forms.merging import MergeForm, first_shown
from assessments.guarding import of_page, of_saved
from assessments.models import Answer, Assessment, EvidenceLink
from assessments.models.offer import with_partners
from assessments.presenting import TEXTS, clause_url, level_text
from assessments.presenting.guard import PROOF, suspect_row
from assessments.sharing import of_answer
from assessments.standing import guidance_in_force
from assessments.team import Part
from assessments.views.base import AssessmentMixin, KeepsText
from assessments.workflow import why_locked
from standards import published
from standards.scoring import Rules

LOOK = "Something here looks like personal data. Save to see it"


class AnswerMixin(AssessmentMixin):
    """One answer of one assessment, found by the clause's code, and its form."""

    @property
    def is_shown(self) -> bool:
        """Whether the whole answer is needed, and not only what checking a form takes."""
        return self.request.method == "GET"

    @cached_property
    def answer(self) -> Answer:
        require(self.by, Permission.READ_ASSESSMENT)
        mine = self.rows().filter(assessment=self.kwargs["pk"])
        found = get_object_or_404(mine, clause__code=self.kwargs["code"])
        found.clause = published.clause(found.assessment.edition_id, found.clause_id)
        return found

    def rows(self) -> Any:
        return Answer.objects.for_page() if self.is_shown else Answer.objects.for_form()

    @property
    def assessment(self) -> Assessment:  # type: ignore[override]
        found: Assessment = self.answer.assessment
        return found

    @cached_property
    def rules(self) -> Rules:
        return rules_of(self.answer)

    @property
    def may_write(self) -> bool:
        return can(self.by, Permission.ANSWER_CLAUSE) and not why_locked(self.assessment)

    def form_options(self) -> dict[str, Any]:
        has_choice = self.answer.level is not None or self.answer.is_not_applicable
        return {"rules": self.rules, "has_choice": has_choice}


class ClauseView(KeepsText, AnswerMixin, ActionFormView):
    form_class = AnswerForm
    template_name = "assessments/clause_detail.html"

    def rows(self) -> Any:
        return with_partners(super().rows()) if self.is_shown else super().rows()

    def get_initial(self) -> dict[str, Any]:
        return {} if self.request.method == "POST" else initial(self.answer)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | self.form_options()

    def act(self, form: AnswerForm) -> Answer:
        version = form.cleaned_data["version"]
        return answer_clause(self.answer, version=version, said=form.said, by=self.by)

    def form_valid(self, form: AnswerForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Stale as conflict:
            return self.show_conflict(conflict)
        except PermissionDenied as refusal:
            return self.refuse(form.said, str(refusal), status=403)
        except NotAllowed as refusal:
            return self.refuse(form.said, str(refusal), status=409)

    def refuse(self, said: Said, reason: str, *, status: int) -> HttpResponse:
        """Locked, or no longer allowed, since the page was opened: the text is not lost."""
        self.template_name = "assessments/clause_refused.html"
        unsaved = [(label, getattr(said, field)) for label, field in TEXTS]
        context = self.get_context_data(reason=reason, unsaved=unsaved)
        return self.render_to_response(context, status=status)

    def show_conflict(self, conflict: Stale) -> HttpResponse:
        """Both texts side by side, and a form in which they are brought together."""
        form = MergeForm(
            initial=self.brought_together(conflict), **self.merge_options(conflict.current)
        )
        context = self.get_context_data(form=form, **self.told(conflict))
        self.template_name = "assessments/clause_conflict.html"
        return self.render_to_response(context, status=412)

    def brought_together(self, conflict: Stale) -> dict[str, Any]:
        return first_shown(Said(**conflict.ours), conflict.current)

    def merge_options(self, current: Answer) -> dict[str, Any]:
        said = {"theirs": Said.stored_in(current), "who": who_saved(current, self.by)}
        return super().form_options() | said

    def told(self, conflict: Stale) -> dict[str, Any]:
        """Who was first."""
        current = conflict.current
        is_own = current.updated_by == self.by
        return {"conflict": conflict, "is_own": is_own, "who": who_saved(current, self.by)}

    def get_success_response(self) -> HttpResponse:
        presence.leave(self.answer, by=self.by)
        return super().get_success_response()

    def get_success_url(self) -> str:
        """The next page says what was saved: a message would cost a write of the session."""
        chosen, (_, code) = self.request.POST.get("then"), neighbours(self.answer)
        if chosen == "evidence":
            return f"{reverse('assessments:evidence_add')}?answer={self.answer.pk}"
        to_overview = chosen == "overview" or not code
        page = self.overview_url if to_overview else clause_url(self.kwargs["pk"], code)
        look = "&look=1" if of_saved(self.record).open_ones else ""
        return f"{page}?saved={self.answer.clause.code}{look}"

    @property
    def links(self) -> list[EvidenceLink]:
        rows = self.answer.evidence_links.select_related("version__evidence")
        rows = rows.defer("words", "version__evidence__words")
        return list(rows.order_by("version__evidence__title", "pk"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        previous_code, next_code = neighbours(self.answer)
        links, mapping = self.links, mapping_of(self.assessment)
        found = {
            "previous_code": previous_code,
            "next_code": next_code,
            "answer": self.answer,
            "clause": self.answer.clause,
            "standard": self.answer.clause.standard,
            "level_text": level_text(Said.stored_in(self.answer), self.rules),
            "may_write": self.may_write,
            "whose": Part(self.answer, timezone.localdate()),
            "may_assign": self.may_write and can(self.by, Permission.ASSIGN_CLAUSE),
            "may_plan": can(self.by, Permission.PLAN_IMPROVEMENT)
            and not self.assessment.is_archived,
            "is_addressed": self.answer.clause.is_addressed_to(self.by.agency.kind),
            "links": links,
            "seen": mark(self.answer),
            "legacy": mapping and mapping.by_clause[self.answer.clause_id],
            "presence": presence.edit(self.answer, by=self.by) if self.may_write else "",
            "shared": of_answer(self.answer) if self.is_shown else None,
            "guard": suspect_row(of_page(self.answer, links)),
            "proof": PROOF,
            **_guidance(self.answer),
        }
        return super().get_context_data(**{**found, **kwargs})


class AutosaveView(KeepsText, AnswerMixin, View):
    """The same action for static/js/autosave.js: 200 with the new version, or why it stopped."""

    def show_other_agency(self, reason: str) -> HttpResponse:
        return _refuse(409, reason, reverse("agencies:switch"), "Switch agency")

    def post(self, request: HttpRequest, pk: UUID, code: str) -> JsonResponse:
        form = AnswerForm(request.POST, **self.form_options())
        try:
            if not form.is_valid():
                return _refuse(422, " ".join(_sentences(form.errors.as_data())))
            saved = answer_clause(
                self.answer,
                version=form.cleaned_data["version"],
                said=form.said,
                is_autosave=True,
                by=self.by,
            )
        except ValidationError as error:
            return _refuse(422, " ".join(error.messages))
        except PermissionDenied as error:
            return _refuse(403, str(error))
        except NotAllowed as error:
            return _refuse(409, str(error), self.overview_url, "Go to the overview")
        except Stale as error:
            return _refuse(412, str(error), button="Compare the two texts")
        at = timezone.localtime(saved.updated_at or timezone.now())
        summary = f"Saved at {at:%H:%M}"
        if of_saved(saved).open_ones:
            summary = f"{summary}. {LOOK}"
        return JsonResponse(
            {
                "version": saved.version,
                "saved_at": at.isoformat(),
                "summary": summary,
                "presence": presence.edit(saved, by=self.by),
            }
        )


def _refuse(
    status: int, message: str, url: str = "", link_text: str = "", button: str = ""
) -> JsonResponse:
    body = {"message": message, "url": url, "link_text": link_text, "button": button}
    return JsonResponse({key: value for key, value in body.items() if value}, status=status)


def _sentences(errors: dict[str, list[ValidationError]]) -> list[str]:
    return [message for found in errors.values() for error in found for message in error.messages]


def _guidance(answer: Answer) -> dict[str, Any]:
    """What this service adds to the clause."""
    guidance_id = guidance_in_force(answer)
    if guidance_id is None:
        return {}
    found = published.additions(guidance_id)[answer.clause_id]
    return {
        "prompts": found.prompts,
        "guidance": found.guidance if found.prompts else None,
        "notes": found.notes,
        "terms": found.terms,
    }


def neighbours(answer: Answer) -> tuple[str, str]:
    """Codes of the clauses before and after, across the standards; "" at either end."""
    clauses = published.clauses(answer.assessment.edition_id)
    codes = ("", *(clause.code for clause in clauses), "")
    at = codes.index(answer.clause.code)
    return codes[at - 1], codes[at + 1]
