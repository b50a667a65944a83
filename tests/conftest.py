"""What every test stands on: a member, a colleague without the permission, a stranger.

The test login (app_test) owns the test database; each test then works as app_web, so that the
same walls stand as in production. `owner()` opens the gate for factories, `acting()` enters
a person's persona.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import hypothesis
import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client
from django.test.utils import CaptureQueriesContext
from xdist.scheduler import LoadScopeScheduling

from agencies.hats import SESSION_KEY
from agencies.models import Agency, AgencyKind, Membership
from agencies.permissions import Role
from agencies.tenancy import acting_for
from standards.models import Edition
from tests import factories
from tests.browsing import visitor
from tests.world import prove

# A busy machine is no failure: laws are checked without a deadline.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


class OneStackEach(LoadScopeScheduling):
    """Tests of one running service stay in one process: another would start its own."""

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.split("/")[1]
        return folder if folder in {"served", "faults"} else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneStackEach:
    return OneStackEach(config, log)


def _become_web(connection, **_kwargs) -> None:  # type: ignore[no-untyped-def]
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE app_web")


@pytest.fixture(autouse=True)
def _as_web(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests with a database work as the web login; also connections that threads open."""
    marked = request.node.get_closest_marker("django_db")
    if not marked and not {"db", "transactional_db", "live_server"} & set(request.fixturenames):
        yield
        return
    whole = (marked and marked.kwargs.get("transaction")) or {
        "transactional_db",
        "live_server",
    } & set(request.fixturenames)
    request.getfixturevalue("transactional_db" if whole else "db")
    _become_web(connection)
    connection_created.connect(_become_web)
    yield
    connection_created.disconnect(_become_web)
    if connection.connection is not None and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE app_owner")


@contextmanager
def owner(agency: Agency | None = None) -> Iterator[None]:
    """The owner with the gate open: for factories, and for looking behind the wall."""
    with acting_for(agency.pk if agency else None, realm="operator"):
        yield


@contextmanager
def acting(membership: Membership) -> Iterator[Membership]:
    """This person's persona, as in a request."""
    with acting_for(membership.agency_id, realm="agency", user_id=membership.user_id) as member:
        assert member is not None
        yield member


@pytest.fixture(name="owner")
def _owner() -> Callable[..., AbstractContextManager[None]]:
    return owner


@pytest.fixture(name="acting")
def _acting() -> Callable[[Membership], AbstractContextManager[Membership]]:
    return acting


@pytest.fixture
def agency(db: None) -> Agency:
    """A local authority."""
    with owner():
        return factories.make_agency(AgencyKind.LA)


@pytest.fixture
def other_agency(db: None) -> Agency:
    """The stranger's agency, of another kind."""
    with owner():
        return factories.make_agency(AgencyKind.RAA)


def _member(role: str) -> Callable[[Agency], Membership]:
    def make(agency: Agency) -> Membership:
        with owner():
            return factories.make_member(agency, role)

    return pytest.fixture(make, name=role)


lead = _member(Role.LEAD)
contributor = _member(Role.CONTRIBUTOR)
approver = _member(Role.APPROVER)
viewer = _member(Role.VIEWER)
dpo = _member(Role.DPO)


@pytest.fixture
def stranger(other_agency: Agency) -> Membership:
    """The lead of another agency."""
    with owner():
        return factories.make_member(other_agency, Role.LEAD)


@pytest.fixture
def scheme(db: None) -> Agency:
    """The Quality Mark scheme, which publishes the guidance."""
    with owner():
        return factories.make_agency(AgencyKind.SCHEME, "Quality Mark scheme")


@pytest.fixture
def scheme_admin(scheme: Agency) -> Membership:
    with owner():
        return factories.make_member(scheme, Role.SCHEME_ADMIN)


@pytest.fixture
def edition(db: None) -> Edition:
    """The real standards, loaded by the real loader."""
    with owner():
        return factories.load_edition()


@pytest.fixture
def client_for() -> Callable[[Membership], Client]:
    """A browser of this person, signed in a moment ago, wearing this hat."""

    def sign_in(membership: Membership) -> Client:
        client = visitor()
        client.force_login(membership.user)
        session = client.session
        session[SESSION_KEY] = str(membership.agency_id)
        prove(session, membership)
        session.save()
        return client

    return sign_in


def count_queries(call: Callable[[], object]) -> int:
    """Statements of a call, transaction control aside."""
    with CaptureQueriesContext(connection) as captured:
        call()
    control = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
    return sum(not query["sql"].startswith(control) for query in captured.captured_queries)


@pytest.fixture
def floor(
    client_for: Callable[[Membership], Client],
    lead: Membership,
    settings: object,
) -> int:
    """Statements of the emptiest signed-in page (F of the query budgets)."""
    settings.ROOT_URLCONF = "tests.urls"  # type: ignore[attr-defined]
    client = client_for(lead)
    client.get("/floor/")
    return count_queries(lambda: client.get("/floor/"))
