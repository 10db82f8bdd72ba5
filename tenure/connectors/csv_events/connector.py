"""Files of events, as connectors are plugged in."""

from collections.abc import Sequence

from tenure.connectors.registry import Brings, Connected


class CsvEventsConnector:
    """Reads events from CSV and JSON lines of any encoding and any columns, through an import of files."""

    kind = "csv_events"
    brings: Sequence[Brings] = (Brings.EVENTS,)

    def connected(self) -> Sequence[Connected]:
        """Return nothing: each file stands alone."""
        return []
