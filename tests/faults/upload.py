"""`python -m tests.faults.upload AGENCY USER POINT`, as the web login: adds a file, and is killed
at that point of it, as by a power cut. The points are what Python itself reports of what it is
about to do (sys.addaudithook): nothing of the service is changed for it.
"""

from __future__ import annotations

import os
import signal
import sys
import uuid
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402 - models need Django

from agencies.tenancy import acting_for  # noqa: E402
from assessments import files  # noqa: E402
from assessments.actions.describing import Details  # noqa: E402
from assessments.actions.evidence import Source, add_evidence  # noqa: E402
from tests.assessments.files import pdfs  # noqa: E402

POINTS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "before the first byte": ("open", lambda path: path.startswith(str(files.incoming()))),
    "before it is looked at": ("subprocess.Popen", lambda path: True),
    "before it is flushed": ("os.chmod", lambda path: path.startswith(str(files.incoming()))),
    "before it is moved": ("os.rename", lambda path: path.startswith(str(files.incoming()))),
    "before its folder is flushed": ("open", lambda path: path == str(files.root())),
    "before its row is committed": ("", lambda path: False),
    "before it is answered": ("", lambda path: False),
}
"""What is reported, and of which path."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(agency: str, user: str, point: str) -> None:
    event, is_there = POINTS[point]

    def watch(name: str, arguments: tuple[Any, ...]) -> None:
        if name == event and is_there(str(arguments[0])):
            die()

    details = Details(title=f"Killed {point}", kind="policy", description="How we plan.")
    source = Source(upload=SimpleUploadedFile("Policy.pdf", pdfs.pdf()))
    with acting_for(uuid.UUID(agency), realm="agency", user_id=uuid.UUID(user)) as by:
        assert by is not None
        sys.addaudithook(watch)
        add_evidence(details, source=source, by=by)
        if point == "before its row is committed":
            die()
    die()


if __name__ == "__main__":
    main(*sys.argv[1:])
