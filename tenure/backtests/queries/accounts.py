"""The accounts behind a backtest's figures."""

import dataclasses
from datetime import date

import numpy as np
import pyarrow as pa

from tenure.backtests import rules
from tenure.backtests.models import Backtest
from tenure.backtests.queries.backtests import definition_of, judged_of, tops_of
from tenure.backtests.types import BACKTEST_ROW, AtTop, Cell, Reach
from tenure.customers import queries as customers
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables

_NAMED = "backtests_rows"
_EPOCH = date(1970, 1, 1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountBehind:
    """One account at one moment: its score, whether it was flagged, and after how many days it left."""

    account_id: int
    account_name: str
    day: date
    score: float | None
    flagged: bool
    left_after: float | None
    cell: Cell


_CAUGHT_OR_NOT = {
    Cell.CAUGHT: Cell.CAUGHT,
    Cell.MISSED: Cell.CAUGHT,
    Cell.FALSE_ALARM: Cell.FALSE_ALARM,
    Cell.QUIET: Cell.FALSE_ALARM,
}
"""What becomes of an account in a cell when it is touched."""


def accounts_behind(
    made: Backtest,
    *,
    cell: Cell | None = None,
    day: date | None = None,
    low: float | None = None,
    high: float | None = None,
    top: Reach | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[AccountBehind], int]:
    """Return a page of the accounts of one cell or moment, by day and the worst scores first, and how many.

    `low` and `high` bound their scores as they were ranked, both included: where lower is worse, turned round. `top`
    keeps those that would be touched if as many could be: the cells are of them, then.
    """
    if not _name_rows(made, day):
        return [], 0
    of = f"FROM {_NAMED} WHERE backtest_id = {int(made.pk)}"
    if top is not None:
        of = f"FROM ({_touched(made, top)}) AS touched WHERE true"
    if cell is not None:
        cells = [cell] if top is None else [was for was, now in _CAUGHT_OR_NOT.items() if now == cell]
        of += f" AND cell IN ({', '.join(repr(Cell(each).value) for each in cells)})" if cells else " AND false"
    of += "" if low is None else f" AND score >= {float(low)!r}::DOUBLE"
    of += "" if high is None else f" AND score <= {float(high)!r}::DOUBLE"
    count = engine.run_sql(f"SELECT count(*) AS n {of}")["n"][0].as_py()
    rows = engine.run_sql(
        f"SELECT account_id, score, flagged, left_after, cell, dt {of} "
        f"ORDER BY dt DESC, score DESC NULLS LAST, account_id LIMIT {int(limit)} OFFSET {int(offset)}"
    ).to_pylist()
    names = customers.account_names({r["account_id"] for r in rows})
    return [
        AccountBehind(
            account_id=r["account_id"],
            account_name=names.get(r["account_id"], ""),
            day=r["dt"],
            score=-r["score"] if made.lower_is_worse and r["score"] is not None else r["score"],
            flagged=r["flagged"] or top is not None,
            left_after=r["left_after"],
            cell=Cell(r["cell"]) if top is None else _CAUGHT_OR_NOT[Cell(r["cell"])],
        )
        for r in rows
    ], int(count)


def at_top(made: Backtest, reach: Reach) -> AtTop | None:
    """Say what a backtest would have come to if so many could be touched; None where it ranks nobody."""
    kept = next((each for each in tops_of(made) if each.reach == reach), None)
    if kept is not None or not made.result or not definition_of(made).is_ranking or not _name_rows(made, None):
        return kept
    own, *_ = judged_of(made)
    found = engine.run_sql(_touched(made, reach)).select(["account_id", "dt", "left_after"])
    flagged = rules.Rows(
        accounts=found["account_id"].to_numpy(),
        days=found["dt"].cast(pa.int32()).to_numpy().astype(np.int64),
        left_after=found["left_after"].to_numpy(),
        mrr=np.zeros(found.num_rows),
        horizon_days=made.horizon_days,
    )
    came = rules.caught_at(flagged, own.churns, own.left / own.rows, made.touch_cost)
    return dataclasses.replace(came, count=reach.count, share=reach.share)


def _name_rows(made: Backtest, day: date | None) -> bool:
    found = tables.files(current_workspace_id(), BACKTEST_ROW, None if day is None else [day])
    if found:
        engine.name_files(_NAMED, BACKTEST_ROW, found)
    return bool(found)


def _touched(made: Backtest, reach: Reach) -> str:
    """Select the rows that would be touched if so many could be, taken as `rules.highest` takes them."""
    only = " AND score > 0" if definition_of(made).is_yes_or_no else ""
    of = f"FROM {_NAMED} WHERE backtest_id = {int(made.pk)} AND score IS NOT NULL"
    counted = engine.run_sql(f"SELECT dt, count(*) AS n {of} GROUP BY dt ORDER BY dt")
    days = list(zip(counted["dt"].to_pylist(), counted["n"].to_pylist(), strict=True))
    if not days:
        return f"SELECT * FROM {_NAMED} WHERE false"  # noqa: S608
    lots = " ".join(f"WHEN DATE '{day}' THEN {rules.lot_of((day - _EPOCH).days)}" for day, _ in days)
    lot = f"account_id % {rules.PRIME} * (CASE dt {lots} ELSE 1 END) % {rules.PRIME}"
    at_most = " ".join(f"WHEN DATE '{day}' THEN {reach.of(n)}" for day, n in days)
    place = f"row_number() OVER (PARTITION BY dt ORDER BY score DESC, {lot}, account_id)"
    ranked = f"SELECT *, {place} AS place {of}{only}"
    return f"SELECT * FROM ({ranked}) AS ranked WHERE place <= CASE dt {at_most} ELSE 0 END"  # noqa: S608
