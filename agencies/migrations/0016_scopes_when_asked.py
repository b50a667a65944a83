"""The scopes are asked for when they are needed: a new one needs no migration."""

import django.contrib.postgres.fields
from django.db import migrations, models

import agencies.scopes


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0015_quota"),
    ]

    operations = [
        migrations.AlterField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=agencies.scopes.choices, max_length=30),
                help_text="What it may be used for.",
                size=None,
            ),
        ),
    ]
