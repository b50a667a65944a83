"""The first person of an agency (a lead) or of the scheme (a scheme administrator).

Everybody else is invited by them, on the page of people.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.core.management.base import CommandParser

from agencies.actions.invitations import invite_lead
from agencies.offers import link_of
from agencies.operator import find_agency, plain_errors
from agencies.tenancy import acting_for


class Command(BaseCommand):
    help = "Invite the first person of an agency, or of the scheme, by email."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", required=True, help="the agency's name")
        parser.add_argument("--email", required=True, help="the person's work address")
        parser.add_argument("--name", required=True, help="name or job title to be shown")

    def handle(self, *args: Any, **options: Any) -> None:
        agency = find_agency(options["agency"])
        with plain_errors(), acting_for(agency.pk, realm="operator"):
            invitation = invite_lead(agency, email=options["email"], display_name=options["name"])
        self.stdout.write(f"An invitation to {agency.name} is on its way to {invitation.email}.")
        if not settings.IS_SECURE:  # on a real service the link is for the mailbox alone
            self.stdout.write(link_of(invitation))
