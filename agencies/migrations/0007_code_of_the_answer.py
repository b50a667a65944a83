"""An answer has a code; a status is what a workflow moves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0006_scheme_staff")]

    operations = [
        migrations.RenameField("answeredrequest", "status", "code"),
        migrations.AlterField(
            "answeredrequest",
            "code",
            models.PositiveSmallIntegerField(null=True, help_text="HTTP status of the answer."),
        ),
    ]
