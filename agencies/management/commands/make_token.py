"""A key to the API for one person in one agency. Shown once, stored as a hash."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from agencies.actions.operating import make_token
from agencies.models import Membership
from agencies.operator import find_agency, plain_errors
from agencies.tenancy import acting_for


class Command(BaseCommand):
    help = "Make an API token that acts as a member of an agency."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", required=True, help="the agency's name")
        parser.add_argument("--email", required=True, help="the member it acts as")
        parser.add_argument("--name", required=True, help="what it is used for")
        parser.add_argument("--days", type=int, default=90, help="valid for 1 to 365 (90)")
        parser.add_argument("--write", action="store_true", help="may also change things")

    def handle(self, *args: Any, **options: Any) -> None:
        agency, email = find_agency(options["agency"]), options["email"].strip().lower()
        with plain_errors(), acting_for(agency.pk, realm="operator"):
            member = Membership.objects.filter(agency=agency, email=email, is_active=True).first()
            if member is None:
                raise CommandError(f"{email} is not a member of {agency.name}.")
            token, secret = make_token(
                member, name=options["name"], days=options["days"], can_write=options["write"]
            )
        self.stdout.write(secret)
        may = "read and write" if token.can_write else "read"
        self.stderr.write(
            f"May {may} as {member.display_name} until {token.expires_at:%d %B %Y}. "
            "This is the only time it is shown."
        )
