"""Who is where and since when, who went where, and how long stays last."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from tenure.kernel import tenancy
from tenure.kernel.cursors import as_cursor, from_cursor, moment
from tenure.lifecycle.errors import NoSuchStage
from tenure.lifecycle.models import LifecycleVersion, Stay
from tenure.lifecycle.queries.machine import lifecycle, stage_names
from tenure.lifecycle.queries.placements import placements_of_stays
from tenure.lifecycle.rules import text_form
from tenure.lifecycle.types import CauseOfStay, Moves, PlacementItem, Stage, StageCount, StayItem, StayPage
from tenure.segments.queries import leaf_phrase, value_words
from tenure.segments.types.conditions import leaves
from tenure.stats.proportions import median_place

_LASTED = """
    SELECT stage, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY days),
           percentile_disc(low) WITHIN GROUP (ORDER BY days), percentile_disc(high) WITHIN GROUP (ORDER BY days)
    FROM (
        SELECT s.stage, b.low, b.high, (extract(epoch FROM s.left_at - s.entered_at) / 86400)::float8 AS days
        FROM lifecycle_stay s JOIN unnest(%s::text[], %s::float8[], %s::float8[]) AS b (stage, low, high) USING (stage)
        WHERE s.workspace_id = %s AND NOT s.was_there AND s.left_at IS NOT NULL
              AND s.left_cause NOT IN ('merged', 'taken_back')
    ) ended
    GROUP BY stage, low, high
"""
_AT_ONCE = 1_000
_NO_END = (CauseOfStay.MERGED.value, CauseOfStay.TAKEN_BACK.value)
"""What ends a stay without the account having gone anywhere."""


def stage_counts() -> Sequence[StageCount]:
    """Return every stage in its order with its accounts, and how long those stayed that have left it."""
    machine = lifecycle().machine
    here = dict(_there().values_list("stage").annotate(n=Count("pk")).order_by())
    names, lasted = stage_names(), _stays_lasted()
    return [
        StageCount(
            stage=Stage(key=stage.key, name=names[stage.key]),
            accounts=here.get(stage.key, 0),
            left=left,
            median_days=middle,
            low_days=low,
            high_days=high,
        )
        for stage in machine.stages
        for left, middle, low, high in (lasted.get(stage.key, (0, None, None, None)),)
    ]


def _stays_lasted() -> dict[str, tuple[int, float, float | None, float | None]]:
    """Return, by stage, how many stays have ended, and the median of their days with its interval; counted there."""
    ended = Stay.objects.filter(was_there=False, left_at__isnull=False).exclude(left_cause__in=_NO_END)
    counts = dict(ended.values_list("stage").annotate(n=Count("pk")).order_by())
    places = {stage: median_place(n) for stage, n in counts.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            _LASTED,
            [
                list(counts),
                # the value at a place is the first with at least that share of all at or before it
                [max(places[stage] - 0.5, 0.5) / n for stage, n in counts.items()],
                [(n - max(places[stage], 1) + 0.5) / n for stage, n in counts.items()],
                tenancy.current_workspace_id(),
            ],
        )
        found = cursor.fetchall()
    return {
        stage: (n, middle, low if places[stage] else None, high if places[stage] else None)
        for stage, n, middle, low, high in found
    }


def stages_of(account_ids: Iterable[int]) -> dict[int, str]:
    """Return the key of the stage each account is in; those never looked at are left out."""
    return dict(Stay.objects.filter(account__in=list(account_ids), left_at=None).values_list("account_id", "stage"))


def stages_at(at: datetime) -> dict[int, str]:
    """Return the stage every account was in at a moment, as it was known then."""
    found = Stay.objects.filter(Q(left_at=None) | Q(left_at__gt=at), entered_at__lte=at)
    return dict(found.order_by("pk").values_list("account_id", "stage"))


def moves_between(since: datetime, until: datetime) -> Sequence[Moves]:
    """Return how many accounts went from where to where within since ≤ t < until, the most first."""
    found = _moved().filter(entered_at__gte=since, entered_at__lt=until)
    counted = found.values_list("came_from", "stage").annotate(n=Count("pk")).order_by("-n", "came_from", "stage")
    return [Moves(source=source, target=target, accounts=n) for source, target, n in counted]


def accounts_in(key: str, *, cursor: str | None = None, limit: int = 50) -> StayPage:
    """Return the accounts in a stage, the latest to come first; raises `NoSuchStage`."""
    _known(key)
    return _page(_there().filter(stage=key), cursor, limit)


def movers(
    *,
    source: str | None = None,
    target: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> StayPage:
    """Return the accounts that went from one stage to another within a window, the latest first."""
    found = _moved()
    for key in (source, target):
        if key:
            _known(key)
    if source is not None:
        found = found.filter(came_from=source)
    if target is not None:
        found = found.filter(stage=target)
    if since is not None:
        found = found.filter(entered_at__gte=since)
    if until is not None:
        found = found.filter(entered_at__lt=until)
    return _page(found, cursor, limit)


def stays_of(account_id: int, *, cursor: str | None = None, limit: int = 50) -> StayPage:
    """Return an account's stays, the latest first."""
    return _page(Stay.objects.filter(account=account_id), cursor, limit, with_why=True)


