"""What flags came to: pure."""

from tenure.backtests.rules.baselines import baselines
from tenure.backtests.rules.measuring import (
    PRIME,
    Rows,
    as_many_as,
    at_tops,
    budget_of,
    by_lot,
    caught_at,
    cells,
    highest,
    judge,
    lot_of,
    moments,
    named,
)
from tenure.backtests.rules.reaching import is_reach_usable, reaches_shown, read_reach, written_reach

__all__ = [
    "PRIME",
    "Rows",
    "as_many_as",
    "at_tops",
    "baselines",
    "budget_of",
    "by_lot",
    "caught_at",
    "cells",
    "highest",
    "is_reach_usable",
    "judge",
    "lot_of",
    "moments",
    "named",
    "reaches_shown",
    "read_reach",
    "written_reach",
]
