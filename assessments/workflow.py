"""States of a self-assessment, and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models

from agencies.permissions import Permission
from agencies.workflow import Step


class Status(models.TextChoices):
    DRAFT = "draft", "In progress"
    SIGNED_OFF = "signed_off", "Signed off"
    SUBMITTED = "submitted", "Submitted"


ASSESSMENT: Mapping[str, Step] = {
    "sign_off": Step(frozenset({Status.DRAFT}), Status.SIGNED_OFF, Permission.SIGN_OFF),
    "reopen": Step(frozenset({Status.SIGNED_OFF}), Status.DRAFT, Permission.REOPEN),
    "submit": Step(frozenset({Status.SIGNED_OFF}), Status.SUBMITTED, Permission.SUBMIT),
    "withdraw": Step(frozenset({Status.SUBMITTED}), Status.DRAFT, Permission.WITHDRAW),
}
