"""`manage.py reconcile_files`: compare the evidence store with its rows. Also run every night."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.reconciling import reconcile


class Command(BaseCommand):
    help = "Alerts for rows without their file; removes files that have had no row for a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hash", action="store_true", help="also compare every file's sha256")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = reconcile(is_hashing=options["hash"])
        self.stdout.write(
            f"{findings.checked} files checked, {len(findings.removed)} without a row removed."
        )
        if not findings.is_sound:
            lines = [f"missing: version {pk}" for pk in findings.missing]
            lines += [f"changed: version {pk}" for pk in findings.changed]
            raise CommandError("\n".join(["The evidence store does not match its rows:", *lines]))
