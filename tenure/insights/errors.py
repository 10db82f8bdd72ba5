"""What can go wrong with insights."""

from tenure.kernel.errors import Invalid, NotFound


class NoSuchMetric(NotFound):
    """There is no metric of this name; `tenure metrics` lists them."""

    code = "no_such_metric"


class SplitUnknown(Invalid):
    """This metric cannot be split by that."""

    code = "split_unknown"


class RangeUnusable(Invalid):
    """A range of days ends after it begins and is not longer than the pages can show."""

    code = "range_unusable"


class PeriodUnusable(Invalid):
    """No period of this metric begins on that day."""

    code = "period_unusable"
