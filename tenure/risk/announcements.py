"""What risk tells the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class RiskChanged:
    """An account's risk came into another band (usual, raised or high)."""

    workspace_id: int
    at: datetime
    account_id: int
    band: str
    previous_band: str
    chance: float
    horizon_days: int
