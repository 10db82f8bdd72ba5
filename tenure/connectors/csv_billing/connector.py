"""Files of subscriptions and of spend, as connectors are plugged in."""

from collections.abc import Sequence

from tenure.connectors.registry import Brings, Connected


class CsvBillingConnector:
    """Reads subscriptions and what winning customers costs from CSV and JSON lines, through an import of files."""

    kind = "csv_billing"
    brings: Sequence[Brings] = (Brings.BILLING,)

    def connected(self) -> Sequence[Connected]:
        """Return nothing: each file stands alone."""
        return []
