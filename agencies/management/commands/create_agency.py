"""The first step of a real installation; `invite_lead` is the second."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand
from django.core.management.base import CommandParser

from agencies.actions.operating import create_agency
from agencies.models import Agency, AgencyKind
from agencies.operator import plain_errors
from agencies.tenancy import acting_for


class Command(BaseCommand):
    help = "Create an agency, or the scheme."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="name as people know it")
        parser.add_argument("--kind", required=True, choices=AgencyKind.values)

    def handle(self, *args: Any, **options: Any) -> None:
        agency = Agency(name=options["name"], kind=options["kind"])
        with plain_errors(), acting_for(agency.pk, realm="operator"):
            create_agency(agency)
        self.stdout.write(
            f"{agency.name} is created. Now invite its first person: manage.py invite_lead"
        )
