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
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, PERSON_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir


def refresh_days(workspace_id: int, days: Iterable[date]) -> None:
    """Count these days' use anew from the raw events and put it in the place of what was counted.

    Days whose raw events are no longer kept stay as they were counted.
    """
    wanted = sorted(set(days))
    progress = RollupProgress.objects.first()
    if progress is not None and progress.raw_since is not None:
        wanted = [day for day in wanted if day >= progress.raw_since]
    if not wanted:
        return
    events = name_events(tables.files(workspace_id, EVENTS, wanted), attribution())
    people = engine.run_sql(_person_days_sql(events))
    engine.name_rows(rollups.NAMED_PERSON_DAY, people)
    accounts = engine.run_sql(_account_days_sql())
    tables.replace_days(workspace_id, PERSON_DAY, wanted, people)
    tables.replace_days(workspace_id, ACCOUNT_DAY, wanted, accounts)


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
def _person_days_sql(events: "ir.Table") -> str:
    return engine.sql_of(rollups.person_days(events))


@lru_cache
def _account_days_sql() -> str:
    return engine.sql_of(rollups.account_days(rollups.person_day_table()))
