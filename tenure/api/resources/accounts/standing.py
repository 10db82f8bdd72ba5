"""How one account is: its use by day and by week, against its own expectation."""

from datetime import date, timedelta
from typing import Any

from ninja import Schema
from ninja.params.functions import Query

from tenure.activity import queries as activity
from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.api.resources.accounts.routing import router
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.tracking import queries as tracking

DAYS = Query(90, ge=1, le=800, description="How many days back, today (UTC) included.")


class UseDay(Schema):
    """One UTC day of an account."""

    day: date = said("The day.")
    events: int = said("How many events were seen.")
    active_people: int = said("How many people used the product.")


class UseWeek(Schema):
    """Seven days of an account, against what was to be expected."""

    ends: date = said("The last of the seven days.")
    actual: int = said("Days of use: each person counts once a day.", 21)
    events: int = said("How many events were seen; key events where some are chosen.")
    expected: float | None = said("What was to be expected; null when too little is known.", 38.5)
    low: float | None = said("The lower end of what was to be expected.", 29.0)
    high: float | None = said("The upper end of what was to be expected.", 48.0)
    events_expected: float | None = said(
        "How many events were to be expected; key events where some are chosen.", 160.0
    )
    events_low: float | None = said("The lower end of what was to be expected of events.", 110.0)
    events_high: float | None = said("The upper end of what was to be expected of events.", 210.0)
    minutes: int | None = said("Minutes in the product; null while nobody counts them.", 240)
    minutes_expected: float | None = said("How many minutes were to be expected.", 420.0)
    minutes_low: float | None = said("The lower end of what was to be expected of minutes.", 260.0)
    minutes_high: float | None = said("The upper end of what was to be expected of minutes.", 580.0)


class StandingOut(Schema):
    """How use stands against the account's own expectation, as last judged, and how many people are active."""

    verdict: str | None = said("What the last judging said; null before the first.", "declining")
    judged_on: date | None = said("The last day that was looked at.")
    ratio: float | None = said("Days of use against expectation; null when not judged.", 0.54)
    since: date | None = said("Since when use has declined, while it has.")
    active_7_days: int = said("People seen in the last 7 days (UTC, today included).", 5)
    active_30_days: int = said("People seen in the last 30 days (UTC, today included).", 11)
    people: int = said("How many known people the account has.")


@lists(router, "/{int:account_id}/use", UseDay, summary="Use by day")
def list_use(request: ApiCall, account_id: int, days: int = DAYS, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the days on which the account was used, oldest first; a day without use has no row."""
    today, pk = clock.now().date(), _account(account_id)
    return page_of_few(tracking.usage_by_day([pk], today - timedelta(days=days - 1), today), cursor, limit)


@lists(router, "/{int:account_id}/use/weeks", UseWeek, summary="Use by week, against expectation")
def list_weeks(request: ApiCall, account_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the last 16 weeks, oldest first: what the chart on the account's page is drawn of."""
    return page_of_few(activity.usage_weeks(_account(account_id), clock.now()), cursor, limit)


@router.get("/{int:account_id}/standing", response=StandingOut, summary="Use against expectation")
def read_standing(request: ApiCall, account_id: int) -> Any:
    """Return how use compares with the account's own weekday-adjusted expectation, and how many people are active."""
    pk, today = _account(account_id), clock.now().date()
    standing = activity.standing_of(pk)
    return {
        "verdict": standing.verdict if standing else None,
        "judged_on": standing.judged_on if standing else None,
        "ratio": standing.ratio if standing else None,
        "since": standing.since if standing else None,
        "active_7_days": tracking.people_active(pk, today - timedelta(days=6), today),
        "active_30_days": tracking.people_active(pk, today - timedelta(days=29), today),
        "people": customers.people_counts([pk]).get(pk, 0),
    }


def _account(pk: int) -> int:
    return customers.account(reachable(pk)).pk
