"""How many accounts leave under each model and after each change, by this workspace's own past.

Time is summed up in the database; one by one are only looked at the accounts that ever left.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, DurationField, ExpressionWrapper, F, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Least

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
_NOTHING = timedelta(0)
Spans = Sequence[tuple[datetime, datetime | None]]
K = TypeVar("K")


def expected_churn(*, now: datetime | None = None, horizon: int = HORIZON) -> dict[str, Rate]:
    """Return, by model, the share of accounts expected to leave within the horizon.

    Every account is watched for as long as it had the model and was a customer; the rate at which they left is taken
    to go on. This says how many leave, not what the model does: nobody drew lots for it.
    """
    now = now or clock.now()
    rows = Standing.objects.exclude(left_cause=CauseOfModel.MERGED.value)
    until = Coalesce(F("left_at"), Value(now))
    found = _rates(rows, ("model",), until, lambda row: (row["model"],), horizon)
    return {key: found.get((key,), NOT_WATCHED) for key in definition().definition.keys}


def changes_made(*, now: datetime | None = None, horizon: int = HORIZON) -> Sequence[Change]:
    """Return the changes from one model to another, the most frequent first, with who left within the horizon after."""
    now = now or clock.now()
    rows = Standing.objects.exclude(came_from="")
    until = Least(Value(now), F("since") + Value(horizon * _DAY))
    found = _rates(rows, ("came_from", "model"), until, lambda row: (row["came_from"], row["model"]), horizon)
    times = rows.values_list("came_from", "model").annotate(n=Count("pk")).order_by()
    made = [
        Change(source=source, target=target, accounts=n, churn=found[source, target])
        for source, target, n in times
        if (source, target) in found  # not what has come since it was asked
    ]
    return sorted(made, key=lambda each: (-each.accounts, each.source, each.target))


def _rates(
    rows: "QuerySet[Standing]", by: Sequence[str], until: Any, key: Callable[[dict[str, Any]], K], horizon: int
) -> dict[K, Rate]:
    """Return how many leave, by the fields `by`, of accounts watched from `since` to `until`."""
    watched = rows.annotate(until=until)
    time = ExpressionWrapper(F("until") - F("since"), output_field=DurationField())
    totals = watched.values(*by).annotate(accounts=Count("account", distinct=True), time=Sum(time)).order_by()
    gone = customers.churned_spans(customers.ever_churned())
    away: dict[K, timedelta] = defaultdict(timedelta)
    churned: dict[K, int] = defaultdict(int)
    of_gone = watched.filter(account__in=list(gone)).order_by("pk") if gone else watched.none()
    for row in of_gone.values(*by, "account_id", "since", "until").iterator(10_000):
        left, lost = _left(gone[row["account_id"]], row["since"], row["until"])
        churned[key(row)] += left
        away[key(row)] += lost
    return {
        key(row): _rate(churned[key(row)], row["time"] - away[key(row)], row["accounts"], horizon) for row in totals
    }


def _left(spans: Iterable[tuple[datetime, datetime | None]], begin: datetime, end: datetime) -> tuple[int, timedelta]:
    """Return how often an account left while it was watched, and for how long of that it was no customer."""
    churned, lost = 0, _NOTHING
    for left, back in spans:
        churned += begin <= left <= end
        lost += max(_NOTHING, min(end, back or end) - max(begin, left))
    return churned, min(lost, max(_NOTHING, end - begin))


def _rate(churned: int, time: timedelta, accounts: int, horizon: int) -> Rate:
    days = max(0.0, time / _DAY)
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


NOT_WATCHED = _rate(0, _NOTHING, 0, HORIZON)
"""What is known of a model that nobody had."""
