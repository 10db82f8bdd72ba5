"""The accounts behind a backtest's figures."""

import dataclasses
from datetime import date

from tenure.backtests.models import Backtest
from tenure.backtests.types import BACKTEST_ROW, Cell
from tenure.customers import queries as customers
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables

_NAMED = "backtests_rows"


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


def accounts_behind(
    made: Backtest,
    *,
    cell: Cell | None = None,
    day: date | None = None,
    low: float | None = None,
    high: float | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[AccountBehind], int]:
    """Return a page of the accounts of one cell or moment, by day and the worst scores first, and how many.

    `low` and `high` bound their scores as they were ranked, both included: where lower is worse, turned round.
    """
    found = tables.files(current_workspace_id(), BACKTEST_ROW, None if day is None else [day])
    if not found:
        return [], 0
    engine.name_files(_NAMED, BACKTEST_ROW, found)
    of = f"FROM {_NAMED} WHERE backtest_id = {int(made.pk)}" + (f" AND cell = '{Cell(cell).value}'" if cell else "")
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
            flagged=r["flagged"],
            left_after=r["left_after"],
            cell=Cell(r["cell"]),
        )
        for r in rows
    ], int(count)
