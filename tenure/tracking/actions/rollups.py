"""Counting use anew for the days something happened on; the same again gives the same."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
import structlog

from tenure.customers.types import Reattributed, ReattributionKind
from tenure.lake import engine, tables
from tenure.lake.tables import LakeTable
from tenure.tracking.models import RollupProgress
from tenure.tracking.queries.attribution import NAMED_TOUCHED, attribution, name_events, name_events_of
from tenure.tracking.rules import rollups
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, MONTHS, PERSON_DAY, SESSION_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

log = structlog.get_logger(__name__)

DAYS_AT_ONCE = 16
"""Of so many days the use is held in memory while it is counted."""
FEW = 3
"""At most one in so many of the people of a day: more cost as much to tell from the others as to count with them."""
_OF_ACCOUNTS = (ReattributionKind.ACCOUNT, ReattributionKind.SEEN)
_COUNTED_BEFORE = "tracking_counted_before"


def refresh_days(workspace_id: int, days: Iterable[date]) -> None:
    """Count these days' use anew from the raw events and put it in the place of what was counted.

    Days whose raw events are no longer kept stay as they were counted.
    """
    progress = RollupProgress.objects.first() or RollupProgress()
    wanted = _still_raw(days, progress)
    for first in range(0, len(wanted), DAYS_AT_ONCE):
        some = wanted[first : first + DAYS_AT_ONCE]
        events = name_events(tables.files(workspace_id, EVENTS, some), attribution())
        engine.name_result(rollups.NAMED_USE, _use_sql(events))
        people = engine.run_sql(_person_days_sql())
        sessions = engine.run_sql(_session_days_sql(progress.session_minutes * 60))
        _replace(workspace_id, some, people, sessions)


def refresh_people(workspace_id: int, stored: pa.Table, news: Sequence[Reattributed]) -> None:
    """Count the use of those people anew, each on their days, that calls were `stored` of (person_id, dt).

    `news` is what came to count elsewhere since these days were counted. What others did stays as it was counted, so
    the few calls that come late for a day cost little. A day is counted whole where nobody can tell what was counted
    before, or where it is no more work.
    """
    progress = RollupProgress.objects.first() or RollupProgress()
    moved = {id_ for each in news for id_ in (each.old_id, each.before_id, each.new_id)}
    touched = Counter(stored.group_by(["dt", "person_id"]).aggregate([])["dt"].to_pylist())
    few = set[date]()
    if progress.sessions_counted == progress.session_minutes and not any(each.kind in _OF_ACCOUNTS for each in news):
        uses, people = (tables.rows_by_day(workspace_id, table) for table in (PERSON_DAY, SESSION_DAY))
        few = {d for d, n in touched.items() if d in uses and (n + len(moved)) * FEW <= people.get(d, 0)}
    refresh_days(workspace_id, touched.keys() - few)

    wanted = _still_raw(few, progress)
    for first in range(0, len(wanted), DAYS_AT_ONCE):
        some = wanted[first : first + DAYS_AT_ONCE]
        engine.name_rows("tracking_stored_calls", stored)
        engine.name_rows("tracking_moved_people", _ids(moved))
        engine.name_rows("tracking_wanted_days", pa.table({"dt": pa.array(some, pa.date32())}))
        events = name_events_of(tables.files(workspace_id, EVENTS, some), attribution(), _TOUCHED)
        engine.name_result(rollups.NAMED_USE, _of_touched(_use_sql(events), "SEMI"))
        people_days = _with_others(workspace_id, PERSON_DAY, some, _person_days_sql())
        sessions = _with_others(workspace_id, SESSION_DAY, some, _session_days_sql(progress.session_minutes * 60))
        _replace(workspace_id, some, people_days, sessions)


def note_uncounted(progress: RollupProgress, days: Iterable[date]) -> None:
    """Note days before calls are added to them, so that they are counted whatever becomes of who adds them."""
    _note(progress, {*progress.uncounted, *(day.isoformat() for day in days)})


def note_counted(progress: RollupProgress, days: Iterable[date]) -> None:
    """Note that days have been counted."""
    _note(progress, {*progress.uncounted} - {day.isoformat() for day in days})


def count_uncounted(workspace_id: int) -> None:
    """Count the days to which somebody added calls and came no further; one that cannot be counted holds up nothing."""
    progress = RollupProgress.objects.first()
    for day in [date.fromisoformat(day) for day in progress.uncounted] if progress else ():
        assert progress is not None
        try:
            refresh_days(workspace_id, [day])
        except Exception as error:
            log.exception("a day could not be counted", workspace_id=workspace_id, day=day.isoformat())
            progress.uncounted_problem = f"{day.isoformat()}: {type(error).__name__}: {error}"[:2_000]
            progress.save(update_fields=["uncounted_problem"])
        else:
            note_counted(progress, [day])


def _note(progress: RollupProgress, uncounted: set[str]) -> None:
    if uncounted != {*progress.uncounted}:
        progress.uncounted = sorted(uncounted)
        progress.uncounted_problem = progress.uncounted_problem if uncounted else ""
        progress.save(update_fields=["uncounted", "uncounted_problem"])


def _still_raw(days: Iterable[date], progress: RollupProgress) -> list[date]:
    return sorted({day for day in days if progress.raw_since is None or day >= progress.raw_since})


_TOUCHED = """
    SELECT dt, person_id FROM tracking_stored_calls SEMI JOIN tracking_wanted_days USING (dt)
    UNION SELECT dt, id FROM tracking_moved_people, tracking_wanted_days
