"""Every table of an agency, found in the database's own catalogue, and its rows as JSON.

A table that a migration declares with GuardTable(kind="agency") is in the export from then on:
nobody has to remember it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

SECRET = re.compile(r"token_hash|password|secret|nonce|recovery|credential")
"""Columns that are keys to something: they are left out, and the manifest says so."""
AT_ONCE = 500


@dataclass(frozen=True)
class Table:
    """name: with its schema where that is not public."""

    name: str
    columns: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def file_name(self) -> str:
        return f"tables/{self.name}.json"


def agency_tables() -> list[Table]:
    """All tables whose rows belong to one agency, by name; not those of the scheme alone.

    That a worker may read every table that an agency's people may read, the lint asks.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.oid::regclass::text, array_agg(a.attname::text ORDER BY a.attnum)
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 AND a.attgenerated = ''  -- made of the others
               WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'audit')
                 AND obj_description(c.oid, 'pg_class') LIKE 'kind=agency%%'
                 AND has_table_privilege('r_worker', c.oid, 'SELECT')
               GROUP BY c.oid ORDER BY 1"""
        )
        return [_table(name, columns) for name, columns in cursor.fetchall()]


def rows_as_json(table: Table) -> Iterator[str]:
    """The acting agency's rows as the lines of one JSON list. The wall keeps all others out but
    what partners offer, which is theirs."""
    names = ", ".join(f'"{column}"' for column in table.columns)
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {names} FROM {table.name}"  # noqa: S608 - from the catalogue
            " WHERE agency_id = (SELECT ctx.agency_id()) ORDER BY 1"
        )
        separator = "["
        while rows := cursor.fetchmany(AT_ONCE):
            for row in rows:
                said = dict(zip(table.columns, row, strict=True))
                yield separator + json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False)
                separator = ",\n"
        yield "[]\n" if separator == "[" else "]\n"


def _table(name: str, columns: list[str]) -> Table:
    shown = tuple(column for column in columns if not SECRET.search(column))
    return Table(name, shown, tuple(column for column in columns if column not in shown))
