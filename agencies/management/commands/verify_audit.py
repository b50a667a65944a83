"""Walks every chain of the audit trail. For a timer, and after every restore."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import connection

from agencies.models import Agency

SERVICE = uuid.UUID(int=0)


class Command(BaseCommand):
    help = "Check that no event of the audit trail was changed, removed or put in between."

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT agency_id, seq, problem FROM audit.broken()")
            faults = cursor.fetchall()
        if not faults:
            self.stdout.write("Every chain of the audit trail is whole.")
            return
        names = dict(Agency.objects.values_list("pk", "name")) | {SERVICE: "the service itself"}
        raise CommandError(
            "\n".join(
                f"The audit trail of {names.get(agency, agency)} is broken at event {seq}: {fault}."
                for agency, seq, fault in faults
            )
        )
