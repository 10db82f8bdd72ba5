"""What imports tell the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class LinesWithdrawn:
    """Lines on timelines, each a kind, an account and a moment, stand for what an import said by mistake."""

    workspace_id: int
    at: datetime
    lines: list[tuple[str, int, datetime]]
