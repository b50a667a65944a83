"""What looks like personal data in an assessment: its texts, and the files it names.

Texts are read anew each time; what files hold was read when they came. Nothing is written here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.crypto import salted_hmac

from agencies.privacy import LOOKS_LIKE, Kind, findings
from assessments.inspection.verdict import Extent
from assessments.models import (
    Answer,
    Assessment,
    Comment,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    Improvement,
)
from assessments.models.guard import cleared_in, guarded_answers, with_guard

ANSWER_TEXTS = {
    "na_reason": "Why it does not apply",
    "how": "How do you do this?",
    "difference": "What difference does it make?",
}
DETAIL_TEXTS = {"title": "Title", "description": "Description"}
PLAN_TEXTS = {"what": "What", "why": "Why"}
Place = Answer | Evidence | EvidenceVersion


@dataclass(frozen=True)
class Word:
    """Who said something about a finding or a file, and when."""

    by: str
    at: datetime

    @classmethod
    def from_row(cls, row: dict[str, str]) -> Word:
        return cls(row["by"], datetime.fromisoformat(row["at"]))


@dataclass(frozen=True)
class Suspicion:
    """words: as typed where they are a text, masked where they are in a file."""

    kind: Kind
    place: str
    words: str
    digest: str
    is_mild: bool
    cleared: Word | None

    @property
    def looks_like(self) -> str:
        return LOOKS_LIKE[self.kind]

    @property
    def is_open(self) -> bool:
        """It has to be mended, or looked at by a person."""
        return not self.is_mild and self.cleared is None


@dataclass(frozen=True)
class Suspect:
    """A text or a file with what was found in it."""

    of: Place
    suspicions: tuple[Suspicion, ...]

    @property
    def open_ones(self) -> list[Suspicion]:
        return [one for one in self.suspicions if one.is_open]

    @property
    def mark(self) -> str:
        """Stands for exactly what is open, so that nobody clears what they have not seen."""
        digests = sorted({one.digest for one in self.open_ones})
        return hashlib.sha256(" ".join(digests).encode()).hexdigest() if digests else ""


@dataclass(frozen=True)
class Guarded:
    """suspects: those with something open. undeclared: files without a declaration."""

    suspects: list[Suspect] = field(default_factory=list)
    undeclared: list[EvidenceVersion] = field(default_factory=list)

    @property
    def unread(self) -> list[EvidenceVersion]:
        """Nobody has vouched for them, and the guard could not read them."""
        return [version for version in self.undeclared if not is_read(version)]


def of_assessment(assessment: Assessment) -> Guarded:
    """Two queries: its texts, and its files with the texts about them."""
    answers = guarded_answers(assessment.answers.select_related("clause"))
    versions = evidence_of(assessment)
    pieces = {version.evidence_id: version for version in versions}
    suspects = [
        *(
            of_answer(answer)
            for answer in answers.only(*ANSWER_TEXTS, "assessment", "clause__code")
        ),
        *(of_details(version.evidence, version.details_cleared) for version in pieces.values()),
        *(of_version(version) for version in versions if not version.is_refused),
    ]
    return Guarded(
        [suspect for suspect in suspects if suspect.open_ones],
        [version for version in versions if is_undeclared(version)],
    )


def evidence_of(assessment: Assessment) -> list[Any]:
    """The versions that support an answer, as with_guard()."""
    links = EvidenceLink.objects.filter(answer__assessment=assessment)
    rows = EvidenceVersion.objects.filter(pk__in=links.values("version"))
    found = with_guard(rows.select_related("evidence"))
    return list(found.order_by("evidence__title", "evidence", "number"))


def of_answer(answer: Any) -> Suspect:
    """With what is said of its evidence. `answer` comes through guarded_answers()."""
    texts = _texts(answer, ANSWER_TEXTS)
    for link in answer.said_of_links:
        texts += _texts_of_link(link["title"], link["place"], link["shows"])
    return Suspect(answer, _of_texts(texts, answer.cleared))


def of_page(answer: Answer, links: Iterable[EvidenceLink]) -> Suspect:
    """As of_answer, of what a page has already read; a query only where something is found."""
    texts = _texts(answer, ANSWER_TEXTS)
    for link in links:
        texts += _texts_of_link(link.version.evidence.title, link.place, link.shows)
    return Suspect(answer, _of_answer_read(answer, texts))


def of_saved(saved: Answer) -> Suspect:
    """The answer alone; a query only where something is found."""
    return Suspect(saved, _of_answer_read(saved, _texts(saved, ANSWER_TEXTS)))


def of_details(evidence: Evidence, cleared: Iterable[dict[str, str]]) -> Suspect:
    texts = _texts(evidence, DETAIL_TEXTS)
    texts.append(("Tags", ", ".join(evidence.tags)))
    return Suspect(evidence, _of_texts(texts, cleared))


def of_improvement(improvement: Improvement) -> tuple[Suspicion, ...]:
    """Shown where it is read, and in nobody's way: no declaration covers what is planned."""
    return _of_texts(_texts(improvement, PLAN_TEXTS), ())


