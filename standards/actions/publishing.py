"""What the scheme publishes to all agencies, and what it withdraws."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed, lock
from standards.actions.checking import accepted
from standards.differences import differences
from standards.models import Edition, Guidance, GuidanceDraft
from standards.versions import document_of, highest, next_version, parts, store
from standards.yamlfile import VERSION

LONGEST_SUMMARY = 300


@transaction.atomic
def publish(draft: GuidanceDraft, *, version: str, summary: str, by: Membership) -> Guidance:
    """Make the draft the version that everybody reads. It can never be changed afterwards."""
    require(by, Permission.PUBLISH_GUIDANCE)
    locked = lock(GuidanceDraft.objects.select_for_update(of=("self",)), draft.pk)
    edition, summary = locked.edition, " ".join(summary.split())
    _check(edition, version, summary)
    document = accepted(locked.document | {"version": version}, locked)
    in_use = Guidance.objects.with_content().get(edition=edition, is_current=True)
    changes = differences(document_of(in_use), document)
    if not changes:
        raise ValidationError(f"The draft says the same as version {in_use.version}, now in use")
    made = store(edition, document, summary=summary)
    locked.delete()
    counts = {"clauses": len(changes.clauses), "terms": len(changes.terms)}
    audit.record("guidance.publish", made, version=version, replaces=in_use.version, **counts)
    return made


@transaction.atomic
def withdraw(edition: Edition, *, by: Membership) -> Edition:
    """No new self-assessment starts from the edition. Those that have begun go on."""
    require(by, Permission.WITHDRAW_EDITION)
    return _set_withdrawn(edition, True)


@transaction.atomic
def restore(edition: Edition, *, by: Membership) -> Edition:
    """New self-assessments may start from the edition again."""
    require(by, Permission.WITHDRAW_EDITION)
    return _set_withdrawn(edition, False)


def _set_withdrawn(edition: Edition, is_over: bool) -> Edition:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.withdraw_edition(%s, %s)", [edition.pk, is_over])
        (has_changed,) = cursor.fetchone()
    if not has_changed:
        state = "withdrawn" if is_over else "in use"
        raise NotAllowed(f"This edition is {state} already.")
    edition.refresh_from_db(fields=["is_withdrawn"])
    audit.record("edition.withdraw" if is_over else "edition.restore", edition)
    return edition


def _check(edition: Edition, version: str, summary: str) -> None:
    """Raise ValidationError by field."""
    pattern, example, longest = VERSION
    errors: dict[str, str] = {}
    if not re.fullmatch(pattern, version, re.ASCII) or len(version) > longest:
        errors["version"] = f"Enter a version in numbers and full stops, such as {example}"
    elif parts(version) <= parts(highest(edition) or "0"):
        last, proposed = highest(edition), next_version(edition)
        errors["version"] = f"The last version is {last}. Enter a higher one, such as {proposed}"
    if not summary:
        errors["summary"] = "Say in a sentence what is new"
    elif len(summary) > LONGEST_SUMMARY:
        errors["summary"] = f"What is new must be {LONGEST_SUMMARY} characters or fewer"
    if errors:
        raise ValidationError(errors)
