"""Comments have scopes of their own."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0013_partners"),
    ]

    operations = [
        migrations.AlterField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("standards:read", "Read the standards"),
                        ("assessments:read", "Read self-assessments and answers"),
                        ("assessments:write", "Change self-assessments and answers"),
                        ("assessments:sign", "Sign off, reopen, submit and withdraw"),
                        ("comments:read", "Read what colleagues say to each other about clauses"),
                        ("comments:write", "Write, resolve and withdraw comments"),
                        ("evidence:read", "Read and download evidence"),
                        ("evidence:write", "Add, change and attach evidence"),
                        ("search:read", "Search the standards, answers, comments and evidence"),
                        ("reports:read", "Read and download reports"),
                        ("reports:write", "Ask for reports"),
                        ("redactions:read", "Read the requests to remove personal data"),
                        ("redactions:write", "Ask for the removal of personal data"),
                        ("people:read", "Read who has access"),
                        ("people:write", "Invite, change and remove people"),
                        ("partners:read", "Read who is a partner and what is offered"),
                        ("partners:write", "Agree to and end partnerships, offer answers"),
                        ("audit:read", "Read the audit trail"),
                    ],
                    max_length=30,
                ),
                help_text="What it may be used for.",
                size=None,
            ),
        ),
    ]
