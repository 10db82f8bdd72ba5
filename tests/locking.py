"""In which order a piece of work takes its locks, and who waits for them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from tenure.kernel import tenancy


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


def in_a_thread(workspace_id: int, do: Callable[[], object]) -> list[Exception]:
    """Do something on another connection that waits for no lock longer than a moment; returns what went wrong."""
    wrong: list[Exception] = []

    def run() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '3s'")
            with tenancy.scope(workspace_id):
                do()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return wrong
