"""The router of accounts, and the form in which one is shown."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ninja import Router, Schema

from tenure.activity import queries as activity
from tenure.api.fields import said
from tenure.customers import queries as customers
from tenure.experiments import queries as experiments
from tenure.kernel import clock
from tenure.signals import queries as signals

if TYPE_CHECKING:
    from tenure.customers.models import Account

USE_DAYS = 30

router = Router(tags=["accounts"])


class AccountOut(Schema):
    """One account."""

    id: int = said("Tenure's id of it.")
    external_id: str | None = said("What your product calls it: Segment's groupId.", "northwind")
    name: str = said("What it is called.")
    domain: str = said("The domain of its web site and addresses.")
    is_solo: bool = said("True for a known person without a company: an account of one.")
    stage: str = said("Where it is in its life: trial, onboarding, active, churned or won_back.", "active")
    owner_id: int | None = said("The member who looks after it.", 3)
    owner_name: str = said("What that member is called.", "Ada Park")
    traits: dict[str, Any] = said("The facts known now.", {"plan": "Premium", "mrr": 490})
    people: int = said("How many known people it has.")
    open_signals: int = said("How many signals about it ask for attention.", 1)
    events_30_days: int = said("How many events were seen in the last 30 days (UTC, today included).", 318)
    group: str | None = said("treated or held_out; null when it takes part in no comparison yet.", "treated")
    signed_up_at: datetime | None = said("When it signed up.")
    churned_at: datetime | None = said("When it churned, while it has.")
    returned_at: datetime | None = said("When it came back after churning.")
    first_seen_at: datetime = said("When it was first heard of.")
    last_seen_at: datetime | None = said("When it last used the product.")


def shown(accounts: Sequence["Account"]) -> list[dict[str, Any]]:
    """Return accounts as the API shows them: a handful of statements, whatever the number."""
    ids, now = [account.pk for account in accounts], clock.now()
    people, alarms, groups = customers.people_counts(ids), signals.open_counts(ids), experiments.group_of(ids)
    events = events_of(ids)
    fields = (
        "external_id", "name", "domain", "is_solo", "owner_id", "traits", "signed_up_at", "churned_at", "returned_at",
        "first_seen_at", "last_seen_at",
    )  # fmt: skip
    return [
        {
            "id": account.pk,
            "stage": customers.stage_of(account, now).value,
            "owner_name": account.owner.name if account.owner else "",
            "people": people.get(account.pk, 0),
            "open_signals": alarms.get(account.pk, 0),
            "events_30_days": events.get(account.pk, 0),
            "group": groups.get(account.pk),
            **{field: getattr(account, field) for field in fields},
        }
        for account in accounts
    ]


def events_of(ids: Sequence[int]) -> dict[int, int]:
    """Return how many events were seen of each account lately, with one question to the lake."""
    counted: dict[int, int] = {}
    for row in activity.use_of_accounts(clock.now().date(), USE_DAYS, ids).to_pylist() if ids else ():
        counted[row["account_id"]] = counted.get(row["account_id"], 0) + row["events"]
    return counted


def days_ago(days: int) -> datetime:
    """Return the moment so many days ago."""
    return clock.now() - timedelta(days=days)
