"""Who left when, and the weeks to learn it from."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.kernel.as_of import AsOf
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables
from tenure.risk.rules import PERIOD_DAYS, ends_of_use, joined, next_after, thinned, within
from tenure.risk.rules import taught_and_foretold as by_hazard
from tenure.risk.types import Choices, ChurnKind, Flags, Floats, Periods
from tenure.snapshots import queries as snapshots
from tenure.snapshots.types import NAMES, Known, begin_of
from tenure.tracking.types.lake import ACCOUNT_DAY

_EPOCH = date(1970, 1, 1)
_DAY = 86_400_000_000
_FOR_EVER = 2**62
Whole = npt.NDArray[np.int64]


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


def person_periods(chosen: Choices, now: datetime) -> Periods:
    """Return the kept weeks a period apart, counted back from the latest, with when each account left after them.

    Customers who pay (where anything is billed), or whose use has not ended. An account that had left already, as was
    only told later, is in none of the rows: it could not leave again, and did not stay.
    """
    weeks = list(_weeks(chosen, now))
    return joined(weeks) if weeks else _no_rows(chosen, now)


def drawn_periods(chosen: Choices, now: datetime) -> Periods:
    """Return so many of these rows, each standing for so many, that memory stays bounded however long the past."""
    try:
        return thinned(_weeks(chosen, now))
    except ValueError:
        return _no_rows(chosen, now)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Ends:
    """Who left when, who was away when, and when an end was told, by all that is known now."""

    churned: Mapping[int, list[datetime]]
    away: Mapping[int, list[tuple[datetime, datetime | None]]]
    told: Mapping[tuple[int, datetime], datetime]


def _weeks(chosen: Choices, now: datetime) -> Iterator[Periods]:
    taken = {s.day: s for s in snapshots.weeks_taken()}
    latest = max(taken, default=None)
    wanted = [day for day in taken if latest is not None and (latest - day).days % PERIOD_DAYS == 0]
    if not wanted:
        return
    is_contract = chosen.kind is ChurnKind.CONTRACT
    ends = _Ends(
        churned=churned_after(chosen, now),
        away=_times_away(now) if is_contract else {},
        told=customers.ends_told() if is_contract else {},
    )
    is_told_later = any(taken[day].known == Known.BY_NOW for day in wanted)
    for day in wanted:
        rows = of_population(snapshots.rows_of_weeks([day]), chosen)
        if rows.num_rows:
            yield _periods(rows, chosen, now, ends, is_told_later)


def _periods(rows: pa.Table, chosen: Choices, now: datetime, ends: _Ends, is_told_later: bool) -> Periods:
    ids = rows["account_id"].to_numpy()
    at = rows["dt"].cast(pa.int32()).to_numpy().astype(np.int64)
    is_there = ~_is_away(ids, at, ends.away)
    rows, ids, at = rows.filter(pa.array(is_there)), ids[is_there], at[is_there]
    left, told = _ends_after(ids, at, ends.churned, ends.told)
    return Periods(
        values=snapshots.as_columns(rows),
        accounts=ids,
        days=at,
        known_at=-(-rows["known_at"].cast(pa.int64()).to_numpy() // _DAY),
        left_after=left,
        told_after=told,
        known_until=(now.astimezone(UTC).date() - _EPOCH).days,
        horizon_days=chosen.horizon_days,
        is_told_later=is_told_later,
    )


def _no_rows(chosen: Choices, now: datetime) -> Periods:
    nobody = _Ends(churned={}, away={}, told={})
    return _periods(snapshots.rows_of_weeks([]), chosen, now, nobody, is_told_later=False)


def of_population(rows: pa.Table, chosen: Choices) -> pa.Table:
    """Keep the accounts that can leave: who pays, or whose use has not ended yet (in 84 days, of what a week keeps)."""
    if chosen.kind is ChurnKind.USE:
        of_late = pc.or_(pc.greater(rows["active_people"], 0), pc.less(rows["people_change"], 0))
        used = pc.or_(of_late, pc.greater(rows["stopped_people"], 0))
        return rows.filter(pc.and_(used, pc.less(rows["days_since_use"], chosen.gap_days)))
    return rows.filter(rows["is_paying"]) if billing.has_ledger() else rows


def _is_away(ids: Whole, days: Whole, away: Mapping[int, list[tuple[datetime, datetime | None]]]) -> Flags:
    """Tell of which rows it is known, by now, that the account was no customer then."""
    spans = [(account, begin, until) for account, each in away.items() for begin, until in each]
    if not spans or not ids.size:
        return np.zeros(ids.size, bool)
    of = np.array([account for account, _, _ in spans], np.int64)
    begins = np.array([_micros(begin) for _, begin, _ in spans], np.int64)
    ends = np.array([_FOR_EVER if until is None else _micros(until) for _, _, until in spans], np.int64)
    return within(_merged(ids), days * _DAY, of, begins, ends)


def _ends_after(
    ids: Whole, days: Whole, churned: Mapping[int, list[datetime]], told: Mapping[tuple[int, datetime], datetime]
) -> tuple[Floats, Floats]:
    """Return for each row the days until its account left next, and until that was told; NaN where it did not."""
    ends = [(account, moment) for account, each in churned.items() for moment in each]
    of = np.array([account for account, _ in ends], np.int64)
    moments = np.array([_micros(moment) for _, moment in ends], np.int64)
    heard = np.array([_micros(max(told.get(end, end[1]), end[1])) for end in ends], np.int64)
    begins = days * _DAY
    place = next_after(_merged(ids), begins, of, moments)
    found = place >= 0
    left, was_told = np.full(days.size, np.nan), np.full(days.size, np.nan)
    left[found] = np.maximum((moments[place[found]] - begins[found]) / _DAY, 1e-6)
    was_told[found] = np.maximum((heard[place[found]] - begins[found]) / _DAY, 1e-6)
    return left, was_told


def _merged(ids: Whole) -> Whole:
    """Return what accounts are now, of those that were merged."""
    known, place = np.unique(ids, return_inverse=True)
    now_is = customers.merged_accounts(set(known.tolist()))
    found: Whole = np.array([now_is.get(account, account) for account in known.tolist()], np.int64)[place]
    return found


def _micros(moment: datetime) -> int:
    return (moment - begin_of(_EPOCH)) // timedelta(microseconds=1)


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
