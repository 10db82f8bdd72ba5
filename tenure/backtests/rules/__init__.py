"""What flags came to: pure."""

from tenure.backtests.rules.baselines import baselines
from tenure.backtests.rules.measuring import Rows, cells, flags, judge, moments

__all__ = ["Rows", "baselines", "cells", "flags", "judge", "moments"]
