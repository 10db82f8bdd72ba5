"""What VIPs tell the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class VipReasonFound:
    """An account has become a VIP, or is one for another reason too."""

    workspace_id: int
    at: datetime
    account_id: int
    reason: str
    reason_name: str
    level: str
    level_name: str


@announcement
class VipReasonGone:
    """A reason for which an account was a VIP is there no more; `level` is empty when it was the last."""

    workspace_id: int
    at: datetime
    account_id: int
    reason: str
    reason_name: str
    level: str
    level_name: str


@announcement
class VipTermsAccepted:
    """A customer has accepted what its level is promised."""

    workspace_id: int
    at: datetime
    account_id: int
    level: str
    level_name: str
    recorded_by_id: int | None
