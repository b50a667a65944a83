"""Writing the next version of the guidance. Nobody but the scheme can open these pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from agencies.forms import ConfirmForm
from agencies.permissions import Permission
from agencies.views import ActionFormView, Permitted
from agencies.workflow import Stale
from standards.actions import drafting, publishing
from standards.differences import Differences, differences
from standards.forms import ClausePartForm, PublishForm, TermForm, UploadForm, shown
from standards.models import Clause, Edition, Guidance, GuidanceDraft
from standards.presenting import by_standard, in_words, term_key
from standards.versions import document_of, next_version


class DraftMixin(Permitted):
    """A page below the draft of one edition; without a draft it is not found."""

    needs = Permission.PUBLISH_GUIDANCE
    request: HttpRequest

    @cached_property
    def draft(self) -> GuidanceDraft:
        rows = GuidanceDraft.objects.select_related("edition", "source", "started_by")
        return get_object_or_404(rows, edition__code=self.kwargs["code"])

    @property
    def edition(self) -> Edition:
        found: Edition = self.draft.edition
        return found

    @property
    def draft_url(self) -> str:
        return reverse("standards:draft_detail", args=[self.kwargs["code"]])

    def get_success_url(self) -> str:
        return self.draft_url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            draft=self.draft, edition=self.edition, draft_url=self.draft_url, **kwargs
        )


class ChangesMixin(DraftMixin):
    """With what the draft changes in the version that is in use."""

    @cached_property
    def in_use(self) -> Guidance:
        return Guidance.objects.with_content().get(edition=self.edition, is_current=True)

    @cached_property
    def changes(self) -> Differences:
        return differences(document_of(self.in_use), self.draft.document)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {"in_use": self.in_use, "changes": self.changes}
        return super().get_context_data(**found, **kwargs)


class Draft(ChangesMixin, TemplateView):
    """All clauses and terms, each a link to where it is changed."""

    template_name = "standards/draft_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        standards = by_standard(self.edition, self.draft.document, self.changes)
        terms = [(term_key(term["term"]), term) for term in self.draft.document["glossary"]]
        return super().get_context_data(standards=standards, terms=terms, **kwargs)


class DraftChanges(ChangesMixin, TemplateView):
    """What would change for agencies, before it does."""

    template_name = "standards/draft_changes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [
            (change, in_words(change.removed), in_words(change.added))
            for change in self.changes.clauses
        ]
        return super().get_context_data(rows=rows, **kwargs)


class StaleForm(DraftMixin, ActionFormView):
    """A form that carries what its writer saw. If that has changed: 412, and nothing is lost."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Stale as conflict:
            data = form.data.copy()
            data["seen"] = drafting.mark(conflict.current)
            form.data = data
            context = self.get_context_data(form=form, conflict=conflict)
            return self.render_to_response(context, status=412)


class DraftClause(StaleForm):
    template_name = "standards/draft_clause.html"
    form_class = ClausePartForm

    @cached_property
    def clause(self) -> Clause:
        rows = Clause.objects.filter(standard__edition=self.edition)
        return get_object_or_404(rows, code=self.kwargs["clause"])

    def get_initial(self) -> dict[str, Any]:
        part = drafting.clause_part(self.draft.document, self.clause.code)
        return {"seen": drafting.mark(part), **shown(part)}

    def act(self, form: ClausePartForm) -> GuidanceDraft:
        return drafting.change_clause(
            self.draft,
            code=self.clause.code,
            part=form.part,
            seen=form.cleaned_data["seen"],
            by=self.request.membership,
        )

    def get_success_message(self) -> str:
        return f"Clause {self.clause.code} is saved in the draft."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if conflict := kwargs.get("conflict"):
            kwargs["theirs"] = in_words(map(asdict, conflict.current.prompts))
        return super().get_context_data(clause=self.clause, **kwargs)


class DraftTerm(StaleForm):
    """One term; without a name in the address, a new one."""

    template_name = "standards/draft_term.html"
    form_class = TermForm
    success_message = "The term is saved in the draft."

    @cached_property
    def stored(self) -> dict[str, str] | None:
        if "term" not in self.kwargs:
            return None
        terms = self.draft.document["glossary"]
        for term in terms:
            if term_key(term["term"]) == self.kwargs["term"]:
                return dict(term)
        raise Http404("The draft has no such term.")

    def get_initial(self) -> dict[str, Any]:
        return {"seen": drafting.mark(self.stored), **(self.stored or {})}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"stored": self.stored}

    def act(self, form: TermForm) -> GuidanceDraft:
        return drafting.change_term(
            self.draft,
            term=form.said,
            replaces=self.stored["term"] if self.stored else "",
            seen=form.cleaned_data["seen"],
            by=self.request.membership,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        term = self.kwargs.get("term", "")
        return super().get_context_data(stored=self.stored, key=term, **kwargs)


class RemoveTerm(DraftTerm):
    template_name = "standards/draft_term_remove.html"
    form_class = ConfirmForm
    success_message = "The term is removed from the draft."

    def get_form_kwargs(self) -> dict[str, Any]:
        return ActionFormView.get_form_kwargs(self)

    def act(self, form: ConfirmForm) -> GuidanceDraft:  # type: ignore[override]
        name = self.stored["term"] if self.stored else ""
        return drafting.remove_term(self.draft, name=name, by=self.request.membership)


class PublishDraft(ChangesMixin, ActionFormView):
    template_name = "standards/draft_publish.html"
    form_class = PublishForm

    def get_initial(self) -> dict[str, Any]:
        return {"version": next_version(self.edition)}

    def act(self, form: PublishForm) -> Guidance:
        return publishing.publish(self.draft, **form.cleaned_data, by=self.request.membership)

    def get_success_message(self) -> str:
        return f"Version {self.record.version} is published. All agencies see it from now on."

    def get_success_url(self) -> str:
        return reverse("standards:guidance_list", args=[self.kwargs["code"]])


class DiscardDraft(DraftMixin, ActionFormView):
    template_name = "standards/draft_discard.html"
    form_class = ConfirmForm
    success_message = "The draft is thrown away. What is published has not changed."

    def act(self, form: ConfirmForm) -> None:
        drafting.discard(self.draft, by=self.request.membership)

    def get_success_url(self) -> str:
        return reverse("standards:publishing")


class UploadDraft(Permitted, ActionFormView):
    """A file in place of the draft; it begins one where there is none."""

    needs = Permission.PUBLISH_GUIDANCE
    template_name = "standards/draft_upload.html"
    form_class = UploadForm
    success_message = "The draft now says what the file says. See what changes, then publish."

    @cached_property
    def edition(self) -> Edition:
        return get_object_or_404(Edition, code=self.kwargs["code"])

    def act(self, form: UploadForm) -> GuidanceDraft:
        file = form.cleaned_data["file"]
        return drafting.upload(
            self.edition, content=file.read(), name=file.name, by=self.request.membership
        )

    def get_success_url(self) -> str:
        return reverse("standards:draft_changes", args=[self.edition.code])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = GuidanceDraft.objects.filter(edition=self.edition).first()
        return super().get_context_data(edition=self.edition, draft=draft, **kwargs)
