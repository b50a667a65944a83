"""At most one unused invitation an address and agency; none for an active member."""

from django.db import migrations, models
from django.db.models.functions import Lower

from agencies.tenancy import SQL, RunAs

WITHDRAW_ALL_BUT_THE_NEWEST = """
SELECT set_config('app.migration', 'on', true);
UPDATE agencies_invitation old SET revoked_at = now()
WHERE old.accepted_at IS NULL AND old.revoked_at IS NULL AND EXISTS (
  SELECT FROM agencies_invitation new
  WHERE new.agency_id = old.agency_id AND lower(new.email) = lower(old.email)
    AND new.accepted_at IS NULL AND new.revoked_at IS NULL
    AND (new.created_at, new.id) > (old.created_at, old.id));
SELECT set_config('app.migration', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0003_removal_ends_tokens")]

    operations = [
        RunAs("app_owner", WITHDRAW_ALL_BUT_THE_NEWEST),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                models.F("agency"),
                Lower("email"),
                condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                name="invitation_one_unused_per_address",
            ),
        ),
        RunAs("app_policy", (SQL / "identity.sql").read_text()),
    ]
