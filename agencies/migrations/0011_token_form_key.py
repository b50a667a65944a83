"""A form that makes an API token makes one, however often it is sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0010_data_protection_officer"),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="form_key",
            field=models.UUIDField(
                editable=False,
                help_text="Made with the form it was made by: a form sent twice makes one.",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.UniqueConstraint(
                models.F("agency"),
                models.F("membership"),
                models.F("form_key"),
                name="apitoken_once_per_form",
            ),
        ),
    ]
