"""What use says of each account on a day: one expression over the counts by person of the 84 days before it."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from tenure.lake.lazily import ibis
from tenure.snapshots.types import PERIOD
from tenure.tracking.types.lake import PERSON_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

NAMED_USE = "snapshots_person_day"
REGULAR_DAYS = 4
"""Who used the product on so many days of the eight weeks before and on none of the last four has stopped."""
USE_FEATURES = (
    "last_day", "people", "people_before", "events", "events_before", "days", "days_before", "names", "names_before",
    "events_week", "stopped", "newcomers", "top_events", "people_early", "events_early",
)  # fmt: skip

USE = pa.schema(
    [("account_id", pa.int64()), *((n, pa.date32() if n == "last_day" else pa.int64()) for n in USE_FEATURES)]
)


def use_table() -> "ir.Table":
    """Name the counts by person that the expression reads."""
    return ibis.table(ibis.Schema.from_pyarrow(PERSON_DAY.schema), name=NAMED_USE)


def use_features(use: "ir.Table", on: date) -> "ir.Table":
    """Count by account, of the days before `on`: the last 28, the 28 before (`…_before`), and those before (`…_early`).

    `stopped` were regular in the 56 days before the last 28 and did nothing since; `newcomers` did nothing in those 56;
    `top_events` is what the busiest person did. Only accounts with use in the 84 days have a row.
    """

    def day(ago: int) -> "ir.DateScalar":
        return ibis.literal(on - timedelta(days=ago), "date")

    known = use.filter(use.account_id != 0, use.dt < day(0), use.dt >= day(3 * PERIOD))
    known = known.mutate(
        late=ibis.ifelse(known.dt >= day(PERIOD), 1, 0).cast("int64"),
        before=ibis.ifelse((known.dt < day(PERIOD)) & (known.dt >= day(2 * PERIOD)), 1, 0).cast("int64"),
        early=ibis.ifelse(known.dt < day(2 * PERIOD), 1, 0).cast("int64"),
        week=ibis.ifelse(known.dt >= day(7), 1, 0).cast("int64"),
    )
    of_people = known.group_by("account_id", "person_id").aggregate(
        late_events=(known.n * known.late).sum().cast("int64"),
        was_there=known.before.max().cast("int64"),
        is_there=known.late.max().cast("int64"),
        was_early=known.early.max().cast("int64"),
        earlier_days=known.dt.nunique(where=known.late == 0).cast("int64"),
    )
    people = of_people.group_by("account_id").aggregate(
        people=of_people.is_there.sum().cast("int64"),
        people_before=of_people.was_there.sum().cast("int64"),
        people_early=of_people.was_early.sum().cast("int64"),
        stopped=ibis.ifelse((of_people.is_there == 0) & (of_people.earlier_days >= REGULAR_DAYS), 1, 0)
        .sum()
        .cast("int64"),
        newcomers=ibis.ifelse((of_people.is_there == 1) & (of_people.earlier_days == 0), 1, 0).sum().cast("int64"),
        top_events=of_people.late_events.max().cast("int64"),
    )
    counted = known.group_by("account_id").aggregate(
        last_day=known.dt.max(),
        events=(known.n * known.late).sum().cast("int64"),
        events_before=(known.n * known.before).sum().cast("int64"),
        events_early=(known.n * known.early).sum().cast("int64"),
        events_week=(known.n * known.week).sum().cast("int64"),
        days=known.dt.nunique(where=known.late == 1).cast("int64"),
        days_before=known.dt.nunique(where=known.before == 1).cast("int64"),
        names=known.event.nunique(where=known.late == 1).cast("int64"),
        names_before=known.event.nunique(where=known.before == 1).cast("int64"),
    )
    return counted.join(people, "account_id").select("account_id", *USE_FEATURES).order_by("account_id")
