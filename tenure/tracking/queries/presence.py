"""Who used the product when, sessions and months: what readers of much past use name in their SQL."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import pyarrow as pa

from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.tracking.models import RollupProgress
from tenure.tracking.rules import rollups
from tenure.tracking.types.lake import MONTHS, PERSON_DAY, SESSION_DAY

_FOLDED = "tracking_folded_months"
_OPEN = "tracking_open_months"


def session_gap() -> int:
    """Return the minutes without use after which a session is over, as the workspace chose."""
    return _progress().session_minutes


def sessions_counted_by(minutes: int) -> bool:
    """Say whether the sessions of every day are counted by this gap; else they are in the raw events alone."""
    return _progress().sessions_counted == minutes


def name_presence(name: str, days: Iterable[date] | None) -> None:
    """Let a name stand for who (person and account) used the product on which of these days, or ever.

    Rows may repeat while sessions are still to be counted for the first time.
    """
    table = PERSON_DAY if _progress().sessions_counted is None else SESSION_DAY
    shown = tables.LakeTable(table.name, rollups.PRESENCE)
    engine.name_files(name, shown, tables.files(current_workspace_id(), table, days))


def folded_months(subject: str, days: Iterable[date]) -> dict[date, str]:
    """Return the files of `MONTHS` that tell of these days, by month; only of months that are over and folded whole."""
    if _progress().sessions_counted is None:
        return {}
    months = {day.replace(day=1) for day in days}
    return {_day(uri): uri for uri in tables.files(current_workspace_id(), MONTHS[subject], months)}


def name_months(name: str, subject: str, first: date | None = None, last: date | None = None) -> None:
    """Let a name stand for `MONTHS` of people (`person_id`) or accounts (`account_id`) that meet two days, or of all.

    Months that are over come as they were folded; the others are folded here.
    """
    workspace_id = current_workspace_id()
    kept = MONTHS[subject]
    folded = [uri for uri in tables.files(workspace_id, kept) if _meets(_day(uri), first, last)]
    known = {_day(uri) for uri in folded}
    table = PERSON_DAY if _progress().sessions_counted is None else SESSION_DAY
    days = {_day(uri) for uri in tables.files(workspace_id, table)}
    wanted = sorted(d for d in days if d.replace(day=1) not in known and _meets(d.replace(day=1), first, last))
    name_presence(rollups.NAMED_PRESENCE, wanted)
    engine.name_rows(rollups.NAMED_DAYS, days_table(wanted))
    engine.name_answer(_OPEN, _months_sql(subject))
    engine.name_files(_FOLDED, kept, folded)
    engine.name_answer(name, _all_months_sql(subject))


def days_table(days: Iterable[date]) -> pa.Table:
    """Return days as `rules.rollups` names them."""
    listed = list(days)
    return pa.table([listed, [d.replace(day=1) for d in listed], [1 << d.day - 1 for d in listed]], schema=rollups.DAYS)


def _progress() -> RollupProgress:
    return RollupProgress.objects.first() or RollupProgress()


def _meets(month: date, first: date | None, last: date | None) -> bool:
    return (first is None or month >= first.replace(day=1)) and (last is None or month <= last)


def _day(uri: str) -> date:
    return date.fromisoformat(uri.rpartition("/dt=")[2][:10])


@lru_cache
def _months_sql(subject: str) -> str:
    return engine.sql_of(rollups.months(rollups.presence_table(), subject))


@lru_cache
def _all_months_sql(subject: str) -> str:
    schema = ibis.Schema.from_pyarrow(MONTHS[subject].schema)
    columns = MONTHS[subject].schema.names
    folded, still_open = ibis.table(schema, name=_FOLDED), ibis.table(schema, name=_OPEN)
    return engine.sql_of(folded.select(*columns).union(still_open.select(*columns)))
