"""What is in the store already is counted. Apart from 0015: keys are made at a migration's end."""

from django.db import migrations

# The gate is opened on purpose: the owner counts the files of every agency once.
COUNT = """
SET LOCAL app.migration = 'on';
INSERT INTO assessments_storage (id, agency_id, used_bytes)
  SELECT gen_random_uuid(), agency_id, sum(size) FROM assessments_evidenceversion
  WHERE stored_as <> '' GROUP BY agency_id;
SET LOCAL app.migration = '';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0020_library_by_title"),
    ]

    operations = [
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
