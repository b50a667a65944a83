"""Finding words in the clauses, answers and evidence that the acting agency may read.

Each kind says which rows match (`_SOURCES`) and how a found row is shown (`_SHOWN`); another kind,
such as comments, is one entry more in both. Only what stands on one page is read and marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, SearchVector
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models.functions import Concat
from django.urls import reverse

from assessments.models import Answer, Assessment, Comment, Evidence, EvidenceLink
from assessments.models.searchable import CONFIG
from assessments.presenting import clause_url
from standards.models import Clause

PER_PAGE = 20
START, STOP = "\ue000", "\ue001"
"""Around the words that were found, within a text; nobody's keyboard has them."""
Rows = models.QuerySet[Any, Any]


class Kind(models.TextChoices):
    CLAUSE = "clause", "Clause"
    ANSWER = "answer", "Answer"
    EVIDENCE = "evidence", "Evidence"
    PLACE = "place", "Where to look in evidence"
    COMMENT = "comment", "Comment"


class Part(NamedTuple):
    """A piece of a text; is_found: it is a word that was looked for."""

    text: str
    is_found: bool


@dataclass(frozen=True)
class Found:
    """One row, with the place in its text where the words are."""

    kind: Kind
    pk: UUID
    title: str
    href: str
    parts: list[Part]
    assessment: Assessment | None = None


def find(text: str, *, kind: str = "", assessment: Assessment | None = None) -> Paginator[Any]:
    """(kind, id, rank) of all that matches, the best first. kind: a value of Kind, or all."""
    query = _query(text)
    chosen = {name: make for name, make in _SOURCES.items() if kind in ("", name)}
    first, *others = (_hits(name, make(assessment), query) for name, make in chosen.items())
    hits = first.union(*others, all=True) if others else first
    return Paginator(hits.order_by("-rank", "found_as", "pk"), PER_PAGE)


def show(page: Page[Any], text: str, *, assessment: Assessment | None = None) -> list[Found]:
    """What stands on a page of find(), in its order. One query for each kind on it."""
    query, hits = _query(text), [(name, pk) for name, pk, _ in page]
    found = {
        (name, row.pk): _SHOWN[name](row, assessment)
        for name in sorted({name for name, _ in hits})
        for row in _marked(name, [pk for kind, pk in hits if kind == name], query)
    }
    return [found[hit] for hit in hits if hit in found]


def parts(text: str) -> list[Part]:
    """A text with marks, as pieces for a template to escape; an unpaired mark is no harm."""
    pieces, is_found = [], False
    for piece in text.replace(START, f"\0{START}").replace(STOP, f"\0{STOP}").split("\0"):
        is_found = piece.startswith(START) or (is_found and not piece.startswith(STOP))
        if said := piece.strip(START + STOP):
            pieces.append(Part(said, is_found))
    return pieces


def _query(text: str) -> SearchQuery:
    """As people type it on the web: words, "a phrase", or, -not. Nothing is a mistake."""
    return SearchQuery(text, config=CONFIG, search_type="websearch")


def _hits(kind: str, rows: Rows, query: SearchQuery) -> Rows:
    name = models.Value(str(kind), output_field=models.CharField())
    rank = SearchRank(models.F("words"), query)
    hits = rows.filter(words=query).annotate(found_as=name, rank=rank)
    found: Rows = hits.order_by().values_list("found_as", "pk", "rank")
    return found


def _clauses(assessment: Assessment | None) -> Rows:
    """Of the editions that are in force, or of the one that the assessment answers."""
    rows = Clause.objects.annotate(words=SearchVector("code", "text", config=CONFIG))
    if assessment is None:
        return rows.filter(standard__edition__is_withdrawn=False)
    return rows.filter(standard__edition=assessment.edition_id)


def _answers(assessment: Assessment | None) -> Rows:
    return Answer.objects.filter(**({"assessment": assessment} if assessment else {}))


def _evidence(assessment: Assessment | None) -> Rows:
    if assessment is None:
        return Evidence.objects.all()
    linked = EvidenceLink.objects.filter(answer__assessment=assessment)
    return Evidence.objects.filter(pk__in=linked.values("version__evidence"))


