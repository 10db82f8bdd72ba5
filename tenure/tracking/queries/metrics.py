"""What a monitoring system asks tracking, as Prometheus text."""

from collections import Counter

from django.db.models import Sum
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from tenure.tracking.models import Refusal, Tally
from tenure.tracking.queries.lag import lag
from tenure.tracking.rules.lagging import EDGES

_COUNTERS = {
    "turns": ("tenure_intake_turns", "Turns of the intake worker"),
    "batches": ("tenure_intake_batches", "Batches stored"),
    "calls": ("tenure_intake_calls", "Acknowledged calls worked through, repeats included"),
    "stored": ("tenure_intake_stored", "Calls stored in the lake: the new ones"),
}


class _Counted(Collector):
    def collect(self) -> list[Metric]:
        return _families()


def gauges(registry: CollectorRegistry) -> None:
    """Add how far the lake is behind the intake log, what was taken and refused, and how long it took; everywhere."""
    registry.register(_Counted())


def metrics() -> bytes:
    """Return it in Prometheus' text form."""
    registry = CollectorRegistry()
    gauges(registry)
    return generate_latest(registry)


def _families() -> list[Metric]:
    behind = lag()
    found: list[Metric] = [
        GaugeMetricFamily(f"tenure_intake_waiting_{name}", about, value=value)
        for name, about, value in (
            ("batches", "Acknowledged batches not yet stored", behind.batches),
            ("calls", "Acknowledged calls not yet stored", behind.calls),
            ("oldest_seconds", "Age of the oldest acknowledged batch not yet stored", behind.oldest_seconds),
        )
    ]
    totals = dict(Tally.everywhere.order_by().values_list("name").annotate(n=Sum("total")))
    for name, (metric, about) in _COUNTERS.items():
        found.append(CounterMetricFamily(metric, about, value=totals.get(name, 0)))
    parts = CounterMetricFamily("tenure_intake_seconds", "Seconds the worker spent, by part of a turn", labels=["part"])
    for name, total in sorted(totals.items()):
        if name.startswith("seconds."):
            parts.add_metric([name.removeprefix("seconds.")], total)
    refused = CounterMetricFamily("tenure_intake_refused", "Calls refused, by code", labels=["code"])
    for code, total in sorted(_refused(totals).items()):
        refused.add_metric([code], total)
    return [*found, parts, refused, _lags(totals)]


def _refused(totals: dict[str, float]) -> Counter[str]:
    """Count refusals since the beginning: those still listed, and those forgotten."""
    counted: Counter[str] = Counter()
    for code, n in Refusal.everywhere.order_by().values_list("code").annotate(n=Sum("count")):
        counted[code] += n
    for name, total in totals.items():
        if name.startswith("refused."):
            counted[name.removeprefix("refused.")] += int(total)
    return counted


def _lags(totals: dict[str, float]) -> HistogramMetricFamily:
    below, buckets = 0.0, []
    for edge in EDGES:
        below += totals.get(f"lag.{edge:g}", 0)
        buckets.append((f"{edge:g}", below))
    below += totals.get("lag.inf", 0)
    return HistogramMetricFamily(
        "tenure_intake_lag_seconds",
        "Seconds from acknowledged to queryable, by call",
        buckets=[*buckets, ("+Inf", below)],
        sum_value=totals.get("lag_sum", 0),
    )
