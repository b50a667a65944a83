"""What people are told of, and how they want to be told."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from agencies.tenancy import GuardTable


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0016_scopes_when_asked"),
        ("assessments", "0017_partners"),
        ("jobs", "0004_worker_asks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
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
                    "about",
                    models.CharField(
                        choices=[
                            ("mentioned", "You were told of a comment"),
                            ("replied", "Reply in a conversation you take part in"),
                            ("clause_assigned", "Clause assigned to you"),
                            ("clause_due", "Clause of yours is due soon"),
                            ("clause_overdue", "Clause of yours is overdue"),
                            ("action_assigned", "Action planned for you"),
                            ("action_due", "Action of yours is due soon"),
                            ("action_overdue", "Action of yours is overdue"),
                            ("signed", "Signed off: it can be submitted"),
                            ("reopened", "Reopened: its sign-off no longer counts"),
                        ],
                        help_text="What happened.",
                        max_length=20,
                    ),
                ),
                (
                    "occasion",
                    models.CharField(
                        help_text="Which time it happened: nobody is told of one twice.",
                        max_length=100,
                    ),
                ),
                (
                    "day",
                    models.DateField(
                        help_text="The last day that comes near or has passed.", null=True
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, help_text="When.")),
                (
                    "seen_at",
                    models.DateTimeField(help_text="When the person marked it as seen.", null=True),
                ),
                (
                    "mailed_at",
                    models.DateTimeField(help_text="When that mail went out.", null=True),
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
                        help_text="The clause that is the person's.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessments.answer",
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Assessment it is about.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who did it; empty: the service itself.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="The comment.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessments.comment",
                    ),
                ),
                (
                    "improvement",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="The action that is the person's.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessments.improvement",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="The mail it goes into: one alone.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jobs.job",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who is told.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("member"),
                        models.F("about"),
                        models.F("occasion"),
                        name="notice_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "about__in",
                                [
                                    "mentioned",
                                    "replied",
                                    "clause_assigned",
                                    "clause_due",
                                    "clause_overdue",
                                    "action_assigned",
                                    "action_due",
                                    "action_overdue",
                                    "signed",
                                    "reopened",
                                ],
                            )
                        ),
                        name="notice_about_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeSetting",
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
                    "pace",
                    models.CharField(
                        choices=[
                            ("daily", "One email a day, if anything is new"),
                            ("at_once", "An email each time"),
                            ("off", "No email"),
                        ],
                        default="daily",
                        help_text="How often they get a mail.",
                        max_length=10,
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
                    "member",
                    models.OneToOneField(
                        db_constraint=False,
                        help_text="Whose setting it is.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pace__in", ["daily", "at_once", "off"])),
                        name="noticesetting_pace_known",
                    )
                ],
            },
        ),
        GuardTable(
            "assessments_notice",
            kind="agency",
            agency="select, insert, update, delete",
            worker="select, insert, update, delete",
            fks={
                "member_id": "agencies_membership",
                "assessment_id": "assessments_assessment",
                "answer_id": "assessments_answer",
                "improvement_id": "assessments_improvement",
                "comment_id": "assessments_comment",
                "by_id": "agencies_membership",
                "job_id": "jobs_job",
            },
        ),
        GuardTable(
            "assessments_noticesetting",
            kind="agency",
            agency="select, insert, update",
            fks={"member_id": "agencies_membership"},
        ),
    ]
