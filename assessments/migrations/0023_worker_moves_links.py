"""A newer version is meant once the worker knows that it is clean."""

from django.db import migrations

from agencies.tenancy import LetIn


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0022_wording"),
    ]

    operations = [
        LetIn("assessments_evidencelink", worker="update (version_id, is_place_to_check)"),
    ]
