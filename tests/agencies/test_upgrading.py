"""A migration that ties a guarded table to another one finds rows there already."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from agencies.models import ApiToken, Membership
from agencies.tenancy import LetIn
from tests.agencies.bearers import make, stored
from tests.conftest import owner

pytestmark = pytest.mark.django_db
TABLE, COLUMN = "agencies_apitoken", "membership_id"


@pytest.fixture
def token(lead: Membership) -> ApiToken:
    return stored(make(lead))


def loosen() -> None:
    """As before such a migration."""
    with owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT {TABLE}_{COLUMN}_same_agency")


def tie() -> None:
    """As `migrate` does it: as the owner, with the gate closed."""
    connection.cursor().execute("SET ROLE app_owner")
    with connection.schema_editor(atomic=False) as editor:
        LetIn(TABLE, fks={COLUMN: "agencies_membership"}).database_forwards("", editor, None, None)


def test_rows_that_are_there_are_no_hindrance(token):
    loosen()
    tie()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT convalidated FROM pg_constraint WHERE conname = %s",
            [f"{TABLE}_{COLUMN}_same_agency"],
        )
        assert cursor.fetchone() == (True,)


def test_a_row_that_points_into_another_agency_is_seen(token, stranger: Membership):
    loosen()
    with owner():
        ApiToken.objects.filter(pk=token.pk).update(membership=stranger)
    with pytest.raises(IntegrityError, match="same_agency"), transaction.atomic():
        tie()
