"""What can go wrong with backtests."""

from tenure.kernel.errors import Invalid, NotFound


class NoSuchBacktest(NotFound):
    """There is no such backtest."""

    code = "no_such_backtest"


class BacktestUnusable(Invalid):
    """What is to be run, or how it is to be judged, cannot be used."""

    code = "backtest_unusable"
