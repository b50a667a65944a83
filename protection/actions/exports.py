"""Everything an agency holds here: asking for it, handing it out, letting it go."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed
from jobs.actions import enqueue, retry
from jobs.handlers import JobFailed
from jobs.models import Job
from protection import store
from protection.models import Export

KIND = "export"
STAYS = timedelta(days=7)
OVER = "This export is no longer there. Ask for a new one."
DESTROYED = "Personal data was removed while this was being made. Ask for a new export."


@transaction.atomic
def request_export(*, by: Membership) -> Export:
    """Ask for everything. While one is being made it is that one, whoever asked."""
    require(by, Permission.EXPORT_AGENCY)
    begun = Export.objects.for_page().in_force().filter(agency_id=by.agency_id, made_at=None)
    for export in begun:
        if export.job.is_open:
            return export
    wanted = uuid.uuid4()
    job = enqueue(
        KIND, agency_id=by.agency_id, subject_id=wanted, content_key=f"{KIND}:{wanted}", by=by
    )
    export = Export.objects.create(pk=wanted, agency_id=by.agency_id, job=job, requested_by=by)
    audit.record("export.request", export)
    return export


@transaction.atomic
def try_again(export: Export, *, by: Membership) -> Export:
    """Start a failed one anew. Raises NotAllowed when it has not failed."""
    require(by, Permission.EXPORT_AGENCY)
    export.job = retry(export.job, by=by)
    return export


@transaction.atomic
def download(export: Export, *, by: Membership) -> Path:
    """The file, after asking again whether `by` may have it. Every download is an event."""
    require(by, Permission.EXPORT_AGENCY)
    if export.is_over:
        raise NotAllowed(OVER)
    if not export.is_ready:
        raise NotAllowed("This export is not ready yet. Its page tells when it is.")
    path = store.path_of(export.stored_as)
    if not path.is_file():
        raise NotAllowed("The file of this export is missing. Tell the people who run the service.")
    audit.record("export.download", export, sha256=export.sha256)
    return path


@transaction.atomic
def keep(
    job: Job, *, made_at: datetime, stored_as: str, sha256: str, size: int, files: int
) -> Export:
    """Note where a worker put what it made, while the job is still its own."""
    export = Export.objects.select_for_update(of=("self",)).get(pk=job.subject_id)
    if export.removed_at is not None:
        raise JobFailed(DESTROYED)
    export.made_at, export.stored_as, export.sha256 = made_at, stored_as, sha256
    export.size, export.expires_at = size, timezone.now() + STAYS
    export.save(update_fields=["made_at", "stored_as", "sha256", "size", "expires_at"])
    audit.record("export.finish", export, sha256=sha256, files=files)
    return export


@transaction.atomic
def destroy_exports(*, by: Membership) -> int:
    """What was exported before may hold what is destroyed now. Returns how many went."""
    require(by, Permission.REDACT_CONFIRM)
    return _let_go(Export.objects.in_force().filter(agency_id=by.agency_id))


@transaction.atomic
def expire() -> int:
    """Remove the acting agency's exports that have run out; returns how many."""
    removed = _let_go(Export.objects.run_out())
    if removed:
        audit.record("export.expire", exports=removed)
    return removed


def _let_go(exports: Iterable[Export]) -> int:
    """Jobs first, as a worker does that keeps its export."""
    wanted = [export.pk for export in exports]
    jobs = Job.objects.filter(subject_id__in=wanted, kind=KIND)
    list(jobs.select_for_update(of=("self",)).order_by("pk"))
    found = list(Export.objects.select_for_update(of=("self",)).in_force().filter(pk__in=wanted))
    names = [export.stored_as for export in found if export.stored_as]
    ids = [export.pk for export in found]
    Export.objects.filter(pk__in=ids).update(removed_at=timezone.now(), stored_as="")
    transaction.on_commit(partial(store.remove, names))
    return len(found)
