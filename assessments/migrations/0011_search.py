"""Answers, evidence and where to look in it are found by their words."""

import django.contrib.postgres.fields
import django.contrib.postgres.search
import django.db.models.functions.comparison
from django.db import migrations, models

from agencies.tenancy import RunAs

JOINED = """
CREATE FUNCTION assessments_joined(parts text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN array_to_string(parts, ' ');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0010_improvement"),
    ]

    operations = [
        RunAs("app_owner", JOINED),
        migrations.AddField(
            model_name="answer",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.SearchVector(
                    "how", "difference", "na_reason", config="english"
                ),
                help_text="Words of its texts, for the search; made by the database.",
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.SearchVector(
                    "title",
                    "description",
                    models.Func(
                        django.db.models.functions.comparison.Cast(
                            "tags",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), size=None
                            ),
                        ),
                        function="assessments_joined",
                        output_field=models.TextField(),
                    ),
                    config="english",
                ),
                help_text="Words of its texts, for the search; made by the database.",
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddField(
            model_name="evidencelink",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.SearchVector(
                    "place", "shows", config="english"
                ),
                help_text="Words of its texts, for the search; made by the database.",
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
    ]
