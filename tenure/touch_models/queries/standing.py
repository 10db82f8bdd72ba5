"""Which account has which model, since when and why."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from tenure.kernel import clock
from tenure.kernel.cursors import as_cursor, from_cursor, moment
from tenure.touch_models.errors import NoSuchTouchModel
from tenure.touch_models.models import Lock as LockRow
from tenure.touch_models.models import Standing
from tenure.touch_models.queries.churning import NOT_WATCHED, expected_churn
from tenure.touch_models.queries.definitions import definition, model_names
from tenure.touch_models.queries.holding import held_accounts
from tenure.touch_models.types import CauseOfModel, Lock, Model, ModelCount, StandingItem, StandingPage

_AT_ONCE = 1_000


def models_of(account_ids: Iterable[int]) -> dict[int, str]:
    """Return the key of each account's model; those that have none yet are left out."""
    return dict(Standing.objects.filter(account__in=list(account_ids), left_at=None).values_list("account_id", "model"))


def model_counts(*, now: datetime | None = None) -> Sequence[ModelCount]:
    """Return every model in its order with its accounts, their revenue and their expected churn."""
    now = now or clock.now()
    here = _now()
    counts = dict(here.values_list("model").annotate(n=Count("pk")).order_by())
    locked = LockRow.objects.filter(ended_at=None, account__merged_into=None)
    locks = dict(locked.values_list("model").annotate(n=Count("pk")).order_by())
    held = held_accounts(now)
    revenue = {name: int(held.mrr[held.models == n].sum()) for n, name in enumerate(held.names)}
    churn, made, names = expected_churn(now=now), definition().definition, model_names()
    removed = sorted((counts.keys() | locks.keys()) - set(made.keys))
    return [
        ModelCount(
            model=model,
            accounts=counts.get(model.key, 0),
            locked=locks.get(model.key, 0),
            mrr=revenue.get(model.key, 0),
            expected_churn=churn.get(model.key, NOT_WATCHED),
            is_removed=model.key in removed,
        )
        for model in (*made.models, *(Model(key=key, name=names.get(key, key)) for key in removed))
    ]


def standing_of(account_id: int) -> StandingItem | None:
    """Return the model an account has, with its lock; None while it has none."""
    found = Standing.objects.filter(account=account_id, left_at=None).select_related("account").first()
    return _item(found, {account_id: lock} if (lock := lock_of(account_id)) else {}) if found else None


def lock_of(account_id: int) -> Lock | None:
    """Return the lock on an account's model, if there is one."""
    return _locks([account_id]).get(account_id)


def standings_of(account_id: int, *, cursor: str | None = None, limit: int = 50) -> StandingPage:
    """Return the models an account had, the latest first."""
    return _page(Standing.objects.filter(account=account_id), cursor, limit)


def accounts_with(
    model: str | None = None, *, locked: bool = False, cursor: str | None = None, limit: int = 50
) -> StandingPage:
    """Return the accounts that have a model (or any), the latest to get it first; raises `NoSuchTouchModel`."""
    found = _now()
    if model is not None:
        if model not in model_names():
            raise NoSuchTouchModel
        found = found.filter(model=model)
    if locked:
        found = found.filter(account__in=LockRow.objects.filter(ended_at=None).values("account"))
    return _page(found, cursor, limit)


def all_with(model: str | None = None, *, locked: bool = False) -> Iterator[StandingItem]:
    """Walk the accounts that have a model, however many."""
    cursor: str | None = None
    while True:
        page = accounts_with(model, locked=locked, cursor=cursor, limit=_AT_ONCE)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _now() -> "QuerySet[Standing]":
    return Standing.objects.filter(left_at=None, account__merged_into=None)


def _locks(account_ids: Iterable[int]) -> dict[int, Lock]:
    found = LockRow.objects.filter(account__in=list(account_ids), ended_at=None).select_related("by")
    return {
        row.account_id: Lock(
            id=row.pk, model=row.model, reason=row.reason, until=row.until, at=row.at, by=row.by.name if row.by else ""
        )
        for row in found
    }


def _page(found: "QuerySet[Standing]", cursor: str | None, limit: int) -> StandingPage:
    if cursor:
        since, pk = from_cursor(cursor, 2)
        at = moment(since)
        found = found.filter(Q(since__lt=at) | Q(since=at, pk__lt=pk))
    rows = list(found.select_related("account").order_by("-since", "-pk")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    locks = _locks({row.account_id for row in rows if row.left_at is None})
    return StandingPage(
        items=[_item(row, locks) for row in rows],
        next_cursor=as_cursor([rows[-1].since, rows[-1].pk]) if more else None,
    )


def _item(row: Standing, locks: dict[int, Lock]) -> StandingItem:
    return StandingItem(
        id=row.pk,
        account_id=row.account_id,
        account_name=str(row.account),
        model=row.model,
        came_from=row.came_from,
        since=row.since,
        left_at=row.left_at,
        was_there=row.was_there,
        cause=CauseOfModel(row.cause),
        lives_by=row.lives_by,
        lock=locks.get(row.account_id) if row.left_at is None else None,
    )
