"""What is true of a database: what a backup writes down and a restore compares."""

from dataclasses import asdict, dataclass
from typing import Any

import psycopg
from psycopg import sql

from dev.places import ROOT

Session = psycopg.Connection[Any]
LINT = ROOT / "agencies" / "sql" / "lint.sql"
# Without it everybody signs in again: no session that was ended comes back by a restore.
LEFT_OUT = "public.django_session"
# The signing key is the cluster's own: agencies/sql/bootstrap.sql brings it.
KEY_TABLE = "ctx.secret"


@dataclass(frozen=True)
class Facts:
    """rows: by table; migrations: `app.name`; audit_heads: by agency, `seq hash`; faults: of the
    wall and of the audit trail; named_files: sha256 by the file's name, as the rows say."""

    rows: dict[str, int]
    migrations: list[str]
    audit_heads: dict[str, str]
    faults: list[str]
    named_files: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def differences(self, now: "Facts") -> list[str]:
        """One sentence for each thing that is not as it was."""
        said = []
        for what, then, here in (
            ("rows of", self.rows, now.rows),
            ("audit head of", self.audit_heads, now.audit_heads),
            ("sha256 of file", self.named_files, now.named_files),
        ):
            said += [
                f"{what} {name}: {here.get(name, 'nothing')} instead of {then.get(name, 'nothing')}"
                for name in sorted(then.keys() | here.keys())
                if then.get(name) != here.get(name)
            ]
        if self.migrations != now.migrations:
            said.append("the migrations differ")
        return said + [fault for fault in now.faults if fault not in self.faults]


def read(session: Session) -> Facts:
    """All of it in the session's transaction; by a login that no policy hides rows from."""
    counted = tables(session)
    return Facts(
        rows={name: _count(session, name) for name in counted if name != LEFT_OUT},
        migrations=_column(
            session, "SELECT app || '.' || name FROM public.django_migrations ORDER BY 1"
        ),
        audit_heads=dict(
            session.execute("SELECT agency_id::text, seq || ' ' || hash FROM audit.head").fetchall()
        ),
        faults=_faults(session),
        named_files=_named_files(session),
    )


def tables(session: Session) -> list[str]:
    """The service's tables; none in a database that was only bootstrapped."""
    found = _column(
        session,
        """SELECT n.nspname || '.' || c.relname FROM pg_class c
           JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'audit', 'ctx') ORDER BY 1""",
    )
    return [name for name in found if name != KEY_TABLE]


def _count(session: Session, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table.split(".")))
    ((counted,),) = session.execute(query).fetchall()
    return int(counted)


def _faults(session: Session) -> list[str]:
    wall = session.execute(LINT.read_bytes()).fetchall()
    trail = session.execute("SELECT agency_id, seq, problem FROM audit.broken()").fetchall()
    return [f"{what}: {fault}" for what, fault in wall] + [
        f"audit trail of {agency} at event {seq}: {problem}" for agency, seq, problem in trail
    ]


def _named_files(session: Session) -> dict[str, str]:
    """Every table that names a file in a store has both columns; the names are random."""
    naming = _column(
        session,
        """SELECT table_schema || '.' || table_name FROM information_schema.columns
           WHERE table_schema = 'public' AND column_name IN ('stored_as', 'sha256')
           GROUP BY 1 HAVING count(*) = 2 ORDER BY 1""",
    )
    named: dict[str, str] = {}
    for table in naming:
        query = sql.SQL("SELECT stored_as, sha256 FROM {} WHERE stored_as <> ''")
        named |= session.execute(query.format(sql.Identifier(*table.split(".")))).fetchall()
    return named


def _column(session: Session, query: str) -> list[str]:
    return [row[0] for row in session.execute(query.encode()).fetchall()]
