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


class TooManyRows(Invalid):
    """So many groups over so many periods are more than one answer can hold; ask for a shorter range."""

    code = "too_many_rows"


class RetentionUnusable(Invalid):
    """This retention cannot be computed: weeks or months, split by a trait or a day, not both."""

    code = "retention_unusable"


class FunnelUnusable(Invalid):
    """A funnel has 2 to 8 steps of at most 20 events each, and a limit of at most 366 days."""

    code = "funnel_unusable"


class FunnelNameTaken(Invalid):
    """Another funnel has this name, or there is no name."""

    code = "funnel_name_taken"


class NoSuchFunnel(NotFound):
    """There is no such funnel in this workspace."""

    code = "no_such_funnel"


class MilestoneUnusable(Invalid):
    """A milestone has a name of its own, an event, and a day between 0 and 3650 after sign-up."""

    code = "milestone_unusable"


class NoSuchMilestone(NotFound):
    """There is no such milestone in this workspace."""

    code = "no_such_milestone"
