"""Load the editions, their guidance and their rules from YAML."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from standards.loader import DATA, load, read_all
from standards.yamlfile import LoadError


class Command(BaseCommand):
    help = "Load the standards from YAML. Repeatable; run it as the migrator, after migrate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, default=DATA, help="Folder with the files.")
        parser.add_argument(
            "--check", action="store_true", help="Validate the files; use no database."
        )

    def handle(self, *, data: Path, check: bool, **options: Any) -> None:
        try:
            said = load(data) if not check else [_valid(data)]
        except LoadError as error:
            raise CommandError(str(error)) from error
        for sentence in said:
            self.stdout.write(sentence)


def _valid(folder: Path) -> str:
    names = ", ".join(files.edition.code for files in read_all(folder))
    return f"The files are valid: {names}."
