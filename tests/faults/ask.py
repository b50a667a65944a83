"""`python -m tests.faults.ask COUNT`, as the migrator: that many mail jobs, by the real actions."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from agencies.actions import invitations  # noqa: E402 - models need Django set up
from agencies.models import Invitation, Membership  # noqa: E402
from agencies.permissions import Role  # noqa: E402
from agencies.tenancy import acting_for  # noqa: E402

PEOPLE = 20


def main(count: int) -> None:
    """Invitations, then new links for them: each is a job of its own."""
    with acting_for(None, realm="operator"):
        lead = Membership.objects.select_related("agency").filter(role=Role.LEAD).first()
    assert lead is not None
    for number in range(count):
        with acting_for(lead.agency_id, realm="operator", user_id=lead.user_id) as by:
            assert by is not None
            address = f"faults{number % PEOPLE}@agency.example"
            known = Invitation.objects.filter(email=address, agency=by.agency).first()
            if known:
                invitations.resend(known, by=by)
            else:
                invitations.invite(
                    by.agency,
                    email=address,
                    display_name=f"Invited person {number}",
                    role=Role.VIEWER,
                    by=by,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]))
