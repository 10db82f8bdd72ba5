"""Billing: what accounts pay a month, why that changed, and what it came to. Amounts are minor units (cents)."""

from datetime import date, datetime
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, as_page, page_of_few
from tenure.billing import queries
from tenure.billing.types import Direction, MonthOfMrr, MovementKind, MovementRow, Status
from tenure.customers import queries as customers
from tenure.insights import queries as insights
from tenure.insights.errors import RangeUnusable
from tenure.insights.queries import today
from tenure.kernel import clock
from tenure.kernel.errors import NotFound

router = Router(tags=["billing"])
FIRST, LAST = clock.EARLIEST.date(), date(2200, 1, 1)


class NothingBilled(NotFound):
    """Nothing was ever billed to this account."""

    code = "nothing_billed"


class MovementOut(Schema):
    """One change of what an account pays a month."""

    account_id: int = said("Whose MRR changed.")
    account_name: str = said("What the account is called.", "Fjord Ltd")
    at: datetime = said("When.")
    kind: MovementKind = said("Why: new, expansion, contraction, churn or reactivation.", "expansion")
    amount: int = said("The change, in minor units of the workspace's currency at its fixed rates.", 5000)
    mrr_after: int = said("The account's MRR from then on.", 15000)
    by_currency: dict[str, list[int]] = said(
        "The same in the currencies that are paid: change and MRR after.", {"EUR": [4425, 13274]}
    )
    plan_from: str = said("What was paid for before.", "Basic")
    plan_to: str = said("What is paid for since.", "Premium")
    direction: Direction | None = said("Which way a change of plan went; null if the plan did not change.", "upgrade")


class MonthOut(Schema):
    """What happened to MRR in a calendar month (UTC)."""

    month: date = said("The first day of the month.", "2026-03-01")
    mrr_before: int = said("MRR at its beginning.", 4_800_000)
    new: int = said("From accounts that paid for the first time.", 120_000)
    expansion: int = said("From accounts that came to pay more.", 80_000)
    contraction: int = said("From accounts that came to pay less; not above 0.", -20_000)
    churn: int = said("From accounts whose last subscription ended; not above 0.", -60_000)
    reactivation: int = said("From accounts that came back.", 10_000)
    mrr: int = said("MRR at its end, or now.", 4_930_000)
    accounts: int = said("Accounts that pay at its end, or now.", 312)
    accounts_new: int = said("Accounts that paid for the first time ever.", 9)
    accounts_lost: int = said("Accounts that paid at its beginning and no longer at its end.", 4)
    group: str = said("The group, where it is split; else empty.", "Premium")
    moved: int = said("What accounts took along that came from other groups, less what went to others.", 0)


class PayingOut(Schema):
    """An account that pays."""

    account_id: int = said("Which account.")
    name: str = said("What it is called.", "Fjord Ltd")
    mrr: int = said("What it pays a month.", 15000)
    plan: str = said("What it pays for.", "Premium")
    since: datetime = said("Since when it pays that.")


class BillingOfAccountOut(Schema):
    """What an account has now."""

    account_id: int = said("Which account.")
    status: Status = said("Where its subscriptions stand: the best of them.", "active")
    mrr: int = said("What it pays a month, in the workspace's currency.", 15000)
    by_currency: dict[str, int] = said("The same in the currencies that are paid.", {"EUR": 13274})
    plan: str = said("What it pays for.", "Premium")
    seats: int | None = said("How many seats that is, where plans have seats.", 12)
    renews_at: datetime | None = said("When the next bill is due.")
    ends_at: datetime | None = said("When its last subscription is scheduled to end.")


@lists(router, "/movements", MovementOut, summary="Movements of MRR")
def list_movements(
    request: ApiCall,
    kind: MovementKind | None = Query(None, description="Only one kind."),
    account_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only of one account."),
    since: date | None = Query(None, description="Only from this day on (UTC)."),
    until: date | None = Query(None, description="Only up to this day, included."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List every change of what an account pays a month, newest first. They sum to MRR."""
    page = queries.movements(
        since=_sane(since),
        until=_sane(until),
        kinds=[kind] if kind else [],
        account_id=account_id,
        cursor=cursor,
        limit=limit,
    )
    return as_page([_movement(m) for m in page.movements], page.next_cursor)


@lists(router, "/months", MonthOut, summary="MRR by month")
def list_months(
    request: ApiCall,
    since: date | None = Query(None, description="From the month of this day; without it, from the first there is."),
    until: date | None = Query(None, description="To the month of this day; without it, to now."),
    by: str = Query("", description="What to split by: plan, currency, or any trait of accounts; empty for all."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List what happened to MRR month by month, oldest first; months of which nothing is known are left out.

    Split, every month has a row for each group, and the groups sum to the whole.
    """
    months = insights.months_of_mrr(_sane(since) or FIRST, _sane(until) or today(), by)
    return page_of_few(months, cursor, limit, _month)


@lists(router, "/accounts", PayingOut, summary="Accounts that pay")
def list_paying_accounts(
    request: ApiCall,
    on: date | None = Query(None, description="At the end of this day (UTC); without it, now."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List who pays and how much a month, most first."""
    paying = queries.accounts_paying(_sane(on) or today())
    return page_of_few(
        paying,
        cursor,
        limit,
        lambda a: {"account_id": a.account_id, "name": a.name, "mrr": a.mrr, "plan": a.plan, "since": a.since},
    )


@router.get("/accounts/{account_id}", response=BillingOfAccountOut, summary="What an account pays")
def read_billing_of_account(request: ApiCall, account_id: int) -> Any:
    """Return what an account has now; 404 `nothing_billed` if nothing was ever billed to it."""
    found = customers.account(account_id if 0 < account_id <= LARGEST_ID else 0)
    ledger = queries.ledger_of(found.pk)
    if ledger is None:
        raise NothingBilled
    return ledger


def _movement(m: MovementRow) -> dict[str, Any]:
    return {
        "account_id": m.account_id,
        "account_name": m.account_name,
        "at": m.at,
        "kind": m.kind,
        "amount": m.amount,
        "mrr_after": m.mrr_after,
        "by_currency": {currency: list(change) for currency, change in m.by_currency.items()},
        "plan_from": m.plan_from,
        "plan_to": m.plan_to,
        "direction": m.direction,
    }


def _month(m: MonthOfMrr) -> dict[str, Any]:
    return {
        "month": m.month,
        "mrr_before": m.mrr_before,
        **{kind.value: getattr(m, kind.value) for kind in MovementKind},
        "mrr": m.mrr,
        "accounts": m.accounts,
        "accounts_new": m.accounts_new,
        "accounts_lost": m.accounts_lost,
        "group": m.group,
        "moved": m.moved,
    }


def _sane(day: date | None) -> date | None:
    """Refuse days that no ledger reaches to."""
    if day is not None and not FIRST <= day <= LAST:
        raise RangeUnusable(f"Days are from {FIRST.year} to {LAST.year}.")
    return day
