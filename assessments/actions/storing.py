"""Room for files: counted with each row, refused where there is none, counted anew at night."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat

from agencies import audit
from agencies.actions.operating import require_operator
from agencies.models import Agency
from agencies.uploads import OverQuota
from assessments import files
from assessments.models import EvidenceVersion, Storage

log = structlog.get_logger()

MOST_MEGABYTES = 10_000_000
NO_QUOTA = f"The quota must be a whole number of megabytes from 0 to {MOST_MEGABYTES}"
FULL = (
    "Your agency's files may take up {quota}, and this file of {size} would exceed it. "
    "Nothing of it was stored. Delete evidence that is not needed, or ask the people who run "
    "this service for more room."
)


def store(upload: UploadedFile[bytes], agency: Agency) -> files.StoredFile:
    """The file, checked, in the store, and counted. Part of adding it: before anything is locked.

    Raises Refused, NoRoom, or OverQuota when the agency has no room: then it is deleted again.
    """
    kept = files.keep(upload)
    if not Storage.objects.take(agency, kept.size):
        files.remove([kept.stored_as])
        quota, size = map(filesizeformat, (agency.quota_bytes, kept.size))
        raise OverQuota({"upload": FULL.format(quota=quota, size=size)})
    return kept


@transaction.atomic
def set_quota(agency: Agency, megabytes: int | None) -> Agency:
    """For the operator. None: what holds for all. What is stored already stays."""
    require_operator()
    if megabytes is not None and not 0 <= megabytes <= MOST_MEGABYTES:
        raise ValidationError({"quota": NO_QUOTA})
    agency.quota_megabytes = megabytes
    agency.save(update_fields=["quota_megabytes"])
    audit.record("agency.set_quota", agency, megabytes=megabytes)
    return agency


@transaction.atomic
def recount(agency_id: UUID) -> bool:
    """For the worker: compare the counter with the rows, and put it right. False: it was wrong."""
    Storage.objects.hold(agency_id)
    counter = Storage.objects.filter(agency_id=agency_id).first()
    rows = EvidenceVersion.objects.exclude(stored_as="")
    true = rows.aggregate(total=Sum("size"))["total"] or 0
    counted = counter.used_bytes if counter else 0
    if counted == true:
        return True
    log.warning("evidence.miscounted", agency=str(agency_id), counted=counted, true=true)
    Storage.objects.update_or_create(agency_id=agency_id, defaults={"used_bytes": true})
    return False
