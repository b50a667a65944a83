"""What is said in comments can be removed too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("protection", "0005_plan"),
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
    ]
