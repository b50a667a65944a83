"""B4: what somebody could do who can run any SQL as the web login. No row of another agency."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from agencies.permissions import Role
from agencies.tenancy import sign
from tests.served.conftest import LONG
from tests.served.stack import Stack

Session = psycopg.Connection[Any]
FORGED = "{user}|{theirs}|agency|{now}|{pid}|" + "0" * 64

BARE_LOGIN = "bare login"
PERSONAS = [BARE_LOGIN, *(Role if LONG else (Role.LEAD,))]
# What is tried: as the bare login, or inside the persona of somebody of the other agency.
# {theirs}: the agency that must stay hidden; {table}: one of its tables.
STATEMENTS = {
    "read": "SELECT * FROM assessments_answer",
    "read by id": "SELECT * FROM assessments_assessment WHERE agency_id = '{theirs}'",
    "read by or": "SELECT * FROM assessments_evidence WHERE true OR agency_id = '{theirs}'",
    "read events": "SELECT * FROM audit.event WHERE agency_id = '{theirs}'",
    "read heads": "SELECT * FROM audit.head",
    "read invitations": "SELECT * FROM agencies_invitation",
    "read tokens": "SELECT * FROM agencies_apitoken",
    "read frozen rows": "SELECT * FROM assessments_submittedanswer",
    "read jobs": "SELECT * FROM jobs_job UNION ALL SELECT * FROM ONLY jobs_job",
    "read the key": "SELECT * FROM ctx.secret",
    "count through an aggregate": "SELECT string_agg(how, ',') FROM assessments_answer",
    "error oracle": "SELECT CAST(how AS int) FROM assessments_answer WHERE how LIKE '%{word}%'",
    "leaky operator": (
        "CREATE FUNCTION pg_temp.leak(text) RETURNS bool LANGUAGE plpgsql COST 0.0001 AS "
        "$$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$; "
        "SELECT * FROM assessments_answer WHERE pg_temp.leak(how)"
    ),
    "set role owner": "SET ROLE app_owner; SET app.migration = 'on'; TABLE assessments_answer",
    "set role policy": "SET ROLE app_policy; TABLE assessments_answer",
    "set role audit": "SET ROLE app_audit; TABLE audit.event",
    "set role worker": "SET ROLE r_worker; TABLE assessments_answer",
    "set role assessor": "SET ROLE r_assessor; TABLE assessments_answer",
    "set role staff": "SET ROLE r_staff; TABLE assessments_answer",
    "set role identity": "SET ROLE app_identity; TABLE assessments_answer",
    "reset role": "RESET ROLE; TABLE assessments_answer",
    "session authorisation": "SET SESSION AUTHORIZATION app_backup; TABLE assessments_answer",
    "row security off": "SET row_security = off; SELECT * FROM assessments_answer",
    "open the gate": "SET app.migration = 'on'; SELECT * FROM assessments_answer",
    "forged context": (
        "SELECT set_config('app.ctx', '{forged}', false), set_config('role', 'r_agency', false); "
        "SELECT * FROM assessments_answer"
    ),
    "changed context": (
        "SELECT set_config('app.ctx', replace(current_setting('app.ctx', true), '{ours}', "
        "'{theirs}'), false); SELECT * FROM assessments_answer"
    ),
    "worker's context": (
        "SELECT set_config('app.ctx', replace(current_setting('app.ctx', true), 'agency', "
        "'worker'), false); SELECT * FROM ctx.due_jobs()"
    ),
    "sweeper's ids": "SELECT * FROM ctx.due_jobs()",
    "all agencies' ids": "SELECT * FROM ctx.agency_ids()",
    "break a helper": (
        "CREATE OR REPLACE FUNCTION ctx.agency_id() RETURNS uuid LANGUAGE sql AS "
        "$$ SELECT '{theirs}'::uuid $$; SELECT * FROM assessments_answer"
    ),
    "shadow a helper": (
        "CREATE SCHEMA evil; SET search_path = evil, public; SELECT * FROM assessments_answer"
    ),
    "shadow a table": (
        "SET search_path = pg_temp, public; CREATE TEMP TABLE agencies_membership "
        "(user_id uuid, agency_id uuid, is_active bool); SELECT * FROM assessments_answer"
    ),
    "a view": "CREATE VIEW public.v AS TABLE assessments_answer; SELECT * FROM public.v",
    "a definer function": (
        "CREATE FUNCTION public.f() RETURNS SETOF assessments_answer LANGUAGE sql "
        "SECURITY DEFINER AS 'TABLE assessments_answer'; SELECT * FROM public.f()"
    ),
    "a policy": "CREATE POLICY p ON assessments_answer USING (true); TABLE assessments_answer",
    "drop the wall": "ALTER TABLE assessments_answer DISABLE ROW LEVEL SECURITY",
    "grant oneself": "GRANT app_owner TO app_web; SET ROLE app_owner; TABLE assessments_answer",
    "become superuser": "ALTER ROLE app_web SUPERUSER",
    "copy out": "COPY assessments_answer TO STDOUT",
    "copy to a program": "COPY assessments_answer TO PROGRAM 'cat'",
    "copy a file in": "CREATE TEMP TABLE t (l text); COPY t FROM '/etc/passwd'; TABLE t",
    "read a file": "SELECT pg_read_file('postgresql.conf')",
    "list files": "SELECT * FROM pg_ls_dir('.')",
    "import a file": "SELECT lo_import('/etc/passwd')",
    "dblink": "CREATE EXTENSION dblink; SELECT dblink_connect('dbname=postgres')",
    "foreign server": "CREATE EXTENSION postgres_fdw",
    "untrusted language": "CREATE EXTENSION plpython3u",
    "statistics": "SELECT * FROM pg_stats WHERE tablename LIKE 'assessments%'",
    "raw statistics": "SELECT * FROM pg_statistic",
    "other sessions": "SELECT query FROM pg_stat_activity WHERE query LIKE '%{word}%'",
    "update theirs": "UPDATE assessments_answer SET how = 'mine' WHERE agency_id = '{theirs}'",
    "delete theirs": "DELETE FROM assessments_answer WHERE agency_id = '{theirs}'",
    "returning": "DELETE FROM assessments_evidencelink RETURNING *",
    "take over": "UPDATE assessments_answer SET agency_id = '{ours}' WHERE id = '{answer}'",
    "give away": "UPDATE assessments_answer SET agency_id = '{theirs}'",
    "point at theirs": (
        "INSERT INTO assessments_evidencelink (id, agency_id, answer_id, version_id, by_id, at) "
        "SELECT gen_random_uuid(), '{ours}', '{answer}', '{version}', '{member}', now()"
    ),
    "unique as an oracle": (
        "INSERT INTO assessments_answer SELECT '{answer}', '{ours}' FROM assessments_answer LIMIT 1"
    ),
    "truncate": "TRUNCATE assessments_answer CASCADE",
    "write the trail": "INSERT INTO audit.event SELECT * FROM audit.event",
    "write the chain's head": "UPDATE audit.head SET seq = 0",
    "append for others": (
        "SELECT audit.append('{theirs}', NULL, 'agency', 'x', 'x', NULL, '{{}}'::jsonb)"
    ),
    "lock theirs": "SELECT * FROM assessments_answer WHERE agency_id = '{theirs}' FOR UPDATE",
    "trigger": (
        "CREATE FUNCTION pg_temp.t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END "
        "$$; CREATE TRIGGER t BEFORE UPDATE ON assessments_answer EXECUTE FUNCTION pg_temp.t()"
    ),
}


@contextmanager
def _session(stack: Stack) -> Iterator[tuple[Session, list[str]]]:
    with stack.connect("web") as session:
        heard: list[str] = []
        session.add_notice_handler(lambda notice: heard.append(notice.message_primary or ""))
        yield session, heard


def _become(session: Session, people: dict[str, Any], role: str = "lead") -> None:
    """The persona of somebody of the agency, as the middleware enters it."""
    person = people[role]
    context = sign(
        uuid.UUID(person["user"]), uuid.UUID(people["agency"]), "agency", session.info.backend_pid
    )
    session.execute(
        "SELECT set_config('app.ctx', %s, true), set_config('role', 'r_agency', true)", [context]
    )


def _attempt(session: Session, statement: str) -> str:
    """All that the statements gave back, or why they were refused."""
    cursor = session.cursor()
    try:
        if statement.startswith("COPY"):
            with cursor.copy(statement.encode()) as copied:
                return repr([bytes(block) for block in copied])
        cursor.execute(statement.encode())
    except psycopg.Error as refusal:
        return str(refusal)
    seen: list[Any] = []
    while True:
        if cursor.description:
            seen += cursor.fetchall()
        if not cursor.nextset():
            return repr(seen)


def _fill(statement: str, session: Session, ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    forged = FORGED.format(
        user=ours["lead"]["user"],
        theirs=theirs["agency"],
        now=session.execute("SELECT extract(epoch FROM now())::bigint").fetchone()[0],
        pid=session.info.backend_pid,
    )
    return statement.format(
        ours=ours["agency"],
        theirs=theirs["agency"],
        word=theirs["ids"]["word"],
        answer=theirs["ids"]["answer"],
        version=theirs["ids"]["version"],
        member=ours["lead"]["id"],
        forged=forged,
    )


def _secrets(theirs: dict[str, Any]) -> list[str]:
    """What only the other agency's rows hold. The agency's id was in our own question."""
    own = ("assessment", "evidence", "link", "submission", "invitation", "report")
    return [theirs["ids"]["word"], *(theirs["ids"][name] for name in own)]


@pytest.fixture(scope="module")
def rows_of_larkspur(stack: Stack) -> str:
    return _stored(stack)


def _stored(stack: Stack) -> str:
    """A hash of every row of the agency that is attacked, read by the owner."""
    theirs = stack.people["RAA"]["agency"]
    with stack.owner() as session:
        tables = session.execute(
            """SELECT c.oid::regclass::text
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
               WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
                 AND a.attname = 'agency_id' ORDER BY 1"""
        ).fetchall()
        hashes = [
            session.execute(
                f"SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t.id)) FROM {table} t "
                "WHERE agency_id = %s",
                [theirs],
            ).fetchone()
            for (table,) in tables
        ]
    assert len(tables) >= 15
    return repr(hashes)


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_gets_no_row_of_another_agency(
    stack: Stack, rows_of_larkspur: str, name: str, persona: str
) -> None:
    ours, theirs = stack.people["LA"], stack.people["RAA"]
    with _session(stack) as (session, heard):
        statement = _fill(STATEMENTS[name], session, ours, theirs)
        with session.transaction():
            if persona != BARE_LOGIN:
                _become(session, ours, persona)
            answer = _in_savepoint(session, statement)
    said = answer.replace(statement, "") + " ".join(heard)
    leaked = [secret for secret in _secrets(theirs) if secret in said]
    # A refusal may repeat what was asked; nothing else of theirs may stand in it.
    asked = [secret for secret in leaked if secret in statement]
    assert [secret for secret in leaked if secret not in asked] == [], said[:500]
    assert _stored(stack) == rows_of_larkspur


def _in_savepoint(session: Session, statement: str) -> str:
    """What is refused is undone; what is not refused stays, and would be committed."""
    session.execute("SAVEPOINT before")
    answer = _attempt(session, statement)
    if session.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
        session.execute("ROLLBACK TO SAVEPOINT before")
    return answer


def test_own_rows_are_seen_so_that_the_probe_can_fail(stack: Stack) -> None:
    people = stack.people["RAA"]
    with _session(stack) as (session, _heard), session.transaction():
        _become(session, people)
        answer = _attempt(session, "SELECT * FROM assessments_answer")
    assert people["ids"]["word"] in answer


def test_prepared_statement_does_not_keep_the_persona_it_was_made_in(stack: Stack) -> None:
    ours, theirs = stack.people["LA"], stack.people["RAA"]
    with _session(stack) as (session, _heard):
        with session.transaction():
            _become(session, theirs)
            session.execute("PREPARE look AS SELECT how FROM assessments_answer WHERE how <> ''")
            assert theirs["ids"]["word"] in repr(session.execute("EXECUTE look").fetchall())
        with session.transaction():
            _become(session, ours)
            seen = repr(session.execute("EXECUTE look").fetchall())
            assert ours["ids"]["word"] in seen
            assert theirs["ids"]["word"] not in seen
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("EXECUTE look")


def test_cursor_left_open_shows_nothing_after_the_transaction(stack: Stack) -> None:
    theirs = stack.people["RAA"]
    with _session(stack) as (session, _heard):
        with session.transaction():
            _become(session, theirs)
            session.execute("DECLARE c NO SCROLL CURSOR FOR SELECT how FROM assessments_answer")
        with pytest.raises(psycopg.errors.InvalidCursorName):
            session.execute("FETCH ALL FROM c")


def test_context_is_of_no_use_on_another_connection(stack: Stack) -> None:
    theirs = stack.people["RAA"]
    with _session(stack) as (first, _), _session(stack) as (second, _):
        with first.transaction():
            _become(first, theirs)
            stolen = first.execute("SELECT current_setting('app.ctx')").fetchone()[0]
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="another connection"):
            with second.transaction():
                second.execute(
                    "SELECT set_config('app.ctx', %s, true), set_config('role', 'r_agency', true)",
                    [stolen],
                )
                second.execute("SELECT count(*) FROM assessments_answer")


def test_persona_reads_no_sign_in(stack: Stack) -> None:
    with _session(stack) as (session, _heard), session.transaction(force_rollback=True):
        _become(session, stack.people["LA"])
        for table in ("agencies_user", "django_session", "account_emailaddress"):
            assert "permission denied" in _in_savepoint(session, f"TABLE {table}")
