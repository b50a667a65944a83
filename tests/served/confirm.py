"""`python -m tests.served.confirm AGENCY USER REDACTION`, as the web login: decide on a removal.

The seed cannot do this: the database lets nobody remove for good but a person of the agency.
"""

from __future__ import annotations

import os
import sys
import uuid

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from agencies.tenancy import acting_for
from protection.actions.redaction import confirm
from protection.models import Redaction


def main(agency: str, user: str, redaction: str) -> None:
    """Confirm one removal as this person."""
    with acting_for(uuid.UUID(agency), realm="agency", user_id=uuid.UUID(user)) as by:
        assert by is not None
        confirm(Redaction.objects.get(pk=redaction), has_understood=True, by=by)


if __name__ == "__main__":
    main(*sys.argv[1:])
