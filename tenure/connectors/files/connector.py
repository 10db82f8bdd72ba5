"""Files, as connectors are plugged in."""

from collections.abc import Sequence

from tenure.connectors.registry import Brings, Connected


class FilesConnector:
    """Reads accounts, people and tickets from CSV and JSON lines, however often."""

    kind = "files"
    brings: Sequence[Brings] = (Brings.CUSTOMERS,)

    def connected(self) -> Sequence[Connected]:
        """Return nothing: each file stands alone."""
        return []
