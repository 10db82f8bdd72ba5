"""Metrics: every number, defined once, by period and group, with the accounts behind each value."""

from datetime import date
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few
from tenure.customers import queries as customers
from tenure.insights import queries, registry
from tenure.insights.types import Metric

router = Router(tags=["metrics"])

FROM = Query(None, alias="from", description="The first day; 60 days, 26 weeks or 12 months ago unless said.")
TO = Query(None, alias="to", description="The last day, included; today unless said.")
BY = Query(
    "",
    description="What to split by: one of the metric's `by`, or any trait of accounts where it says `by_traits`; empty "
    "for everybody together.",
)


class MetricOut(Schema):
    """What a metric is."""

    name: str = said("What it is asked for by.", "mau")
    title: str = said("What it is called.", "Monthly active people")
    formula: str = said("How it is computed, in words.", "People who did something in the 30 days up to the day.")
    unit: str = said(
        "What the values count: people, accounts, share (0 to 1), minutes, money (minor units) ….", "people"
    )
    grain: str = said("How long a period is: day, week (from Monday) or month; UTC.", "day")
    by: list[str] = said("What it can be split by.", ["plan", "touch_model", "account"])
    by_traits: bool = said("Whether any other trait of accounts splits it, too.", True)


class MetricRowOut(Schema):
    """The value of a metric in one period for one group."""

    period: date = said("The first day of the period.", "2026-03-01")
    group: str = said("The group; empty for everybody, `(none)` for those of whom it is not known.", "Premium")
    value: int | float | None = said("The value; null where nothing is known, which is not 0.", 412)
    n: int = said("How many it was made from.", 412)
    low: float | None = said("The lower end of its 95 % interval, where it has one.", None)
    high: float | None = said("The upper end.", None)
    so_far: bool = said("Whether the period is not over.", False)


class AccountBehindOut(Schema):
    """An account behind a value."""

    account_id: int = said("Which account.", 17)
    account_name: str = said("What it is called.", "Northwind Ltd")


@lists(router, "", MetricOut, summary="List metrics")
def list_metrics(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List every metric with its formula."""
    return page_of_few(registry.metrics(), cursor, limit, _described)


@lists(router, "/{slug:name}", MetricRowOut, summary="A metric by period")
def read_metric(
    request: ApiCall,
    name: str,
    since: date | None = FROM,
    until: date | None = TO,
    by: str = BY,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """Return the value of a metric in every whole period that meets the range, oldest first."""
    return page_of_few(queries.read_metric(name, since=since, until=until, by=by).rows, cursor, limit)


@lists(router, "/{slug:name}/accounts", AccountBehindOut, summary="The accounts behind a value")
def list_accounts_behind(
    request: ApiCall,
    name: str,
    period: date = Query(description="The first day of the period."),
    by: str = BY,
    group: str = Query("", description="The group of the split."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the accounts that made one value of a metric; for a share, those that did."""
    return page_of_accounts(queries.accounts_behind(name, period, by=by, group=group), cursor, limit)


def page_of_accounts(account_ids: Any, cursor: str, limit: int) -> Any:
    """Return a page of accounts with their names."""
    page = page_of_few(list(account_ids), cursor, limit)
    names = customers.account_names(page["items"])
    page["items"] = [{"account_id": pk, "account_name": names.get(pk, f"#{pk}")} for pk in page["items"]]
    return page


def _described(metric: Metric) -> dict[str, Any]:
    return {
        "name": metric.name,
        "title": str(metric.title),
        "formula": str(metric.formula),
        "unit": metric.unit.value,
        "grain": metric.grain.value,
        "by": list(metric.by),
        "by_traits": metric.by_traits,
    }
