"""How many accounts leave under each model and after each change, by this workspace's own past."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.stats.rates import within
from tenure.touch_models.models import Standing
from tenure.touch_models.queries.definitions import definition
from tenure.touch_models.types import CauseOfModel, Change, Rate

HORIZON = 90
FEWEST_CHURNS = 5
FEWEST_ACCOUNTS = 30
"""Below either, nothing is said: the interval would be wider than anything it could tell."""
_DAY = timedelta(days=1)
Spans = list[tuple[datetime, datetime | None]]
_Watched = tuple[int, datetime, datetime]
"""An account watched from a moment to another."""


def expected_churn(*, now: datetime | None = None, horizon: int = HORIZON) -> dict[str, Rate]:
    """Return, by model, the share of accounts expected to leave within the horizon.

    Every account is watched for as long as it had the model and was a customer; the rate at which they left is taken
    to go on. This says how many leave, not what the model does: nobody drew lots for it.
    """
    now = now or clock.now()
    watched: dict[str, list[_Watched]] = defaultdict(list)
    rows = Standing.objects.exclude(left_cause=CauseOfModel.MERGED.value).order_by("pk")
    for account_id, model, since, left_at in rows.values_list("account_id", "model", "since", "left_at"):
        watched[model].append((account_id, since, left_at or now))
    gone = _gone(a for each in watched.values() for a, _, _ in each)
    return {key: _rate(watched.get(key, []), gone, horizon) for key in definition().definition.keys}


def changes_made(*, now: datetime | None = None, horizon: int = HORIZON) -> Sequence[Change]:
    """Return the changes from one model to another, the most frequent first, with who left within the horizon after."""
    now = now or clock.now()
    pairs: dict[tuple[str, str], list[_Watched]] = defaultdict(list)
    rows = (
        Standing.objects.exclude(came_from="").order_by("pk").values_list("account_id", "came_from", "model", "since")
    )
    for account_id, source, target, since in rows:
        pairs[source, target].append((account_id, since, min(now, since + horizon * _DAY)))
    gone = _gone(a for each in pairs.values() for a, _, _ in each)
    made = [
        Change(source=source, target=target, accounts=len(watched), churn=_rate(watched, gone, horizon))
        for (source, target), watched in pairs.items()
    ]
    return sorted(made, key=lambda each: (-each.accounts, each.source, each.target))


def _gone(account_ids: Iterable[int]) -> dict[int, Spans]:
    return customers.churned_spans(set(account_ids))


def _rate(watched: Sequence[_Watched], gone: dict[int, Spans], horizon: int) -> Rate:
    days, churned = 0.0, 0
    for account_id, begin, end in watched:
        alive = end - begin
        for left, back in gone.get(account_id, ()):
            if begin <= left <= end:
                churned += 1
            alive -= max(timedelta(0), min(end, back or end) - max(begin, left))
        days += max(0.0, alive / _DAY)
    accounts = len({account_id for account_id, _, _ in watched})
    enough = churned >= FEWEST_CHURNS and accounts >= FEWEST_ACCOUNTS
    said = within(churned, days, horizon) if enough else None
    return Rate(
        share=said.value if said else None,
        low=said.low if said else None,
        high=said.high if said else None,
        churned=churned,
        accounts=accounts,
        account_days=round(days),
        horizon_days=horizon,
    )