def of_comment(comment: Comment) -> tuple[Suspicion, ...]:
    """As of_improvement: it is in nobody's way."""
    return _of_texts([("Comment", comment.text)], ())


def of_version(version: Any) -> Suspect:
    """`version` comes through with_guard()."""
    known, seen = _known(version.cleared), []
    for row in version.found:
        digest = _digest(row["kind"], f"{row['place']} {row['excerpt']}")
        seen.append(
            Suspicion(
                kind=Kind(row["kind"]),
                place=row["place"],
                words=row["excerpt"],
                digest=digest,
                is_mild=row["is_mild"],
                cleared=known.get(digest),
            )
        )
    return Suspect(version, tuple(seen))


def is_undeclared(version: Any) -> bool:
    return is_kept_file(version) and version.declared is None


def is_kept_file(version: EvidenceVersion) -> bool:
    """Of what is not kept, or was refused, nobody has to say anything."""
    return version.is_file and not version.is_removed and not version.is_refused


def is_read(version: Any) -> bool:
    return bool(version.extent == Extent.WHOLE)


def _texts(row: Answer | Evidence | Improvement, labels: dict[str, str]) -> list[tuple[str, str]]:
    return [(label, getattr(row, name)) for name, label in labels.items()]


def _texts_of_link(title: str, place: str, shows: str) -> list[tuple[str, str]]:
    return [(f"Where to look in {title}", place), (f"What {title} shows", shows)]


def _of_answer_read(answer: Answer, texts: list[tuple[str, str]]) -> tuple[Suspicion, ...]:
    seen = _of_texts(texts, ())
    return _of_texts(texts, cleared_in(answer)) if seen else seen


def _of_texts(
    texts: Iterable[tuple[str, str]], cleared: Iterable[dict[str, str]]
) -> tuple[Suspicion, ...]:
    """texts: what each is called on its page, and what it says."""
    known = _known(cleared)
    return tuple(seen for label, text in texts for seen in _of_text(text, label, known))


def _of_text(text: str, label: str, known: dict[str, Word]) -> Sequence[Suspicion]:
    seen = []
    for found in findings(text):
        words = " ".join(text[found.start : found.end].split())
        digest = _digest(found.kind, words.lower())
        line = text.count("\n", 0, found.start) + 1
        place = label if "\n" not in text else f"{label}, line {line}"
        seen.append(Suspicion(found.kind, place, words, digest, found.is_mild, known.get(digest)))
    return seen


def _known(cleared: Iterable[dict[str, str]]) -> dict[str, Word]:
    return {row["digest"]: Word.from_row(row) for row in cleared}


def _digest(kind: str, words: str) -> str:
    """A hash that only this service can make: nobody can try names against it."""
    return salted_hmac("assessments.guard", f"{kind} {words}", algorithm="sha256").hexdigest()
