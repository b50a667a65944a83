"""Second factors and the list of sessions are in the identity plane; one field ends all sessions."""

from django.db import migrations, models

from agencies.tenancy import GuardTable


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0007_code_of_the_answer"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="sign_in_epoch",
            field=models.PositiveIntegerField(
                default=0,
                db_default=0,
                help_text="Counted up to end every session of the person at once.",
            ),
        ),
        # Accepting an invitation inserts by SQL, which does not know this column.
        migrations.AlterField(
            model_name="membership",
            name="is_machine",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="A program's account: no sign-in, only API tokens.",
            ),
        ),
        GuardTable("mfa_authenticator", kind="identity"),
        GuardTable("usersessions_usersession", kind="identity"),
        GuardTable("socialaccount_socialaccount", kind="identity"),
        GuardTable("socialaccount_socialapp", kind="identity"),
        GuardTable("socialaccount_socialtoken", kind="identity"),
    ]
