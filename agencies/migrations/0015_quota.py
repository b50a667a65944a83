"""What the files of one agency may take up, where it is not what holds for all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0014_comment_scopes"),
    ]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="quota_megabytes",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="What its files may take up; empty: what holds for all (AGENCY_QUOTA_MB).",
                null=True,
            ),
        ),
    ]
