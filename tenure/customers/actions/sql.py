"""How the set-based actions talk to PostgreSQL: moments as whole microseconds, rows as arrays."""

from collections.abc import Sequence
from types import NoneType
from typing import Any

import msgspec
from django.db import connection

_IDENTITY_LOCK = 7_205_202


def moment(expression: str) -> str:
    """Write the SQL that makes microseconds since 1970 a timestamptz, exactly."""
    return f"('epoch'::timestamptz + {expression} * interval '1 microsecond')"


def micros(expression: str) -> str:
    """Write the SQL that makes a timestamptz microseconds since 1970, exactly."""
    return f"(extract(epoch FROM {expression}) * 1000000)::bigint"


def rows(statement: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement that answers; arguments that are lists are arrays."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [array(each) if type(each) is list else each for each in arguments])
        answer: list[tuple[Any, ...]] = cursor.fetchall()
        return answer


def run(statement: str, arguments: Sequence[Any]) -> int:
    """Run a statement that changes rows; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [array(each) if type(each) is list else each for each in arguments])
        return int(cursor.rowcount)


def array(values: list[Any]) -> Any:
    """Write an array as PostgreSQL reads one, a tenth of the work of psycopg; the values' type must be cast or clear.

    Lists of anything but numbers, truth and text are left to psycopg.
    """
    kinds = set(map(type, values)) - {NoneType}
    if kinds == {int} or kinds == {bool}:
        return "{" + str(values)[1:-1].replace("None", "NULL") + "}"
    if kinds != {str} or None in values:
        return values if kinds != {str} else "{" + ",".join(map(_element, values)) + "}"
    joined = "\x00".join(values)
    if joined.count("\x00") != len(values) - 1:
        return values  # psycopg says what is wrong with it
    return '{"' + joined.replace("\\", "\\\\").replace('"', '\\"').replace("\x00", '","') + '"}'


def _element(value: str | None) -> str:
    return "NULL" if value is None else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def fresh_ids(count: int, *tables: str) -> list[tuple[int, ...]]:
    """Take `count` ids from the sequence of each table, before the rows are inserted."""
    if not count:
        return []
    taken = ", ".join(f"nextval(pg_get_serial_sequence('{table}', 'id'))" for table in tables)
    return rows(f"SELECT {taken} FROM generate_series(1, %s)", [count])  # noqa: S608


def lock_identities(workspace_id: int) -> None:
    """Let one transaction at a time decide who is who in a workspace."""
    run("SELECT pg_advisory_xact_lock(%s, %s)", [_IDENTITY_LOCK, workspace_id])


def decoded(document: str) -> Any:
    """Read a JSON document that was fetched as text."""
    return msgspec.json.decode(document)
