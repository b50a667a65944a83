"""A key to the API for one person in one agency. Shown once, stored as a hash."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from agencies.actions.tokens import make_token
from agencies.models import Membership
from agencies.operator import find_agency, plain_errors
from agencies.scopes import open_to, reading
from agencies.tenancy import acting_for


class Command(BaseCommand):
    help = "Make an API token that acts as a member of an agency."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", required=True, help="the agency's name")
        parser.add_argument("--email", required=True, help="the member it acts as")
        parser.add_argument("--name", required=True, help="what it is used for")
        parser.add_argument("--days", type=int, default=90, help="valid for 1 to 365 (90)")
        parser.add_argument("--write", action="store_true", help="all that the role may do")
        parser.add_argument("--scope", action="append", help="such as assessments:read; repeatable")

    def handle(self, *args: Any, **options: Any) -> None:
        agency, email = find_agency(options["agency"]), options["email"].strip().lower()
        with plain_errors(), acting_for(agency.pk, realm="operator"):
            member = Membership.objects.filter(agency=agency, email=email, is_active=True).first()
            if member is None:
                raise CommandError(f"{email} is not a member of {agency.name}.")
            scopes = options["scope"] or (open_to if options["write"] else reading)(member)
            token, secret = make_token(
                member, name=options["name"], scopes=scopes, days=options["days"], by=None
            )
        self.stdout.write(secret)
        self.stderr.write(
            f"May do {', '.join(token.scopes)} as {member.display_name} until "
            f"{token.expires_at:%d %B %Y}. This is the only time it is shown."
        )
