"""Disposals of evidence, with their wall: what was decided never changes."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from agencies.tenancy import GuardTable


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0016_scopes_when_asked"),
        ("assessments", "0016_keeping"),
        ("protection", "0006_comments"),
    ]

    operations = [
        migrations.CreateModel(
            name="Disposal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Random identifier.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "To be confirmed"),
                            ("confirmed", "Removed"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="requested",
                        help_text="Set by workflow.move().",
                        max_length=20,
                    ),
                ),
                (
                    "requested_at",
                    models.DateTimeField(default=django.utils.timezone.now, help_text="When."),
                ),
                ("decided_at", models.DateTimeField(blank=True, help_text="When.", null=True)),
                (
                    "updated_at",
                    models.DateTimeField(auto_now=True, help_text="Last change of its state."),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        help_text="Whom the row is about.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who confirmed or refused: never who asked.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who asked.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
            options={
                "ordering": ("-requested_at",),
            },
        ),
        migrations.CreateModel(
            name="DisposalItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Random identifier.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kept_until", models.DateField(help_text="The last day it had to be kept.")),
                (
                    "why",
                    models.CharField(help_text="The rule, as the page said it.", max_length=300),
                ),
                (
                    "is_spared",
                    models.BooleanField(
                        default=False,
                        help_text="Kept after all: when it was decided, its time was no longer over.",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        help_text="Whom the row is about.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "disposal",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Of which disposal.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="protection.disposal",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Which piece.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.evidence",
                    ),
                ),
            ],
            options={
                "ordering": ("kept_until", "id"),
            },
        ),
        migrations.CreateModel(
            name="DisposalStage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Random identifier.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("from_status", models.CharField(help_text="Status before.", max_length=30)),
                ("to_status", models.CharField(help_text="Status after.", max_length=30)),
                ("action", models.CharField(help_text="The workflow's action.", max_length=30)),
                ("at", models.DateTimeField(default=django.utils.timezone.now, help_text="When.")),
                (
                    "agency",
                    models.ForeignKey(
                        help_text="Whom the row is about.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who did it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Which disposal.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stages",
                        to="protection.disposal",
                    ),
                ),
            ],
            options={
                "ordering": ("at",),
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="disposal",
            constraint=models.UniqueConstraint(
                models.F("agency"), models.F("id"), name="disposal_agency_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="disposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("requested_by")), _negated=True),
                    _connector="OR",
                ),
                name="disposal_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="disposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["requested", "confirmed", "refused", "withdrawn"])
                ),
                name="disposal_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="disposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "confirmed"), _negated=True),
                    ("decided_by__isnull", False),
                    _connector="OR",
                ),
                name="disposal_confirmed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="disposalitem",
            constraint=models.UniqueConstraint(
                models.F("disposal"), models.F("evidence"), name="disposalitem_once"
            ),
        ),
        GuardTable(
            "protection_disposal",
            kind="agency",
            agency="select, insert, update (status, decided_by_id, decided_at, updated_at)",
            fks={
                "requested_by_id": "agencies_membership",
                "decided_by_id": "agencies_membership",
            },
        ),
        GuardTable(
            "protection_disposalstage",
            kind="agency",
            agency="select, insert",
            fks={
                "record_id": "protection_disposal",
                "by_id": "agencies_membership",
            },
        ),
        GuardTable(
            "protection_disposalitem",
            kind="agency",
            agency="select, insert, update (is_spared)",
            fks={
                "disposal_id": "protection_disposal",
                "evidence_id": "assessments_evidence",
            },
        ),
    ]
