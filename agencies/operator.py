"""What the commands on the server share: finding an agency by name, saying what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.management import CommandError

from agencies.models import Agency
from agencies.workflow import NotAllowed


def find_agency(name: str) -> Agency:
    """The agency of this name, capitals aside. CommandError names those there are."""
    found = Agency.objects.filter(name__iexact=name.strip()).first()
    if found is None:
        names = ", ".join(Agency.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"There is no agency called {name}. There are: {names}.")
    return found


@contextmanager
def plain_errors() -> Iterator[None]:
    """A broken rule as one line on the terminal."""
    try:
        yield
    except ValidationError as error:
        raise CommandError(". ".join(error.messages)) from error
    except NotAllowed as error:
        raise CommandError(str(error)) from error
