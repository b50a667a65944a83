"""States of a job. The engine and the retry action are the only ones that change them."""

from django.db import models


class Status(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Being done"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


OPEN = (Status.QUEUED, Status.RUNNING)
