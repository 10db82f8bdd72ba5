"""What one process of the door has seen, as Prometheus text."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector


class _Seen(Collector):
    def __init__(self, families: list[CounterMetricFamily | GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> list[CounterMetricFamily | GaugeMetricFamily]:
        return self._families


def figures(
    *, refused: Mapping[str, int], taken: int, commits: int, waiting: int, held_bytes: int, is_overloaded: bool
) -> bytes:
    """Write the figures; counters begin with the process."""
    by_code = CounterMetricFamily("tenure_collect_refused", "Calls and requests this process refused", labels=["code"])
    for code, n in sorted(refused.items()):
        by_code.add_metric([code], n)
    registry = CollectorRegistry()
    registry.register(
        _Seen(
            [
                CounterMetricFamily("tenure_collect_taken", "Calls this process acknowledged", value=taken),
                CounterMetricFamily("tenure_collect_commits", "Group commits of this process", value=commits),
                GaugeMetricFamily("tenure_collect_waiting", "Requests that wait for their commit", value=waiting),
                GaugeMetricFamily("tenure_collect_held_bytes", "Bytes of bodies being read", value=held_bytes),
                GaugeMetricFamily("tenure_collect_overloaded", "1 while everything gets 429", value=is_overloaded),
                by_code,
            ]
        )
    )
    return generate_latest(registry)
