"""Books: what members look after against what they can, pooled books with their targets, and giving accounts out."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Id, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few
from tenure.touch_models import actions, queries
from tenure.touch_models.types.books import Given, MemberBook, PoolItem
from tenure.workspaces.types import PermissionRole

router = Router(tags=["books"])

EXAMPLE = "members:\n- email: ada@halyard.example\n  accounts: 60\n  languages: [en]\n  timezone: Europe/London\n"


class BooksOut(Schema):
    """The books in force."""

    version: int = said("The latest version; 0 while nobody has said anything.", 2)
    text: str = said("The whole as YAML, as it can be put back.", EXAMPLE)
    changed_at: datetime | None = said("Since when it is so.")


class BooksIn(Schema):
    """What the books are to be."""

    text: Text = said("The whole as YAML.", EXAMPLE, max_length=100_000)
    version: int | None = said(
        "The version this was made from (0: none); refused when it is not the latest.", 2, default=None, ge=0
    )


class MemberBookOut(Schema):
    """What a member looks after, against what they can."""

    member_id: int = said("Which member.", 3)
    name: str = said("What they are called.", "Ada Park")
    accounts: int = said("How many accounts they look after.", 41)
    most_accounts: int | None = said("How many they can; null: no bound.", 60)
    mrr: int = said("What these pay a month, in minor units of the workspace's currency.", 4_810_000)
    most_mrr: int | None = said("How much of it they can look after, in whole units; null: no bound.", 100_000)
    minutes_a_week: int = said("How much of their week these take, with their part of pooled books.", 1_260)
    pooled_minutes_a_week: int = said("How much of that pooled books take.", 240)
    most_minutes_a_week: int | None = said("How much there is; null: no bound.", 1_800)
    over: list[str] = said("Which bounds are passed.", ["accounts"])
    pooled: list[str] = said("The pooled books they share.", ["Long tail"])


class PoolOut(Schema):
    """A pooled book with its target."""

    name: str = said("What it is called.", "Long tail")
    models: list[str] = said("The touch models whose accounts are in it.", ["low_touch"])
    members: list[int] = said("The members who share it.", [3, 4])
    accounts: int = said("How many accounts are in it.", 600)
    mrr: int = said("What they pay a month, in minor units.", 1_200_000)
    of: str = said("What the target counts: accounts or revenue.", "accounts")
    days: int = said("Over how many days.", 365)
    target: float = said("The share to keep.", 0.85)
    share: float | None = said("The share kept; null where there is nothing to count.", 0.871)
    low: float | None = said("The lower bound of its 95 % interval.", 0.84)
    high: float | None = said("The upper bound.", 0.9)
    kept: int = said("How many accounts (or how much revenue, in minor units) are left of those there were.", 488)
    there_were: int = said("How many there were when the window began.", 560)
    short: int = said("How many are missing to the target.", 0)
    may_lose: int = said("How many more may leave before it is missed.", 12)


class GivenOut(Schema):
    """An account and who would look after it best."""

    account_id: int = said("Which account.")
    account_name: str = said("What it is called.", "Northwind")
    from_id: int | None = said("Who looks after it now.", None)
    to_id: int | None = said("Who would; null: nobody has room.", 3)
    to_name: str = said("What that member is called.", "Ada Park")
    speaks: str = said("The language they share, where it is known.", "en")
    hours_apart: float | None = said("How many hours they are apart, where both are known.", 1.0)
    knows: list[str] = said("What the account needs and the member knows.", ["enterprise"])
    lacks: list[str] = said("What the account needs and the member does not know.", [])
    load: str = said("How many accounts the member would then have, of how many they can.", "42/60")


class GiveOutIn(Schema):
    """Which accounts are to be given out as proposed."""

    account_ids: list[Id] | None = said("Only these; null: all that are proposed.", [7, 9], default=None)


class GivenOutOut(Schema):
    """What was given out."""

    accounts: int = said("How many accounts have another owner now.", 2)
    before: dict[str, int | None] = said("Who looked after each of them before, by its id.", {"7": None})


@router.get("", response=BooksOut, summary="The books in force")
def read_books(request: ApiCall) -> Any:
    """Return how much each member can look after, and the pooled books."""
    return _shown()


@router.put("", response=BooksOut, summary="Change the books")
def change_books(request: ApiCall, given: BooksIn) -> Any:
    """Put other capacities and pooled books in force."""
    by = acting_member(request, PermissionRole.ADMIN)
    actions.change_books(queries.read_books(given.text), by=by, version=given.version)
    return _shown()


@lists(router, "/members", MemberBookOut, summary="What members look after")
def list_members(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the members by name, with what they look after against what they can."""
    return page_of_few(queries.member_books(), cursor, limit, _member)


@lists(router, "/pooled", PoolOut, summary="Pooled books and how much of them was kept")
def list_pooled(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the pooled books with their targets."""
    return page_of_few(queries.pools(), cursor, limit, _pool)


@lists(router, "/proposal", GivenOut, summary="Who would best look after which account")
def list_proposal(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List accounts without an owner, and those of members with too many, with who would fit best and why."""
    return page_of_few(queries.propose().given, cursor, limit, _given)


@router.post("/give-out", response=GivenOutOut, summary="Give accounts out as proposed")
def give_out(request: ApiCall, given: GiveOutIn) -> Any:
    """Give them out; `before` says what to ask for to undo it."""
    done = actions.give_out(by=acting_member(request, PermissionRole.ADMIN), account_ids=given.account_ids)
    return {"accounts": len(done.before), "before": {str(pk): owner for pk, owner in done.before.items()}}


def _shown() -> dict[str, Any]:
    found = queries.books()
    return {"version": found.version, "text": queries.books_text_of(found.books), "changed_at": found.changed_at}


def _member(book: MemberBook) -> dict[str, Any]:
    most = book.capacity
    return {
        "member_id": book.member_id,
        "name": book.name,
        "accounts": book.accounts,
        "most_accounts": most.accounts if most else None,
        "mrr": book.mrr,
        "most_mrr": most.mrr if most else None,
        "minutes_a_week": book.minutes,
        "pooled_minutes_a_week": book.pooled_minutes,
        "most_minutes_a_week": most.minutes_a_week if most else None,
        "over": list(book.over),
        "pooled": list(book.pooled),
    }


def _pool(item: PoolItem) -> dict[str, Any]:
    pool, got = item.pool, item.attainment
    return {
        "name": pool.name,
        "models": list(pool.models),
        "members": [pk for pk, _ in item.members],
        "accounts": item.accounts,
        "mrr": item.mrr,
        "of": pool.of.value,
        "days": pool.days,
        "target": got.target,
        "share": got.share,
        "low": got.low,
        "high": got.high,
        "kept": got.kept,
        "there_were": got.of,
        "short": got.short,
        "may_lose": got.may_lose,
    }


def _given(given: Given) -> dict[str, Any]:
    fields = ("account_id", "account_name", "from_id", "to_id", "to_name", "speaks", "hours_apart", "load")
    return {
        **{field: getattr(given, field) for field in fields},
        "knows": list(given.knows),
        "lacks": list(given.lacks),
    }
