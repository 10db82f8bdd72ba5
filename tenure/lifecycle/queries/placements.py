"""Whom members have put into a stage, why and until when, and what putting others would do."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from tenure.customers import queries as customers
from tenure.kernel.cursors import as_cursor, from_cursor, moment
from tenure.lifecycle.models import Placement, Stay
from tenure.lifecycle.queries.machine import lifecycle
from tenure.lifecycle.types import Machine, PlacementItem, PlacementPage, WouldPut

_AT_ONCE = 1_000


def placement_of(account_id: int) -> PlacementItem | None:
    """Return what holds an account in its stage, if a member put it there."""
    found = _named(Placement.objects.filter(account=account_id, ended_at=None)).first()
    return item(found) if found else None


def placement_item(pk: int) -> PlacementItem | None:
    """Return one of them, over or not."""
    found = _named(Placement.objects.filter(pk=pk)).first()
    return item(found) if found else None


def placements(*, stage: str | None = None, cursor: str | None = None, limit: int = 50) -> PlacementPage:
    """Return the accounts that are held in a stage (or in any), those put there last first."""
    found = _named(Placement.objects.filter(ended_at=None, account__merged_into=None))
    if stage:
        found = found.filter(stage=stage)
    if cursor:
        said, pk = from_cursor(cursor, 2)
        at = moment(said)
        found = found.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    rows = list(found.order_by("-at", "-pk")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    return PlacementPage(
        items=[item(row) for row in rows],
        next_cursor=as_cursor([rows[-1].at, rows[-1].pk]) if more else None,
    )


def all_placements() -> Iterator[PlacementItem]:
    """Walk the accounts that are held in a stage, however many."""
    cursor: str | None = None
    while True:
        page = placements(cursor=cursor, limit=_AT_ONCE)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def how_many_held() -> int:
    """Count the accounts that are held in a stage."""
    return Placement.objects.filter(ended_at=None, account__merged_into=None).count()


def placements_of_stays(stay_ids: Iterable[int]) -> dict[int, PlacementItem]:
    """Return, by stay, who put the account there and why, where a member did."""
    found = _named(Placement.objects.filter(stay__in=list(stay_ids)))
    return {row.stay_id: item(row) for row in found if row.stay_id is not None}


def would_put(account_ids: Iterable[int], stage: str, *, machine: Machine | None = None) -> WouldPut:
    """Say which accounts would go to a stage by a transition, which as exceptions, and which are there already."""
    machine = machine or lifecycle().machine
    here = list(customers.accounts(account_ids).order_by("pk").values_list("pk", flat=True))
    stages = dict(Stay.objects.filter(account__in=here, left_at=None).values_list("account_id", "stage"))
    sources = {t.source for t in machine.transitions if t.target == stage}
    if stage == machine.start:
        sources.add("")  # where accounts begin
    return WouldPut(
        led=[pk for pk in here if stages.get(pk, "") in sources and stages.get(pk) != stage],
        exceptions=[pk for pk in here if stages.get(pk, "") not in sources and stages.get(pk) != stage],
        there=[pk for pk in here if stages.get(pk) == stage],
    )


def stages_led_to(account_id: int) -> frozenset[str]:
    """Return the stages to which a transition leads from where an account is."""
    machine = lifecycle().machine
    stage = Stay.objects.filter(account=account_id, left_at=None).values_list("stage", flat=True).first()
    if stage is None:
        return frozenset([machine.start])
    return frozenset(t.target for _, t in machine.leaving(stage))


def item(row: Placement) -> PlacementItem:
    """Return a placement as pages and programs show it."""
    return PlacementItem(
        id=row.pk,
        account_id=row.account_id,
        account_name=str(row.account),
        stage=row.stage,
        reason=row.reason,
        until=row.until,
        is_exception=row.is_exception,
        at=row.at,
        by=row.by.name if row.by else "",
        ended_at=row.ended_at,
    )


def _named(found: "QuerySet[Placement]") -> "QuerySet[Placement]":
    return found.select_related("account", "by")
