"""A link says where to look in the evidence, and what it shows there; a submission pins it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0006_library")]

    operations = [
        migrations.AddField(
            model_name="evidencelink",
            name="place",
            field=models.CharField(
                blank=True, default="", help_text="Page or section to look at.", max_length=200
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="evidencelink",
            name="shows",
            field=models.TextField(blank=True, default="", help_text="What it shows there."),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="evidencelink",
            name="is_place_to_check",
            field=models.BooleanField(
                default=False, help_text="A newer version came after place and shows were said."
            ),
        ),
        migrations.AddField(
            model_name="submittedevidence",
            name="place",
            field=models.CharField(
                blank=True, default="", help_text="Page or section to look at.", max_length=200
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="submittedevidence",
            name="shows",
            field=models.TextField(blank=True, default="", help_text="What it shows there."),
            preserve_default=False,
        ),
    ]
