"""What a partner offered and a round froze can be removed too."""

from pathlib import Path

from django.db import migrations, models

from agencies.tenancy import LetIn, RunAs

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("protection", "0007_disposal"),
    ]

    operations = [
        migrations.AlterField(
            model_name="redaction",
            name="part",
            field=models.CharField(
                choices=[
                    ("how", "How do you do this?"),
                    ("difference", "What difference does it make?"),
                    ("na_reason", "Why it does not apply"),
                    ("texts", "All texts of this answer"),
                    ("plan", "What the actions planned for this clause say"),
                    ("comments", "What the comments on this clause say"),
                    ("offered", "What a partner's answer said, as it was submitted"),
                    ("file", "The file or link of this version, with its name"),
                    ("details", "The title and all that is said about it"),
                    (
                        "evidence",
                        "The file or link of this version, the title and all that is said of it",
                    ),
                ],
                help_text="Which of it.",
                max_length=20,
            ),
        ),
        LetIn("assessments_submittedanswer", definer="update (offered_how, offered_difference)"),
        RunAs("app_policy", (SQL / "redact.sql").read_text()),
    ]
