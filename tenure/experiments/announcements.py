"""What experiments tell the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class AccountAssigned:
    """An account was eligible for touches for the first time, and its lot was drawn: treated or held out."""

    workspace_id: int
    at: datetime
    account_id: int
    group: str
