"""What the lifecycle tells the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class StageEntered:
    """An account has come to a stage of its life; `came_from` is empty for one that was never seen before."""

    workspace_id: int
    at: datetime
    account_id: int
    stage: str
    stage_name: str
    came_from: str
    came_from_name: str


@announcement
class StageLeft:
    """An account is no longer in a stage of its life, having been there for so many days."""

    workspace_id: int
    at: datetime
    account_id: int
    stage: str
    stage_name: str
    days: int
    went_to: str