"""


def _of_touched(sql: str, join: str) -> str:
    return f"SELECT * FROM ({sql}) {join} JOIN {NAMED_TOUCHED} USING (dt, person_id)"  # noqa: S608


def _with_others(workspace_id: int, table: LakeTable, days: list[date], counted: str) -> pa.Table:
    """Compute what is counted anew, with what was counted of everybody else, in the order of the table."""
    engine.name_files(_COUNTED_BEFORE, table, tables.files(workspace_id, table, days))
    columns = ", ".join(table.schema.names)
    others = _of_touched(f"SELECT * FROM {_COUNTED_BEFORE}", "ANTI")  # noqa: S608
    order = ", ".join(name for name in ("dt", "account_id", "person_id", "event") if name in table.schema.names)
    return engine.run_sql(
        f"SELECT {columns} FROM ({counted}) UNION ALL SELECT {columns} FROM ({others}) ORDER BY {order}"  # noqa: S608
    )


def _replace(workspace_id: int, days: list[date], people: pa.Table, sessions: pa.Table) -> None:
    engine.name_rows(rollups.NAMED_PERSON_DAY, people)
    accounts = engine.run_sql(_account_days_sql())
    engine.name_rows(rollups.NAMED_USE, rollups.USE.empty_table())  # it is large
    tables.replace_days(workspace_id, PERSON_DAY, days, people)
    tables.replace_days(workspace_id, ACCOUNT_DAY, days, accounts)
    replace_sessions(workspace_id, days, sessions)


def replace_sessions(workspace_id: int, days: Iterable[date], rows: pa.Table) -> None:
    """Put sessions in the place of those of these days; their months are no longer folded then."""
    wanted = sorted(set(days))
    tables.replace_days(workspace_id, SESSION_DAY, wanted, rows)
    months = {day.replace(day=1) for day in wanted}
    for table in MONTHS.values():
        if tables.files(workspace_id, table, months):
            tables.replace_days(workspace_id, table, months, table.schema.empty_table())


def days_moved(workspace_id: int, news: Iterable[Reattributed], known: set[date]) -> set[date]:
    """Find the days, besides the `known` ones, on which use was counted for somebody it no longer counts for."""
    people: set[int] = set()
    accounts: set[int] = set()
    possible: set[date] = set()
    for each in news:
        if each.kind is ReattributionKind.SEEN:
            continue
        first, last = each.first_at.date(), each.last_at.date()
        days = {first + timedelta(days=n) for n in range((last - first).days + 1)} - known
        if days:
            possible |= days
            if each.kind is ReattributionKind.ACCOUNT:
                accounts.add(each.old_id)
            else:
                people |= {each.old_id, each.before_id}
    found = tables.files(workspace_id, PERSON_DAY, possible) if possible else []
    if not found:
        return set()
    engine.name_files(rollups.NAMED_PERSON_DAY, PERSON_DAY, found)
    engine.name_rows("tracking_moved_people", _ids(people))
    engine.name_rows("tracking_moved_accounts", _ids(accounts))
    moved = engine.run_sql(
        f"""
        SELECT DISTINCT dt FROM {rollups.NAMED_PERSON_DAY}
        WHERE person_id IN (SELECT id FROM tracking_moved_people)
           OR account_id IN (SELECT id FROM tracking_moved_accounts)
        """  # noqa: S608  (names are our own)
    )
    return set(moved["dt"].to_pylist())


def _ids(some: Iterable[int]) -> pa.Table:
    return pa.table({"id": pa.array(sorted(some), pa.int64())})


@lru_cache
def _use_sql(events: "ir.Table") -> str:
    return engine.sql_of(rollups.use_of(events))


@lru_cache
def _person_days_sql() -> str:
    return engine.sql_of(rollups.person_days(rollups.use_table()))


@lru_cache
def _session_days_sql(gap_seconds: int) -> str:
    return engine.sql_of(rollups.session_days(rollups.use_table(), gap_seconds))


@lru_cache
def _account_days_sql() -> str:
    return engine.sql_of(rollups.account_days(rollups.person_day_table()))
