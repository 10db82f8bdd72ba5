"""The metrics there are. What registers here is on the pages, in the API and in `tenure metrics`."""

import re
from collections.abc import Sequence

from tenure.insights.errors import NoSuchMetric
from tenure.insights.types import Metric

_NAME = re.compile(r"[a-z][a-z0-9_]{1,59}")
_metrics: dict[str, Metric] = {}


def register(metric: Metric) -> None:
    """Add a metric; a second registration of the same name replaces the first."""
    if not _NAME.fullmatch(metric.name):
        raise ValueError(f"{metric.name!r}: a metric is named in lower case, with underscores")
    _metrics[metric.name] = metric


def metric(name: str) -> Metric:
    """Return the metric of this name. Raises `NoSuchMetric`."""
    if name not in _metrics:
        raise NoSuchMetric
    return _metrics[name]


def metrics() -> Sequence[Metric]:
    """Return all metrics in the order they were registered."""
    return list(_metrics.values())
