#!/usr/bin/env python3
"""Commands. Those that change the database's shape or found an agency run as the migrator."""

import os
import sys

MIGRATOR_COMMANDS = {
    "create_agency",
    "demo",
    "invite_lead",
    "load_standards",
    "make_token",
    "migrate",
    "remove_factor",
    "rotate_mfa_key",
    "verify_audit",
}
WORKER_COMMANDS = {"reconcile_files"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in MIGRATOR_COMMANDS:
        os.environ.setdefault("DATABASE_ROLE", "migrate")
    if len(sys.argv) > 1 and sys.argv[1] in WORKER_COMMANDS:
        os.environ.setdefault("DATABASE_ROLE", "job")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
