"""Demo data: made, or put back to how it was. `--show` tells who can sign in."""

from __future__ import annotations

import base64
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.utils.crypto import salted_hmac

from agencies.models import Agency
from agencies.permissions import Role
from assessments.models import Evidence
from reports.demo import script, sharing, stage
from standards.models import Edition


class Command(BaseCommand):
    help = "Make the fictional agencies of the demo, or reset them. Refuses on a real service."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--show", action="store_true", help="only show the sign-ins")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_SECURE:
            raise CommandError("This service is a real one (SECURE is on): no demo data here.")
        if not options["show"]:
            self._play()
        self._show()

    def _play(self) -> None:
        if not Edition.objects.exists():
            raise CommandError("Load the standards first: manage.py load_standards")
        troupes = script.troupes()
        agencies = {each.name: stage.found(each, password=password()) for each in troupes}
        evidence: dict[str, Evidence] = {}
        for each in script.plays():
            stage.play(each, agencies[each.agency], script.pieces(), evidence)
        for shared in script.sharings():
            sharing.share(shared, agencies)

    def _show(self) -> None:
        if not Agency.objects.filter(is_demo=True).exists():
            raise CommandError("There is no demo data. To make it: manage.py demo")
        for troupe in script.troupes():
            self.stdout.write(f"  {troupe.name}")
            for person in troupe.people:
                self.stdout.write(f"    {person.email:32} {Role(person.role).label}")
        self.stdout.write(f"\n  The password of all of them: {password()}")


def password() -> str:
    """Another one in each installation, and the same at every start."""
    mac = salted_hmac("reports.demo", "password", algorithm="sha256").digest()
    letters = base64.b32encode(mac).decode().lower()
    return "-".join(letters[place : place + 4] for place in range(0, 16, 4))
