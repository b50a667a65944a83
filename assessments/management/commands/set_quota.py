"""`manage.py set_quota --agency NAME --megabytes 8000`: how much room its files may take up."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand
from django.core.management.base import CommandParser

from agencies.operator import find_agency, plain_errors
from agencies.tenancy import acting_for
from assessments.actions.storing import set_quota
from assessments.models import Storage


class Command(BaseCommand):
    help = "Say how much room the files of one agency may take up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", required=True, help="its name")
        size = parser.add_mutually_exclusive_group(required=True)
        size.add_argument("--megabytes", type=int, help="what its files may take up")
        size.add_argument("--default", action="store_true", help="what holds for all agencies")

    def handle(self, *args: Any, **options: Any) -> None:
        agency = find_agency(options["agency"])
        with plain_errors(), acting_for(agency.pk, realm="operator"):
            set_quota(agency, options["megabytes"])
            usage = Storage.objects.usage(agency)
        used, quota = usage.used // 1024**2, usage.quota // 1024**2
        self.stdout.write(f"{agency.name}: {used} MB used of {quota} MB.")
