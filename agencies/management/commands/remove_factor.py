"""A lost second factor in an agency that has not two officers left to remove it."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from agencies.actions.factors import operate
from agencies.models import Membership
from agencies.operator import find_agency, plain_errors
from agencies.tenancy import acting_for


class Command(BaseCommand):
    help = "Remove the second factor of a member and end all their sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", required=True, help="the agency's name")
        parser.add_argument("--email", required=True, help="the member who lost it")
        parser.add_argument("--reason", required=True, help="how you know who asked, and why so")

    def handle(self, *args: Any, **options: Any) -> None:
        agency, email = find_agency(options["agency"]), options["email"].strip().lower()
        with plain_errors(), acting_for(agency.pk, realm="operator"):
            member = Membership.objects.filter(agency=agency, email=email, is_active=True).first()
            if member is None:
                raise CommandError(f"{email} is not a member of {agency.name}.")
            operate(member, reason=options["reason"])
        self.stdout.write(f"{email} signs in with the password alone and sets up a new factor.")
