"""Passes over accounts that have one thing at a time: over everybody now and then, and soon over those heard of.

An account of which something is heard waits as a row, as often as it is heard of. Rows are only added and claimed, so
that whoever hears of an account never waits for whoever looks at it. The table of the rules in force, one row a
workspace, has the columns followed_at and rests_until: no rules, and nobody waits.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection

from tenure.kernel import tenancy
from tenure.kernel.in_force import Kept, take_turn

EVERY = timedelta(minutes=1)
SHARE = 20
"""A pass over everybody rests this many times as long as it took, so that it takes 5 % of a worker at most."""
TOUCHED_AT_ONCE = 20_000
"""So many rows of those that wait are claimed at once."""


def touch(kept: Kept, account_ids: Iterable[int]) -> None:
    """Have these accounts looked at again soon; costs nothing where there are no rules yet."""
    wanted = sorted({int(i) for i in account_ids if i})
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {kept.touched} (workspace_id, account_id) SELECT r.workspace_id, heard.id"  # noqa: S608
            f" FROM {kept.rules} r CROSS JOIN unnest(%s::bigint[]) AS heard (id) WHERE r.workspace_id = %s",
            [wanted, tenancy.current_workspace_id()],
        )


def workspaces_waiting(kept: Kept) -> Sequence[int]:
    """Return the workspaces in which accounts wait to be looked at; needs no scope."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT workspace_id FROM {kept.touched} ORDER BY workspace_id")  # noqa: S608
        return [workspace_id for (workspace_id,) in cursor.fetchall()]


def look_at_everybody(kept: Kept, look: Callable[[frozenset[int]], int | None], *, now: datetime) -> int:
    """Look at every account unless the pass still rests; nobody waits then. Returns how many got something else.

    `look` is told who waited, and says how many got something else, or None where it could not tell.
    """
    take_turn(kept)
    found = _followed(kept)
    if found is None or is_resting(found[1], now):
        return 0
    began = time.monotonic()
    moved = look(frozenset(_claimed(kept)))
    _note(kept, None if moved is None else now, rests_until=now + rest_since(began))
    return moved or 0


def look_at_touched(kept: Kept, look: Callable[[Sequence[int]], int | None]) -> int:
    """Look at the accounts that wait, once everybody has been looked at; returns how many were."""
    take_turn(kept)
    found = _followed(kept)
    if found is None or found[0] is None:
        return 0
    ids = sorted(set(_claimed(kept, TOUCHED_AT_ONCE)))
    if ids:
        look(ids)
    return len(ids)


def look_at_some(kept: Kept, look: Callable[[], int | None]) -> int:
    """Look at some accounts at once, if everybody has been looked at; returns how many got something else."""
    take_turn(kept)
    found = _followed(kept)
    return (look() or 0) if found is not None and found[0] is not None else 0


def look_by_new_rules(kept: Kept, look: Callable[[], int | None], *, now: datetime) -> int:
    """Look at every account because the rules are others; the next pass need not rest."""
    take_turn(kept)
    moved = look()
    _note(kept, None if moved is None else now, rests_until=None)
    return moved or 0


def is_resting(rests_until: datetime | None, now: datetime) -> bool:
    """Tell whether a pass over everybody still rests; not after a clock was set back by more than a day."""
    return rests_until is not None and now < rests_until <= now + timedelta(days=1)


def rest_since(began: float) -> timedelta:
    """Say for how long a pass rests that began at a moment of the monotonic clock."""
    return max(EVERY, timedelta(seconds=SHARE * (time.monotonic() - began)))


def _followed(kept: Kept) -> tuple[datetime | None, datetime | None] | None:
    """Return when everybody was looked at last and until when that rests; None without rules."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT followed_at, rests_until FROM {kept.rules} WHERE workspace_id = %s",  # noqa: S608
            [tenancy.current_workspace_id()],
        )
        found: tuple[datetime | None, datetime | None] | None = cursor.fetchone()
    return found


def _note(kept: Kept, followed_at: datetime | None, *, rests_until: datetime | None) -> None:
    """Keep when everybody was looked at; a pass that could not tell leaves what was kept before."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {kept.rules} SET followed_at = coalesce(%s, followed_at), rests_until = %s"  # noqa: S608
            " WHERE workspace_id = %s",
            [followed_at, rests_until, tenancy.current_workspace_id()],
        )


def _claimed(kept: Kept, most: int | None = None) -> Sequence[int]:
    """Let those wait no longer that waited longest; returns them, some perhaps more than once."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {kept.touched} WHERE id IN ("  # noqa: S608
            f" SELECT id FROM {kept.touched} WHERE workspace_id = %s ORDER BY id LIMIT %s) RETURNING account_id",
            [tenancy.current_workspace_id(), most],
        )
        return [account_id for (account_id,) in cursor.fetchall()]
