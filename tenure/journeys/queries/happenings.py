"""Events of those who were just heard of, read from the counted days of the lake."""

import dataclasses
from collections.abc import Collection
from datetime import date, datetime, timedelta

import pyarrow as pa

from tenure.kernel import tenancy
from tenure.lake import engine, tables
from tenure.tracking.types.lake import PERSON_DAY


@dataclasses.dataclass(frozen=True, kw_only=True)
class Happening:
    """Somebody did something, last at this moment. Either id may be None."""

    event: str
    account_id: int | None
    person_id: int | None
    at: datetime


def last_happened(
    events: Collection[str], *, first_day: date, last_day: date, accounts: Collection[int], people: Collection[int]
) -> list[Happening]:
    """Return when each of these people and accounts last did each of these events on these days (UTC, inclusive)."""
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    found = tables.files(tenancy.current_workspace_id(), PERSON_DAY, days)
    if not found or not events:
        return []
    engine.name_files("journey_days", PERSON_DAY, found)
    engine.name_rows("journey_events", pa.table({"event": pa.array(sorted(events), pa.string())}))
    engine.name_rows("journey_accounts", pa.table({"id": pa.array(sorted(accounts), pa.int64())}))
    engine.name_rows("journey_people", pa.table({"id": pa.array(sorted(people), pa.int64())}))
    rows = engine.run_sql(
        """
        SELECT event, account_id, person_id, MAX(last_ts) AS at
        FROM journey_days
        WHERE event IN (SELECT event FROM journey_events)
          AND (account_id IN (SELECT id FROM journey_accounts) OR person_id IN (SELECT id FROM journey_people))
        GROUP BY event, account_id, person_id
        """
    )
    return [
        Happening(
            event=row["event"],
            account_id=row["account_id"] or None,
            person_id=row["person_id"] or None,
            at=row["at"],
        )
        for row in rows.to_pylist()
    ]
