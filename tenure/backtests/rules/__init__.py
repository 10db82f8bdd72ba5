"""What flags came to: pure."""

from tenure.backtests.rules.baselines import baselines
from tenure.backtests.rules.measuring import Rows, by_lot, cells, flags, judge, moments

__all__ = ["Rows", "baselines", "by_lot", "cells", "flags", "judge", "moments"]
