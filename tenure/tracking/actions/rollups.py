"""Counting use anew for the days something happened on; the same again gives the same."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

from tenure.customers.types import Reattributed, ReattributionKind
from tenure.lake import engine, tables
from tenure.tracking.models import RollupProgress
from tenure.tracking.queries.attribution import attribution, name_events
from tenure.tracking.rules import rollups
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, MONTHS, PERSON_DAY, SESSION_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAYS_AT_ONCE = 16
"""Of so many days the use is held in memory while it is counted."""


def refresh_days(workspace_id: int, days: Iterable[date]) -> None:
    """Count these days' use anew from the raw events and put it in the place of what was counted.

    Days whose raw events are no longer kept stay as they were counted.
    """
    wanted = sorted(set(days))
    progress = RollupProgress.objects.first() or RollupProgress()
    if progress.raw_since is not None:
        wanted = [day for day in wanted if day >= progress.raw_since]
    for first in range(0, len(wanted), DAYS_AT_ONCE):
        _refresh(workspace_id, wanted[first : first + DAYS_AT_ONCE], progress.session_minutes * 60)


def _refresh(workspace_id: int, wanted: list[date], gap_seconds: int) -> None:
    events = name_events(tables.files(workspace_id, EVENTS, wanted), attribution())
    engine.name_result(rollups.NAMED_USE, _use_sql(events))
    people = engine.run_sql(_person_days_sql())
    engine.name_rows(rollups.NAMED_PERSON_DAY, people)
    accounts = engine.run_sql(_account_days_sql())
    sessions = engine.run_sql(_session_days_sql(gap_seconds))
    engine.name_rows(rollups.NAMED_USE, rollups.USE.empty_table())  # it is large
    tables.replace_days(workspace_id, PERSON_DAY, wanted, people)
    tables.replace_days(workspace_id, ACCOUNT_DAY, wanted, accounts)
    replace_sessions(workspace_id, wanted, sessions)


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
    engine.name_rows("tracking_moved_people", pa.table({"id": pa.array(sorted(people), pa.int64())}))
    engine.name_rows("tracking_moved_accounts", pa.table({"id": pa.array(sorted(accounts), pa.int64())}))
    moved = engine.run_sql(
        f"""
        SELECT DISTINCT dt FROM {rollups.NAMED_PERSON_DAY}
        WHERE person_id IN (SELECT id FROM tracking_moved_people)
           OR account_id IN (SELECT id FROM tracking_moved_accounts)
        """  # noqa: S608  (names are our own)
    )
    return set(moved["dt"].to_pylist())


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