def _places(assessment: Assessment | None) -> Rows:
    return EvidenceLink.objects.filter(**({"answer__assessment": assessment} if assessment else {}))


def _comments(assessment: Assessment | None) -> Rows:
    within = {"thread__assessment": assessment} if assessment else {}
    return Comment.objects.filter(**within)


_SOURCES: Mapping[str, Callable[[Assessment | None], Rows]] = {
    Kind.CLAUSE: _clauses,
    Kind.ANSWER: _answers,
    Kind.EVIDENCE: _evidence,
    Kind.PLACE: _places,
    Kind.COMMENT: _comments,
}


def _marked(kind: str, ids: Iterable[UUID], query: SearchQuery) -> Rows:
    """These rows with all that their line shows, and `said`: the place in the text, marked."""
    model, texts, related = _TEXTS[kind]
    between = models.Value(" … ")
    joined = [part for text in texts for part in (models.F(text), between)][:-1]
    whole = Concat(*joined, output_field=models.TextField()) if len(joined) > 1 else joined[0]
    headline = SearchHeadline(
        whole, query, config=CONFIG, start_sel=START, stop_sel=STOP, max_words=40, min_words=20
    )
    rows = model._default_manager.filter(pk__in=list(ids))
    rows = rows.select_related(*related) if related else rows  # none named would be all of them
    marked: Rows = rows.defer(*texts).annotate(said=headline)
    return marked


_TEXTS: Mapping[str, tuple[type[models.Model], tuple[str, ...], tuple[str, ...]]] = {
    Kind.CLAUSE: (Clause, ("text",), ("standard__edition",)),
    Kind.ANSWER: (Answer, ("how", "difference", "na_reason"), ("clause", "assessment")),
    Kind.EVIDENCE: (Evidence, ("description",), ()),
    Kind.PLACE: (
        EvidenceLink,
        ("place", "shows"),
        ("answer__clause", "answer__assessment", "version__evidence"),
    ),
    Kind.COMMENT: (Comment, ("text",), ("thread__clause", "thread__assessment", "by")),
}


def _show_clause(row: Any, assessment: Assessment | None) -> Found:
    """In the assessment that was chosen, else in the standards."""
    edition = row.standard.edition
    href = (
        clause_url(assessment.pk, row.code)
        if assessment
        else f"{reverse('standards:edition_detail', args=[edition.code])}#clause-{row.code}"
    )
    title = f"Clause {row.code}, {edition.title}"
    return Found(Kind.CLAUSE, row.pk, title, href, parts(row.said), assessment)


def _show_answer(row: Any, assessment: Assessment | None) -> Found:
    href = clause_url(row.assessment_id, row.clause.code)
    title = f"Answer to clause {row.clause.code}"
    return Found(Kind.ANSWER, row.pk, title, href, parts(row.said), row.assessment)


def _show_evidence(row: Any, assessment: Assessment | None) -> Found:
    href = reverse("assessments:evidence_detail", args=[row.pk])
    return Found(Kind.EVIDENCE, row.pk, row.title, href, parts(row.said))


def _show_place(row: Any, assessment: Assessment | None) -> Found:
    answer = row.answer
    href = f"{clause_url(answer.assessment_id, answer.clause.code)}#evidence"
    title = f"{row.version.evidence.title}, for clause {answer.clause.code}"
    return Found(Kind.PLACE, row.pk, title, href, parts(row.said), answer.assessment)


def _show_comment(row: Any, assessment: Assessment | None) -> Found:
    thread = row.thread
    href = reverse("assessments:thread", args=[thread.pk])
    title = f"Comment on clause {thread.clause.code} by {row.by.display_name}"
    return Found(Kind.COMMENT, row.pk, title, href, parts(row.said), thread.assessment)


_SHOWN: Mapping[str, Callable[[Any, Assessment | None], Found]] = {
    Kind.CLAUSE: _show_clause,
    Kind.ANSWER: _show_answer,
    Kind.EVIDENCE: _show_evidence,
    Kind.PLACE: _show_place,
    Kind.COMMENT: _show_comment,
}
