"""What a monitoring system asks tracking, as Prometheus text."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from tenure.tracking.queries.lag import lag


def gauges(registry: CollectorRegistry) -> None:
    """Add how far the lake is behind the intake log, over all workspaces."""
    behind = lag()
    for name, about, value in (
        ("batches", "Acknowledged batches not yet stored", behind.batches),
        ("calls", "Acknowledged calls not yet stored", behind.calls),
        ("oldest_seconds", "Age of the oldest acknowledged batch not yet stored", behind.oldest_seconds),
    ):
        Gauge(f"tenure_intake_waiting_{name}", about, registry=registry).set(value)


def metrics() -> bytes:
    """Return the gauges in Prometheus' text form."""
    registry = CollectorRegistry()
    gauges(registry)
    return generate_latest(registry)
