"""Accounts in numbers, put together from what the lower domains know of a moment."""

from collections.abc import Mapping
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tenure.snapshots.types import ACCOUNT_WEEK, AS_ONE, LOOK_BACK, NAMES, TRAITS, begin_of

Floats = npt.NDArray[np.float64]
_DAY = 86_400_000_000


def rows_of(
    on: date,
    known_at: datetime,
    *,
    accounts: pa.Table,
    use: pa.Table,
    ledgers: pa.Table,
    ledgers_before: pa.Table,
    ledgers_a_year_before: pa.Table,
    overdue: pa.Table,
    failed: pa.Table,
    opened: pa.Table,
    unhappy: pa.Table | None,
    traits: pa.Table,
) -> pa.Table:
    """Put every customer of a moment into numbers: `ACCOUNT_WEEK`, in the order of the ids.

    `accounts` are customers then; the others have rows for some of them; `unhappy` is None where nobody knows what had
    been said of tickets by then. Changes are logarithms to base 2 of what is now over what was before, with one added
    to both, so that twice as much is 1, half as much −1 and no change 0.
    """
    ids = accounts["account_id"].to_numpy()
    moment = _micros(begin_of(on))
    of_use = {n: _placed(use, n, ids) for n in use.column_names if n not in ("account_id", "last_day")}
    last = _placed(use.set_column(1, "last_day", use["last_day"].cast(pa.int32())), "last_day", ids)
    signed_up = _moments(accounts, "signed_up_at", ids)
    begun = np.where(np.isnan(signed_up), _moments(accounts, "known_since", ids), signed_up)
    age = np.maximum((moment - begun) / _DAY, 0.0)
    counts = {name: np.nan_to_num(values) for name, values in of_use.items()}
    since = begin_of(on).date().toordinal() - date(1970, 1, 1).toordinal() - last
    mrr, before, year = (_placed(each, "mrr", ids) for each in (ledgers, ledgers_before, ledgers_a_year_before))
    seats = _placed(ledgers, "seats", ids)
    status = dict(zip(ledgers["account_id"].to_pylist(), ledgers["status"].to_pylist(), strict=True))
    due = np.array([float(status[i] in ("past_due", "unpaid")) if i in status else np.nan for i in ids.tolist()])
    found: dict[str, Floats] = {
        "days_since_use": np.where(np.isnan(since), np.minimum(age, LOOK_BACK), since),
        "use_change": _change(counts["events"], counts["events_before"]),
        "people_change": _change(counts["people"], counts["people_before"]),
        "active_people": counts["people"],
        "active_days": counts["days"],
        "stopped_people": counts["stopped"],
        "age_days": age,
        "breadth_change": _change(counts["names"], counts["names_before"]),
        "breadth": counts["names"],
        "top_person_share": _share(counts["top_events"], counts["events"]),
        "new_people": counts["newcomers"],
        "events_a_person": _share(counts["events"], counts["people"]),
        "last_week_share": _share(counts["events_week"], counts["events"]),
        "seats_used": _share(counts["people"], seats),
        "mrr": mrr,
        "mrr_change": _change(np.maximum(mrr, 0) / AS_ONE, np.maximum(before, 0) / AS_ONE),
        "days_to_renewal": (_moments(ledgers, "renews_at", ids) - moment) / _DAY,
        "past_due": due,
        **{name: _placed(traits, name, ids) for name in TRAITS},
        "use_quarter_change": _change(counts["events"], counts["events_early"]),
        "people_quarter_change": _change(counts["people"], counts["people_early"]),
        "days_overdue": np.where(np.isnan(mrr), np.nan, np.nan_to_num(_placed(overdue, "days", ids))),
        "mrr_year_change": _change(np.maximum(mrr, 0) / AS_ONE, np.maximum(year, 0) / AS_ONE),
        "payments_failed": np.where(np.isnan(mrr), np.nan, np.nan_to_num(_placed(failed, "n", ids))),
        "discount_share": np.clip(1 - _share(mrr, _placed(ledgers, "list_mrr", ids)), 0.0, 1.0),
        "days_to_discount_end": (_moments(ledgers, "discount_ends_at", ids) - moment) / _DAY,
        "tickets_opened": np.nan_to_num(_placed(opened, "n", ids)),
        "tickets_unhappy": np.full(ids.size, np.nan) if unhappy is None else np.nan_to_num(_placed(unhappy, "n", ids)),
    }
    found = {name: np.round(found[name], 6) for name in NAMES}
    columns: dict[str, pa.Array] = {
        "account_id": pa.array(ids, pa.int64()),
        "known_at": pa.array([known_at] * ids.size, ACCOUNT_WEEK.schema.field("known_at").type),
        "is_paying": pa.array(np.nan_to_num(mrr) > 0),
        **{name: pa.array(values, pa.float64(), from_pandas=True) for name, values in found.items()},
        "dt": pa.array([on] * ids.size, pa.date32()),
    }
    return pa.table([columns[name] for name in ACCOUNT_WEEK.schema.names], schema=ACCOUNT_WEEK.schema)


def as_columns(rows: pa.Table) -> Mapping[str, Floats]:
    """Return the numbers of rows by name; a missing one is NaN."""
    return {name: rows[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in NAMES}


def _placed(table: pa.Table, name: str, ids: npt.NDArray[np.int64]) -> Floats:
    """Return a column of numbers in the order of `ids`, NaN where there is none."""
    found = np.full(ids.size, np.nan)
    if name not in table.column_names or not table.num_rows or not _is_number(table.schema.field(name).type):
        return found
    known = table["account_id"].to_numpy()
    place = np.searchsorted(ids, known)
    there = (place < ids.size) & (ids[np.minimum(place, ids.size - 1)] == known) if ids.size else known < 0
    values = table[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
    found[place[there]] = values[there]
    return found


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _moments(table: pa.Table, name: str, ids: npt.NDArray[np.int64]) -> Floats:
    return _placed(table.set_column(table.column_names.index(name), name, table[name].cast(pa.int64())), name, ids)


def _change(now: Floats, before: Floats) -> Floats:
    change: Floats = np.log2((now + 1) / (before + 1))
    return change


def _share(part: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def _micros(moment: datetime) -> float:
    return moment.timestamp() * 1_000_000
