"""Writing the next version of the guidance: clause by clause, term by term, or from a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed, Stale, lock
from standards.actions.checking import accepted
from standards.differences import note_of
from standards.models import Edition, Guidance, GuidanceDraft
from standards.schema.guidance import PromptText, TermText
from standards.versions import Document, digest, document_of, read_yaml
from standards.yamlfile import LoadError

MEANWHILE = "Somebody changed this in the draft while you had it open. Nothing was saved."


@dataclass(frozen=True)
class ClausePart:
    """What a draft says to one clause."""

    prompts: tuple[PromptText, ...]
    note: str


@transaction.atomic
def start(source: Guidance, *, by: Membership) -> GuidanceDraft:
    """Begin the next version from this one, be it the current or an older one."""
    require(by, Permission.PUBLISH_GUIDANCE)
    whole = Guidance.objects.with_content().get(pk=source.pk)
    draft = _create(whole.edition, whole, document_of(whole), by)
    audit.record("guidance_draft.start", draft, source=whole.pk, version=whole.version)
    return draft


@transaction.atomic
def change_clause(
    draft: GuidanceDraft, *, code: str, part: ClausePart, seen: str, by: Membership
) -> GuidanceDraft:
    """Replace prompts and note of one clause. `seen` is the mark() of what the person saw."""
    require(by, Permission.PUBLISH_GUIDANCE)
    locked = _locked(draft)
    stored = clause_part(locked.document, code)
    if mark(stored) != seen:
        raise Stale(MEANWHILE, current=stored, ours=asdict(part))
    notes = [note for note in locked.document["notes"] if note["clause"] != code]
    if part.note:
        notes.append({"clause": code, "text": part.note})
    prompts = locked.document["prompts"] | {code: [asdict(prompt) for prompt in part.prompts]}
    _save(locked, locked.document | {"notes": notes, "prompts": prompts})
    audit.record("guidance_draft.change_clause", locked, clause=code, prompts=len(part.prompts))
    return locked


@transaction.atomic
def change_term(
    draft: GuidanceDraft, *, term: TermText, replaces: str, seen: str, by: Membership
) -> GuidanceDraft:
    """Put a term into the glossary: a new one, or in place of the one called `replaces`."""
    require(by, Permission.PUBLISH_GUIDANCE)
    locked = _locked(draft)
    stored = find_term(locked.document, replaces) if replaces else None
    if mark(stored) != seen:
        raise Stale(MEANWHILE, current=stored, ours=asdict(term))
    others = [each for each in locked.document["glossary"] if each["term"] != replaces]
    if term.term.casefold() in {each["term"].casefold() for each in others}:
        raise ValidationError({"term": f"The glossary has the term {term.term} already"})
    _save(locked, locked.document | {"glossary": [*others, asdict(term)]})
    audit.record("guidance_draft.change_term", locked, is_new=not replaces)
    return locked


@transaction.atomic
def remove_term(draft: GuidanceDraft, *, name: str, by: Membership) -> GuidanceDraft:
    """Take one of our own terms out of the glossary."""
    require(by, Permission.PUBLISH_GUIDANCE)
    locked = _locked(draft)
    if find_term(locked.document, name) is None:
        raise NotAllowed("This term has been removed from the draft already.")
    others = [each for each in locked.document["glossary"] if each["term"] != name]
    _save(locked, locked.document | {"glossary": others})
    audit.record("guidance_draft.remove_term", locked)
    return locked


@transaction.atomic
def upload(edition: Edition, *, content: bytes, name: str, by: Membership) -> GuidanceDraft:
    """The draft says what the file says; begun by it where there was none."""
    require(by, Permission.PUBLISH_GUIDANCE)
    in_use = Guidance.objects.with_content().get(edition=edition, is_current=True)
    try:
        document = read_yaml(content, name, edition).document()
    except LoadError as error:
        raise ValidationError({"file": str(error)}) from error
    draft = GuidanceDraft.objects.select_for_update().filter(edition=edition).first()
    if draft is None:
        draft = _create(edition, in_use, document_of(in_use), by)
    try:
        _save(draft, document)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    audit.record("guidance_draft.upload", draft)
    return draft


@transaction.atomic
def discard(draft: GuidanceDraft, *, by: Membership) -> None:
    """Throw the draft away. What is published stays."""
    require(by, Permission.PUBLISH_GUIDANCE)
    locked = _locked(draft)
    found = locked.pk
    locked.delete()
    audit.record("guidance_draft.discard", GuidanceDraft(pk=found))


def clause_part(document: Document, code: str) -> ClausePart:
    """What the document says to this clause."""
    prompts = tuple(PromptText(**prompt) for prompt in document["prompts"][code])
    return ClausePart(prompts, note_of(document, code))


def find_term(document: Document, name: str) -> dict[str, str] | None:
    """The term of the glossary with exactly this name."""
    terms: Iterable[dict[str, str]] = document["glossary"]
    return next((term for term in terms if term["term"] == name), None)


def mark(seen: ClausePart | dict[str, str] | None) -> str:
    """Short for what somebody saw, to be compared when they save."""
    return digest(asdict(seen) if isinstance(seen, ClausePart) else seen)[:16]


def _create(
    edition: Edition, source: Guidance, document: Document, by: Membership
) -> GuidanceDraft:
    draft = GuidanceDraft(
        agency_id=by.agency_id, edition=edition, source=source, document=document, started_by=by
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError as error:
        message = "There is a draft for this edition. Publish it or throw it away first."
        raise NotAllowed(message) from error
    return draft


def _locked(draft: GuidanceDraft) -> GuidanceDraft:
    return lock(GuidanceDraft.objects.select_for_update(), draft.pk)


def _save(draft: GuidanceDraft, document: Document) -> None:
    draft.document, draft.changed_at = accepted(document, draft), timezone.now()
    draft.save(update_fields=["document", "changed_at"])
