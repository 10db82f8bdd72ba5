"""What customers tell the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class AccountAppeared:
    """An account was seen for the first time."""

    workspace_id: int
    at: datetime
    account_id: int
    is_solo: bool


@announcement
class PersonAppeared:
    """Somebody was seen by name (a user id) for the first time."""

    workspace_id: int
    at: datetime
    person_id: int


@announcement
class PeopleMerged:
    """Two traces turned out to be one person: whatever belonged to `merged_person_id` is `person_id`'s now."""

    workspace_id: int
    at: datetime
    person_id: int
    merged_person_id: int


@announcement
class AccountsMerged:
    """An account of one joined another account: whatever belonged to `merged_account_id` is `account_id`'s now."""

    workspace_id: int
    at: datetime
    account_id: int
    merged_account_id: int


@announcement
class AccountChurned:
    """An account's last subscription ended, at `churned_at`."""

    workspace_id: int
    at: datetime
    account_id: int
    churned_at: datetime
    event: str
    source: str


@announcement
class AccountReturned:
    """An account that had churned began again, at `returned_at`."""

    workspace_id: int
    at: datetime
    account_id: int
    returned_at: datetime
    event: str
    source: str


@announcement
class OwnerChanged:
    """Somebody else looks after an account now (or nobody)."""

    workspace_id: int
    at: datetime
    account_id: int
    owner_id: int | None
    previous_owner_id: int | None
    by_id: int | None


@announcement
class PeopleParted:
    """A merge was taken back: whatever is known of `parted_person_id` is not `person_id`'s any more."""

    workspace_id: int
    at: datetime
    person_id: int
    parted_person_id: int


@announcement
class AccountsParted:
    """A merge was taken back: whatever belonged to `parted_account_id` is not `account_id`'s any more."""

    workspace_id: int
    at: datetime
    account_id: int
    parted_account_id: int


@announcement
class AccountTraitsChanged:
    """What is known of accounts changed otherwise than by events: by a member, a connector or a computation."""

    workspace_id: int
    at: datetime
    account_ids: list[int]


@announcement
class PersonTraitsChanged:
    """What is known of people changed otherwise than by events: by a member, a connector or a computation."""

    workspace_id: int
    at: datetime
    person_ids: list[int]
