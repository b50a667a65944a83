"""Answers offered to partners, what is accepted of them, and how a round freezes it."""

import uuid
from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from agencies.tenancy import GuardTable, LetIn, RunAs

SQL = Path(__file__).parent.parent / "sql"
MEMBERSHIP = "agencies_membership"
SEEN = """
CREATE POLICY offered_to_agency ON assessments_offer FOR SELECT TO r_agency
  USING (id = ANY ((SELECT ctx.visible_offers())::uuid[]));
CREATE POLICY offered_to_worker ON assessments_offer FOR SELECT TO r_worker
  USING (id = ANY ((SELECT ctx.visible_offers())::uuid[]));
CREATE POLICY offered_to_agency ON assessments_offeredanswer FOR SELECT TO r_agency
  USING (offer_id = ANY ((SELECT ctx.visible_offers())::uuid[]));
CREATE POLICY offered_to_worker ON assessments_offeredanswer FOR SELECT TO r_worker
  USING (offer_id = ANY ((SELECT ctx.visible_offers())::uuid[]));
"""
KEPT = """
CREATE POLICY of_practice ON assessments_acceptance AS RESTRICTIVE FOR DELETE TO r_agency
  USING (EXISTS (SELECT FROM assessments_answer w
    JOIN assessments_assessment a ON a.id = w.assessment_id
    WHERE w.id = answer_id AND a.is_practice));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0013_partners"),
        ("assessments", "0016_keeping"),
        ("standards", "0002_publishing"),
    ]

    operations = [
        migrations.AddField(
            model_name="submittedanswer",
            name="answered_by",
            field=models.CharField(
                blank=True,
                help_text="Partner whose answer was accepted; empty: none.",
                max_length=120,
            ),
        ),
        migrations.AddField(
            model_name="submittedanswer",
            name="answered_version",
            field=models.PositiveIntegerField(
                help_text="Version of the partner's offer.", null=True
            ),
        ),
        migrations.AddField(
            model_name="submittedanswer",
            name="offered_difference",
            field=models.TextField(blank=True, help_text="As OfferedAnswer.difference."),
        ),
        migrations.AddField(
            model_name="submittedanswer",
            name="offered_how",
            field=models.TextField(blank=True, help_text="As OfferedAnswer.how."),
        ),
        migrations.CreateModel(
            name="Offer",
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
                ("number", models.PositiveIntegerField(help_text="Version, from 1.")),
                (
                    "published_at",
                    models.DateTimeField(default=django.utils.timezone.now, help_text="When."),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="The partner sees nothing of it from then on.",
                        null=True,
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
                    "assessment",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Whose answers were copied; the partner cannot open it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        help_text="Whose clauses are answered.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.edition",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        help_text="To whom.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who published it; the partner does not see whom it leads to.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who withdrew it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
            options={
                "ordering": ("-published_at",),
            },
        ),
        migrations.CreateModel(
            name="OfferedAnswer",
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
                    "how",
                    models.TextField(blank=True, help_text="As Answer.how when it was published."),
                ),
                (
                    "difference",
                    models.TextField(
                        blank=True, help_text="As Answer.difference when it was published."
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
                    "clause",
                    models.ForeignKey(
                        help_text="Clause it answers.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.clause",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Its offer.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="assessments.offer",
                    ),
                ),
            ],
            options={
                "ordering": ("clause__position",),
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
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
                    "offered",
                    models.UUIDField(
                        db_index=True,
                        help_text="Which OfferedAnswer; no key, since it is another agency's row and may be gone from sight.",
                    ),
                ),
                ("number", models.PositiveIntegerField(help_text="Version of the offer.")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, help_text="When.")),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Replaced by another version, or by an own answer.",
                        null=True,
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
                    "answer",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="The own answer that it stands beside.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acceptances",
                        to="assessments.answer",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who accepted it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who ended it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        help_text="Whose it is.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "ordering": ("-at",),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("agency"), models.F("id"), name="acceptance_agency_id"
                    ),
                    models.UniqueConstraint(
                        models.F("answer"),
                        condition=models.Q(("ended_at", None)),
                        name="acceptance_one_standing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="acceptance_ended_by_somebody",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                models.F("agency"), models.F("id"), name="offer_agency_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                models.F("agency"),
                models.F("partner"),
                models.F("edition"),
                models.F("number"),
                name="offer_once_per_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="offer_withdrawn_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="offeredanswer",
            constraint=models.UniqueConstraint(
                models.F("agency"), models.F("id"), name="offeredanswer_agency_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="offeredanswer",
            constraint=models.UniqueConstraint(
                models.F("offer"), models.F("clause"), name="offeredanswer_once_per_clause"
            ),
        ),
        GuardTable(
            "assessments_offer",
            kind="agency",
            agency="select, insert, update (withdrawn_by_id, withdrawn_at)",
            definer="select",
            fks={
                "assessment_id": "assessments_assessment",
                "published_by_id": MEMBERSHIP,
                "withdrawn_by_id": MEMBERSHIP,
            },
        ),
        GuardTable(
            "assessments_offeredanswer",
            kind="agency",
            agency="select, insert, update (how, difference)",
            definer="select",
            fks={"offer_id": "assessments_offer"},
        ),
        GuardTable(
            "assessments_acceptance",
            kind="agency",
            agency="select, insert, update (ended_by_id, ended_at), delete",
            definer="select",
            fks={
                "answer_id": "assessments_answer",
                "by_id": MEMBERSHIP,
                "ended_by_id": MEMBERSHIP,
            },
        ),
        LetIn("assessments_assessment", definer="select"),
        # The demo is played by the operator.
        RunAs(
            "app_audit",
            "GRANT EXECUTE ON FUNCTION audit.record_with(uuid[], text, text, uuid, jsonb) TO app_owner",
        ),
        RunAs("app_policy", (SQL / "partners.sql").read_text()),
        RunAs("app_owner", SEEN),
        RunAs("app_owner", KEPT),
    ]
