"""What health tells the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class HealthChanged:
    """An account has come into another band of its main scorecard; both scores are known."""

    workspace_id: int
    at: datetime
    account_id: int
    scorecard_id: int
    scorecard_name: str
    band_before: str
    band: str
    score_before: int
    score: int
    tone: str
