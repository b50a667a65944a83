"""The door to frozen rows knows what is said about evidence by its new name."""

from pathlib import Path

from django.db import migrations, models

from agencies.tenancy import RunAs

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("protection", "0002_guard"), ("assessments", "0006_library")]

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
        RunAs("app_policy", (SQL / "redact.sql").read_text()),
    ]
