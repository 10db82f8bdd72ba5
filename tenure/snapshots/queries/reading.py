"""Accounts in numbers: of any moment, worked out; of the weeks that were taken, as they were kept."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tenure.billing import queries as billing
from tenure.conversations import queries as conversations
from tenure.customers import queries as customers
from tenure.kernel.as_of import AsOf
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables
from tenure.snapshots import rules
from tenure.snapshots.models import SnapshotTaken
from tenure.snapshots.types import (
    A_YEAR,
    ACCOUNT_WEEK,
    FAILED_DAYS,
    LOOK_BACK,
    PERIOD,
    SETTLED,
    TRAITS,
    Known,
    begin_of,
    monday_of,
)
from tenure.tracking import queries as tracking
from tenure.tracking.types.lake import EVENTS

MOSTLY = 0.9
"""A past of which less than this share was known at the time was told later: it is read as known now."""


def features_as_of(on: date, known: Known, as_of: AsOf) -> pa.Table:
    """Put every customer at the beginning of a day into numbers: `ACCOUNT_WEEK`, in the order of the ids.

    `THEN`: by what was known then alone, so the answer is the same whenever it is asked for. `BY_NOW`: by everything
    that is known of the time before that moment, subscriptions as their providers had told them by then.
    """
    accounts = customers_at(as_of)
    tracking.name_person_days_as_of(rules.NAMED_USE, as_of, on - timedelta(days=LOOK_BACK))
    use = engine.answer(engine.sql_of(rules.use_features(rules.use_table(), on))).cast(rules.USE)
    moments = [begin_of(on - timedelta(days=ago)) for ago in (0, LOOK_BACK, A_YEAR)]
    if known is Known.THEN:
        ledgers, before, year = (billing.ledgers_as_of(AsOf.then(moment)) for moment in moments)
    else:
        ledgers, before, year = (billing.ledgers_as_told(moment) for moment in moments)
    unhappy = None  # how an answer was rated has no day of its own: of a history told later it may have come after
    if known is Known.THEN:
        unhappy = conversations.tickets_of_accounts_as_of("unhappy", as_of, LOOK_BACK)
    return rules.rows_of(
        on,
        as_of.known_at,
        accounts=accounts,
        use=use,
        ledgers=ledgers,
        ledgers_before=before,
        ledgers_a_year_before=year,
        overdue=billing.days_overdue_as_of(as_of),
        failed=billing.payments_failed_as_of(as_of, FAILED_DAYS),
        opened=conversations.tickets_of_accounts_as_of("opened", as_of, PERIOD),
        unhappy=unhappy,
        traits=customers.traits_as_of("account", TRAITS, as_of),
    )


def customers_at(as_of: AsOf) -> pa.Table:
    """Return the accounts that were customers at a moment, as far as known, in the order of the ids."""
    found = customers.accounts_as_of(as_of)
    return found.filter(pc.is_null(found["churned_at"])).sort_by("account_id")


def known_of(on: date, as_of_now: AsOf) -> Known:
    """Say how a week can be read: as it was known then, unless most of what is known of it was told later."""
    then = AsOf.then(begin_of(on))
    known_now = customers_at(as_of_now).num_rows
    if customers_at(then).num_rows < MOSTLY * known_now:
        return Known.BY_NOW
    told = billing.ledgers_as_told(then.at).num_rows
    return Known.BY_NOW if billing.ledgers_as_of(then).num_rows < MOSTLY * told else Known.THEN


def first_week_known() -> date | None:
    """Return the first Monday before which the product had been used for a period, by all that is known."""
    days = tables.rows_by_day(current_workspace_id(), EVENTS)
    if not days:
        return None
    first = min(days) + timedelta(days=PERIOD)
    return monday_of(begin_of(first + timedelta(days=6)))


def is_past_taken() -> bool:
    """Tell whether a week of every period back to the first that is known has been taken."""
    first = first_week_known()
    earliest = SnapshotTaken.objects.order_by("day").values_list("day", flat=True).first()
    return first is not None and earliest is not None and (earliest - first).days < PERIOD


def past_read(now: datetime) -> tuple[int, int]:
    """Return how many weeks of the past have been taken of those it begins with, one of every period, and of how many.

    When all have been, there is something to learn from.
    """
    first = first_week_known()
    if first is None:
        return 0, 0
    wanted = rules.weeks_to_begin_with(first, monday_of(now - SETTLED))
    return SnapshotTaken.objects.filter(day__in=wanted).count(), len(wanted)


def weeks_taken() -> list[SnapshotTaken]:
    """Return the snapshots that were taken, oldest first."""
    return list(SnapshotTaken.objects.order_by("day"))


def rows_of_weeks(days: Iterable[date]) -> pa.Table:
    """Return what was kept of these weeks: `ACCOUNT_WEEK`, by day and account."""
    rows = tables.rows_of(current_workspace_id(), ACCOUNT_WEEK, set(days))
    return rows.sort_by([("dt", "ascending"), ("account_id", "ascending")]).combine_chunks()


def weeks_of_accounts(account_ids: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Give what was kept of these accounts, by day and account."""
    ids = pa.array(sorted(set(account_ids)), pa.int64())
    for taken in weeks_taken() if len(ids) else ():
        rows = rows_of_weeks([taken.day])
        yield from rows.filter(pc.is_in(rows["account_id"], value_set=ids)).to_pylist()
