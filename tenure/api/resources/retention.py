"""Retention: who comes back, cohort by cohort."""

from datetime import date
from typing import Any, Literal

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few
from tenure.api.resources.metrics import FROM, TO, AccountBehindOut, page_of_accounts
from tenure.insights import queries
from tenure.insights.types import Entry, Grain, RetentionAsked, Subject

router = Router(tags=["retention"])

COUNTS = Query("account", description="Whom to count.")
ENTRY = Query("first_use", description="When they came: first use, or sign-up.")
GRAIN = Query("month", description="How long a period is.")
EVENT = Query("", description="The event that counts as coming back; empty for any use.", max_length=500)
BY = Query("", description="Split by this trait of the account, such as `plan` or `touch_model`.", max_length=255)
CHANGE = Query(None, description="Split into those who came before this day and from it on; not together with `by`.")


class RetentionCellOut(Schema):
    """How many of a cohort were active so many periods after their first."""

    cohort: date = said("The first day of the period they came in.", "2026-03-01")
    group: str = said("The group; empty without a split.", "Premium")
    size: int = said("How many came.", 41)
    age: int = said("How many periods later.", 1)
    active: int | None = said("How many were active then; null in a period of which nothing is known.", 33)
    share: float | None = said("The share of those who came.", 0.805)
    so_far: bool = said("Whether that period is not over.", False)


class RetentionPointOut(Schema):
    """The share active at one age, over all cohorts of a group for which that period is over."""

    group: str = said("The group; empty without a split.", "Premium")
    age: int = said("How many periods later.", 1)
    active: int = said("How many were active.", 120)
    of: int = said("Out of how many.", 160)
    share: float = said("The share.", 0.75)
    low: float = said("The lower end of its 95 % interval.", 0.678)
    high: float = said("The upper end.", 0.811)


@lists(router, "", RetentionCellOut, summary="The retention triangle")
def read_triangle(
    request: ApiCall,
    counts: Literal["account", "person"] = COUNTS,
    entry: Literal["first_use", "sign_up"] = ENTRY,
    grain: Literal["week", "month"] = GRAIN,
    event: Text = EVENT,
    by: Text = BY,
    change: date | None = CHANGE,
    since: date | None = FROM,
    until: date | None = TO,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """Return the cells of the triangle, cohort by cohort."""
    found = queries.retention(_asked(counts, entry, grain, event, by, change), since=since, until=until)
    cells = [
        {
            "cohort": cohort.period,
            "group": cohort.group,
            "size": cohort.size,
            "age": cell.age,
            "active": cell.active,
            "share": cell.share,
            "so_far": cell.so_far,
        }
        for cohort in found.cohorts
        for cell in cohort.cells
    ]
    return page_of_few(cells, cursor, limit)


@lists(router, "/curves", RetentionPointOut, summary="The retention curves")
def read_curves(
    request: ApiCall,
    counts: Literal["account", "person"] = COUNTS,
    entry: Literal["first_use", "sign_up"] = ENTRY,
    grain: Literal["week", "month"] = GRAIN,
    event: Text = EVENT,
    by: Text = BY,
    change: date | None = CHANGE,
    since: date | None = FROM,
    until: date | None = TO,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """Return what the triangle sums up to, by age."""
    found = queries.retention(_asked(counts, entry, grain, event, by, change), since=since, until=until)
    points = [
        {
            "group": curve.group,
            "age": point.age,
            "active": point.active,
            "of": point.of,
            "share": point.share,
            "low": point.low,
            "high": point.high,
        }
        for curve in found.curves
        for point in curve.points
    ]
    return page_of_few(points, cursor, limit)


@lists(router, "/accounts", AccountBehindOut, summary="The accounts of a cell")
def list_cohort_accounts(
    request: ApiCall,
    cohort: date = Query(description="A day of the period they came in."),
    age: int | None = Query(None, ge=0, le=5_000, description="So many periods later; the whole cohort unless said."),
    came_back: bool = Query(True, description="Those who were active then, or those who were not."),
    group: Text = Query("", description="The group of the split."),
    counts: Literal["account", "person"] = COUNTS,
    entry: Literal["first_use", "sign_up"] = ENTRY,
    grain: Literal["week", "month"] = GRAIN,
    event: Text = EVENT,
    by: Text = BY,
    change: date | None = CHANGE,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the accounts of a cohort; where people are counted, the accounts of those people."""
    asked = _asked(counts, entry, grain, event, by, change)
    ids = queries.cohort_accounts(asked, group=group, cohort=cohort, age=age, came_back=came_back)
    return page_of_accounts(ids, cursor, limit)


def _asked(counts: str, entry: str, grain: str, event: str, by: str, change: date | None) -> RetentionAsked:
    return RetentionAsked(
        subject=Subject(counts), entry=Entry(entry), grain=Grain(grain), event=event.strip(), split=by, change=change
    )