def stay_now_of(account_id: int) -> StayItem | None:
    """Return the stay an account is in, with why it came to it."""
    found = Stay.objects.filter(account=account_id, left_at=None).select_related("account").first()
    return _item(found, _leaf_words([found]), placements_of_stays([found.pk])) if found else None


def all_stays(*, stage: str | None = None) -> Iterator[StayItem]:
    """Walk the stays of everybody, however many (or those in a stage now), the latest first."""
    found = Stay.objects.all() if stage is None else _there().filter(stage=stage)
    cursor: str | None = None
    while True:
        page = _page(found, cursor, _AT_ONCE)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _there() -> "QuerySet[Stay]":
    return Stay.objects.filter(left_at=None, account__merged_into=None)


def _moved() -> "QuerySet[Stay]":
    """Return the stays that began before our eyes, but for those a member put accounts into by mistake."""
    return Stay.objects.filter(was_there=False).exclude(left_cause=CauseOfStay.TAKEN_BACK.value)


def _known(key: str) -> None:
    if key not in stage_names():
        raise NoSuchStage


def _page(found: "QuerySet[Stay]", cursor: str | None, limit: int, *, with_why: bool = False) -> StayPage:
    if cursor:
        entered, pk = from_cursor(cursor, 2)
        at = moment(entered)
        found = found.filter(Q(entered_at__lt=at) | Q(entered_at=at, pk__lt=pk))
    rows = list(found.select_related("account").order_by("-entered_at", "-pk")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    whys = _leaf_words(rows) if with_why else {}
    placed = placements_of_stays([row.pk for row in rows if row.cause == CauseOfStay.MEMBER])
    return StayPage(
        items=[_item(row, whys, placed) for row in rows],
        next_cursor=as_cursor([rows[-1].entered_at, rows[-1].pk]) if more else None,
    )


def _leaf_words(rows: Sequence[Stay]) -> dict[int, list[dict[str, Any]]]:
    """Return, by stay, the parts of the condition that led to it in words, with what they looked at."""
    machines = {
        v.number: text_form.stored(v.definition)
        for v in LifecycleVersion.objects.filter(number__in={row.version for row in rows})
    }
    told: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        machine, taken = machines.get(row.version), row.why.get("transitions") or []
        when = (
            machine.transitions[taken[-1]].when if machine and taken and taken[-1] < len(machine.transitions) else None
        )
        looked_at = row.why.get("leaves", {})
        told[row.pk] = [
            {"phrase": leaf_phrase(leaf), "value": value_words(leaf, looked_at[path][0]), "held": looked_at[path][1]}
            for path, leaf in (leaves(when) if when is not None else ())
            if path in looked_at
        ]
    return told


def _item(row: Stay, whys: dict[int, list[dict[str, Any]]], placed: dict[int, PlacementItem]) -> StayItem:
    return StayItem(
        id=row.pk,
        account_id=row.account_id,
        account_name=str(row.account),
        stage=row.stage,
        came_from=row.came_from,
        entered_at=row.entered_at,
        left_at=row.left_at,
        is_first=row.was_there,
        cause=CauseOfStay(row.cause),
        version=row.version,
        why=whys.get(row.pk, ()),
        left_cause=CauseOfStay(row.left_cause) if row.left_cause else None,
        placement=placed.get(row.pk),
    )
