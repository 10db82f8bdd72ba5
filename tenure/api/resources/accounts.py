"""Accounts: the customer companies."""

from datetime import date, datetime, timedelta
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import Field

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.paging import CURSOR, LIMIT, Page, reachable
from tenure.customers import actions, queries
from tenure.customers.types import AccountFilter
from tenure.health import queries as health
from tenure.kernel import clock
from tenure.tracking import queries as tracking
from tenure.workspaces import queries as workspaces
from tenure.workspaces.errors import NoSuchMember

router = Router(tags=["accounts"])


class AccountOut(Schema):
    """One account."""

    id: int
    external_id: str | None = Field(description="What your product calls it: Segment's groupId.")
    name: str
    domain: str
    is_solo: bool = Field(description="True for a known person without a company: an account of one.")
    stage: str
    owner_id: int | None
    traits: dict[str, Any]
    signed_up_at: datetime | None
    churned_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime | None


class AccountsOut(Page[AccountOut]):
    """A page of accounts, and how many match in all."""

    count: int


class OwnerIn(Schema):
    """Who looks after an account from now on; null for nobody."""

    owner_id: int | None


class UseDay(Schema):
    """One UTC day of an account."""

    day: date
    events: int
    active_people: int


class TraitOut(Schema):
    """A fact with where it came from and since when."""

    name: str
    value: Any
    source: str
    since: datetime


class PersonAtAccountOut(Schema):
    """Somebody at an account."""

    id: int
    name: str
    email: str
    external_id: str | None
    role: str
    is_primary: bool
    since: datetime
    last_seen_at: datetime | None


class StandingOut(Schema):
    """Use against the account's own expectation, as last judged."""

    verdict: str
    judged_on: date
    ratio: float | None = Field(description="Days of use against expectation; null when not judged.")
    since: date | None


def _show(account: Any) -> dict[str, Any]:
    fields = ("external_id", "name", "domain", "is_solo", "owner_id", "traits", "signed_up_at", "churned_at")
    return {
        "id": account.pk,
        "stage": queries.stage_of(account),
        "first_seen_at": account.first_seen_at,
        "last_seen_at": account.last_seen_at,
        **{field: getattr(account, field) for field in fields},
    }


@router.get("", response=AccountsOut, summary="List accounts")
def list_accounts(
    request: ApiCall,
    search: str = Query("", description="Part of a name, domain or external id."),
    sort: str = Query("name", description="name, last_seen_at, signed_up_at or owner; a minus sign turns it round."),
    owner_id: int | None = Query(None, ge=1, lt=2**63),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List accounts, merged ones left out."""
    chosen = AccountFilter(search=search.replace("\x00", ""), owner_ids=(owner_id,) if owner_id else ())
    page = queries.accounts_list(chosen, sort=sort, cursor=cursor, limit=limit)
    return {
        "items": [_show(a) for a in page.accounts],
        "next_cursor": page.next_cursor or None,
        "count": page.count,
    }


@router.get("/{int:account_id}", response=AccountOut, summary="One account")
def read_account(request: ApiCall, account_id: int) -> Any:
    """Return one account; the id of one that was merged leads to what it is part of now."""
    return _show(queries.account(reachable(account_id)))


@router.get("/{int:account_id}/people", response=list[PersonAtAccountOut], summary="The people at an account")
def list_people(request: ApiCall, account_id: int) -> Any:
    """List the known people, whoever was seen last first."""
    return queries.people_of(queries.account(reachable(account_id)).pk)


@router.get("/{int:account_id}/traits", response=list[TraitOut], summary="What is known, from where, since when")
def list_traits(request: ApiCall, account_id: int) -> Any:
    """List the facts known now."""
    return queries.known_traits("account", queries.account(reachable(account_id)).pk)


@router.get("/{int:account_id}/use", response=list[UseDay], summary="Use by day")
def list_use(request: ApiCall, account_id: int, days: int = Query(90, ge=1, le=800)) -> Any:
    """List the days on which the account was used, oldest first; a day without use has no row."""
    account = queries.account(reachable(account_id))
    today = clock.now().date()
    return tracking.usage_by_day([account.pk], today - timedelta(days=days - 1), today)


@router.get("/{int:account_id}/standing", response={200: StandingOut | None}, summary="Use against expectation")
def read_standing(request: ApiCall, account_id: int) -> Any:
    """Return how use compares with the account's own weekday-adjusted expectation; null before the first judging."""
    standing = health.standing_of(queries.account(reachable(account_id)).pk)
    if standing is None:
        return None
    return standing


@router.put("/{int:account_id}/owner", response=AccountOut, summary="Say who looks after an account")
def assign_owner(request: ApiCall, account_id: int, given: OwnerIn) -> Any:
    """Give the account an owner, or none."""
    account = queries.account(reachable(account_id))
    if given.owner_id is not None and not workspaces.members().filter(pk=reachable(given.owner_id)).exists():
        raise NoSuchMember
    actions.assign_owners({account.pk: given.owner_id}, by=acting_member(request))
    return _show(queries.account(account.pk))
