"""Who left when, and the weeks to learn it from."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.kernel.as_of import AsOf
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables
from tenure.risk.rules import PERIOD_DAYS, ends_of_use
from tenure.risk.rules import taught_and_foretold as by_hazard
from tenure.risk.types import Choices, ChurnKind, Floats, Periods
from tenure.snapshots import queries as snapshots
from tenure.snapshots.types import NAMES, Known, begin_of
from tenure.tracking.types.lake import ACCOUNT_DAY

_EPOCH = date(1970, 1, 1)
_WEEKS_A_PERIOD = PERIOD_DAYS // 7


def churned_after(chosen: Choices, now: datetime) -> dict[int, list[datetime]]:
    """Return when accounts left, by all that is known now, oldest first; of merged accounts, of what they are now."""
    if chosen.kind is ChurnKind.USE:
        return _ends_of_use(chosen.gap_days, now)
    return {account: sorted({m for m, _ in spans if m <= now}) for account, spans in _times_away(now).items()}


def _times_away(now: datetime) -> dict[int, list[tuple[datetime, datetime | None]]]:
    """Return when accounts were no customers (from, until or None), by all that is known now."""
    lives = customers.accounts_as_of(AsOf.then(now))
    found: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for account, at in zip(lives["account_id"].to_pylist(), lives["churned_at"].to_pylist(), strict=True):
        if at is not None:
            found[account].append((at, None))
    for account, spans in customers.churned_spans(lives["account_id"].to_pylist()).items():
        found[account] += spans
    return found


def person_periods(chosen: Choices, now: datetime, *, days: Collection[date] | None = None) -> Periods:
    """Return the kept weeks a period apart, counted back from the latest, with when each account left after them.

    Customers who pay (where anything is billed), or whose use has not ended. An account that had left already, as was
    only told later, is in none of the rows: it could not leave again, and did not stay.
    """
    taken = {s.day: s for s in snapshots.weeks_taken()}
    latest = max(taken, default=None)
    wanted = [
        day
        for day in taken
        if (days is None or day in days) and latest is not None and (latest - day).days % (7 * _WEEKS_A_PERIOD) == 0
    ]
    rows = _still_there(of_population(snapshots.rows_of_weeks(wanted), chosen), chosen, now)
    ids = rows["account_id"].to_numpy()
    at = rows["dt"].cast(pa.int32()).to_numpy().astype(np.int64)
    known_at = -(-rows["known_at"].cast(pa.int64()).to_numpy() // 86_400_000_000)
    return Periods(
        values=snapshots.as_columns(rows),
        accounts=ids,
        days=at,
        known_at=known_at,
        left_after=left_after(ids, at, churned_after(chosen, now)),
        known_until=(now.astimezone(UTC).date() - _EPOCH).days,
        horizon_days=chosen.horizon_days,
        is_told_later=any(taken[day].known == Known.BY_NOW for day in wanted),
    )


def of_population(rows: pa.Table, chosen: Choices) -> pa.Table:
    """Keep the accounts that can leave: who pays, or whose use has not ended yet (in 84 days, of what a week keeps)."""
    if chosen.kind is ChurnKind.USE:
        of_late = pc.or_(pc.greater(rows["active_people"], 0), pc.less(rows["people_change"], 0))
        used = pc.or_(of_late, pc.greater(rows["stopped_people"], 0))
        return rows.filter(pc.and_(used, pc.less(rows["days_since_use"], chosen.gap_days)))
    return rows.filter(rows["is_paying"]) if billing.has_ledger() else rows


def _still_there(rows: pa.Table, chosen: Choices, now: datetime) -> pa.Table:
    away = _times_away(now) if chosen.kind is ChurnKind.CONTRACT and rows.num_rows else {}
    if not away:
        return rows
    ids, days = rows["account_id"].to_pylist(), rows["dt"].to_pylist()
    now_is = customers.merged_accounts(set(ids))
    return rows.filter(
        pa.array(
            not any(
                begin <= begin_of(day) and (until is None or until > begin_of(day))
                for begin, until in away.get(now_is.get(account, account), ())
            )
            for account, day in zip(ids, days, strict=True)
        )
    )


def left_after(
    ids: Iterable[int], days: "np.ndarray[tuple[int], np.dtype[np.int64]]", churned: Mapping[int, list[datetime]]
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return for each row the days until its account left next; NaN where it did not."""
    accounts = np.fromiter(ids, np.int64, days.size)
    now_is = customers.merged_accounts(set(accounts.tolist()))
    found = np.full(days.size, np.nan)
    for row, (account, day) in enumerate(zip(accounts.tolist(), days.tolist(), strict=True)):
        begin = begin_of(_EPOCH + timedelta(days=day))
        later = [m for m in churned.get(now_is.get(account, account), ()) if m > begin]
        if later:
            found[row] = max((min(later) - begin) / timedelta(days=1), 1e-6)
    return found


def _ends_of_use(gap_days: int, now: datetime) -> dict[int, list[datetime]]:
    found = tables.files(current_workspace_id(), ACCOUNT_DAY)
    if not found:
        return {}
    engine.name_files("risk_account_day", ACCOUNT_DAY, found)
    rows = engine.run_sql(
        "SELECT account_id, list(dt ORDER BY dt) AS days FROM risk_account_day WHERE account_id <> 0 GROUP BY 1"
    )
    today = (now.astimezone(UTC).date() - _EPOCH).days
    ends = {
        account: ends_of_use([(d - _EPOCH).days for d in days], gap_days, today)
        for account, days in zip(rows["account_id"].to_pylist(), rows["days"].to_pylist(), strict=True)
    }
    return {a: [begin_of(_EPOCH + timedelta(days=day)) for day in found] for a, found in ends.items() if found}


def taught_and_foretold(before: Periods, rows: Periods) -> Floats:
    """Foretell rows of a moment by what those before it teach; NaN where too few had left by then."""
    return by_hazard(before, rows, NAMES)
