"""In which order a piece of work takes its locks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def takes_its_turn_first() -> Iterator[None]:
    """Check that the lock of a pass over everybody comes before any row's: two that take both could wait for ever."""
    found: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "pg_advisory_xact_lock" in sql or "FOR UPDATE" in sql:
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield
    assert found
    assert "pg_advisory_xact_lock" in found[0], found[0]
