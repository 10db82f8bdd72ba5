"""The list of accounts, one account, and who looks after them."""

from typing import Any

from django.db import transaction
from ninja import Schema
from ninja.params.functions import Query

from tenure.api.callers import acting_member, member_of
from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, Id, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, CountedPage, as_page, reachable
from tenure.api.resources.accounts.routing import AccountOut, days_ago, router, shown
from tenure.customers import actions
from tenure.customers import queries as customers
from tenure.customers.errors import UnknownFilter
from tenure.customers.types import AccountFilter, Stage, TraitFilter, TraitTest
from tenure.segments import queries as segments

MOST_AT_ONCE = 10_000


class OwnerIn(Schema):
    """Who looks after an account from now on."""

    owner_id: Id | None = said("A member's id; null for nobody.", 3)


class OwnersIn(Schema):
    """Who looks after several accounts from now on."""

    account_ids: list[Id] = said("The accounts.", [12, 17], min_length=1, max_length=MOST_AT_ONCE)
    owner_id: Id | None = said("A member's id; null for nobody.", 3)


class OwnersOut(Schema):
    """What an assignment changed; asking for `before` again takes it back."""

    changed: int = said("How many accounts have another owner now.", 2)
    before: dict[str, int | None] = said("Whose each changed account was, by its id.", {"12": 3, "17": None})


@lists(router, "", AccountOut, summary="List accounts", page=CountedPage[AccountOut])
def list_accounts(
    request: ApiCall,
    search: str = Query("", description="Part of a name, domain or external id."),
    sort: str = Query("name", description="name, last_seen_at, signed_up_at, owner or mrr; a minus turns it round."),
    owner_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those a member looks after."),
    without_owner: bool = Query(False, description="Also, or only, those nobody looks after."),
    stage: list[Stage] | None = Query(None, description="Only those in these stages."),
    seen_more_days: int | None = Query(None, ge=0, le=36_500, description="Last seen more than so many days ago."),
    seen_less_days: int | None = Query(None, ge=0, le=36_500, description="Last seen less than so many days ago."),
    segment_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those in a segment."),
    trait: list[str] | None = Query(
        None,
        description="`name:test:value`, such as `plan:is:Premium`; tests are is, is_not, contains, more_than, "
        "less_than, is_set and is_not_set (`seats:is_set:`). May be given more than once; all must hold.",
    ),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List accounts, merged ones left out, with everything the list of accounts shows of each."""
    chosen = AccountFilter(
        search=search.replace("\x00", ""),
        owner_ids=(owner_id,) if owner_id else (),
        without_owner=without_owner,
        stages=tuple(stage or ()),
        seen_before=None if seen_more_days is None else days_ago(seen_more_days),
        seen_after=None if seen_less_days is None else days_ago(seen_less_days),
        ids=None if segment_id is None else tuple(segments.member_ids(segment_id)),
        traits=tuple(_trait(each) for each in trait or ()),
    )
    page = customers.accounts_list(chosen, sort=sort, cursor=cursor, limit=limit)
    return as_page(shown(page.accounts), page.next_cursor, count=page.count, count_is=page.sureness.value)


@router.get("/{int:account_id}", response=AccountOut, summary="One account")
def read_account(request: ApiCall, account_id: int) -> Any:
    """Return one account; the id of one that was merged leads to what it is part of now."""
    return shown([customers.account(reachable(account_id))])[0]


@router.put("/{int:account_id}/owner", response=AccountOut, summary="Say who looks after an account")
@transaction.atomic
def assign_owner(request: ApiCall, account_id: int, given: OwnerIn) -> Any:
    """Give the account an owner, or none."""
    by, account = acting_member(request), customers.account(reachable(account_id))
    owner = None if given.owner_id is None else member_of(given.owner_id).pk
    actions.assign_owners({account.pk: owner}, by=by)
    return shown([customers.account(account.pk)])[0]


@router.post("/owners", response=OwnersOut, summary="Say who looks after several accounts")
@transaction.atomic
def assign_owners(request: ApiCall, given: OwnersIn) -> Any:
    """Give the accounts an owner, or none, all at once; unknown ones are left out."""
    by = acting_member(request)
    owner = None if given.owner_id is None else member_of(given.owner_id).pk
    done = actions.assign_owners(dict.fromkeys(given.account_ids, owner), by=by)
    return {"changed": len(done.before), "before": {str(pk): was for pk, was in done.before.items()}}


def _trait(written: str) -> TraitFilter:
    """Read `name:test:value`; a name and a value may hold colons."""
    for test in TraitTest:
        name, found, value = written.partition(f":{test.value}:")
        if found and name and "\x00" not in written:
            return TraitFilter(name=name, test=test, value=value)
    raise UnknownFilter(f"Write a trait filter as name:test:value; tests are {', '.join(TraitTest)}.")
