"""Who is in which group, and how long each has been watched."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from tenure.customers import queries as customers
from tenure.experiments.models import Assignment
from tenure.experiments.rules import balance_of, watch
from tenure.experiments.types import Balance, Group, GroupCounts, Watched
from tenure.kernel import clock


def group_of(account_ids: Iterable[int]) -> dict[int, Group]:
    """Return the groups of those accounts that have been assigned."""
    found = Assignment.objects.filter(account_id__in=list(account_ids)).values_list("account_id", "group")
    return {account_id: Group(group) for account_id, group in found}


def held_out_ids() -> set[int]:
    """Return all accounts that are held out."""
    return set(Assignment.objects.filter(group=Group.HELD_OUT).values_list("account_id", flat=True))


def group_counts() -> GroupCounts:
    """Count the accounts in each group."""
    found = dict(Assignment.objects.values("group").annotate(n=Count("pk")).order_by().values_list("group", "n"))
    return GroupCounts(treated=found.get(Group.TREATED.value, 0), held_out=found.get(Group.HELD_OUT.value, 0))


def assignments(
    *, group: Group | None = None, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Assignment]:
    """Return assignments made between two moments, with their accounts, oldest first."""
    found = Assignment.objects.select_related("account").filter(account__merged_into=None)
    if group is not None:
        found = found.filter(group=group.value)
    if since is not None:
        found = found.filter(assigned_at__gte=since)
    if until is not None:
        found = found.filter(assigned_at__lte=until)
    return found.order_by("assigned_at", "pk")


def watched_accounts(
    *, group: Group | None = None, since: datetime | None = None, now: datetime | None = None
) -> list[Watched]:
    """Return the accounts behind an effect, one by one: what the page opens down to and the CSV holds."""
    moment = now or clock.now()
    rows = assignments(group=group, since=since, until=moment).values_list("account_id", "group", "assigned_at")
    churned = customers.churned_spans(pk for pk, _, _ in rows)
    until = watched_until(moment)
    watched = (watch(pk, Group(name), at, churned.get(pk, ()), until) for pk, name, at in rows)
    return [w for w in watched if w is not None]


def watched_until(now: datetime) -> datetime:
    """Return the last moment anything is known of: now, or the last thing any customer did when nothing came since.

    Without this, accounts would seem to be kept for as long as nobody sends data.
    """
    last_seen: datetime | None = Assignment.objects.aggregate(at=Max("account__last_seen_at"))["at"]
    return min(now, last_seen) if last_seen else now


def balance(trait: str, *, since: datetime | None = None, now: datetime | None = None) -> Balance:
    """Compare how a trait, as known today, is spread over the groups. Assignment by lot should spread it alike."""
    groups = {w.account_id: w.group for w in watched_accounts(since=since, now=now)}
    facts = customers.account_facts([trait], list(groups))
    values = zip(facts["account_id"].to_pylist(), facts[trait].to_pylist(), strict=True)
    return balance_of(
        trait, ((groups[pk], "" if value is None else str(value)) for pk, value in values if pk in groups)
    )
