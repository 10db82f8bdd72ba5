"""What billing tells the rest of the system. Amounts are minor units of the workspace's currency unless said.

Things are told once they can no longer be merged with a change close by (an hour, if the workspace keeps the default),
with the moment they really happened at.
"""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class TrialStarted:
    """A trial of a subscription began."""

    workspace_id: int
    at: datetime
    account_id: int
    subscription_id: int
    plan: str
    ends_at: datetime | None
    source: str


@announcement
class TrialEnded:
    """A trial ended without becoming a paid subscription."""

    workspace_id: int
    at: datetime
    account_id: int
    subscription_id: int
    plan: str
    source: str


@announcement
class BecamePaying:
    """A subscription is paid for the first time, after a trial or at once."""

    workspace_id: int
    at: datetime
    account_id: int
    subscription_id: int
    plan: str
    after_trial: bool
    source: str


@announcement
class PlanChanged:
    """A subscription is on another plan now; `direction` is upgrade, downgrade or sideways, by list price."""

    workspace_id: int
    at: datetime
    account_id: int
    subscription_id: int
    plan_from: str
    plan_to: str
    direction: str
    source: str


@announcement
class SubscriptionChurned:
    """A paid subscription ended; the account may have others (`is_last` says whether it was the last)."""

    workspace_id: int
    at: datetime
    account_id: int
    subscription_id: int
    plan: str
    is_last: bool
    source: str


@announcement
class MovementRecorded:
    """An account's MRR changed: `kind` is new, expansion, contraction, churn or reactivation."""

    workspace_id: int
    at: datetime
    account_id: int
    kind: str
    amount: int
    mrr_after: int
    currency: str
    plan_from: str
    plan_to: str
    source: str


@announcement
class InvoicesChanged:
    """Something new was said of invoices of these accounts: one is there, is due, was paid, or is another account's."""

    workspace_id: int
    at: datetime
    account_ids: list[int]
