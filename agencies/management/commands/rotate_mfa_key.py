"""Second factors under the first key of MFA_KEY. Afterwards the old keys can be taken out."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from agencies.actions.operating import rotate_factor_secrets
from agencies.tenancy import acting_for


class Command(BaseCommand):
    help = "Encrypt all second factors anew, with the first key of MFA_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_for(None, realm="operator"):
            count = rotate_factor_secrets()
        self.stdout.write(f"{count} secrets are under the first key of MFA_KEY now.")
