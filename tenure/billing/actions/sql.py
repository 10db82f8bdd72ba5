"""How the set-based actions of billing talk to PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

_BILLING_LOCK = 7_205_207


def rows(statement: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement that answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        answer: list[tuple[Any, ...]] = cursor.fetchall()
        return answer


def run(statement: str, arguments: Sequence[Any]) -> int:
    """Run a statement that changes rows; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return int(cursor.rowcount)


def lock_billing(workspace_id: int) -> None:
    """Let one transaction at a time change the billing of a workspace; taken before the lock on identities."""
    run("SELECT pg_advisory_xact_lock(%s, %s)", [_BILLING_LOCK, workspace_id])


def columns(entries: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """Turn rows into one array per column."""
    return [list(column) for column in zip(*entries, strict=True)] if entries else [[] for _ in range(width)]
