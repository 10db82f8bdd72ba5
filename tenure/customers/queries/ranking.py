"""Lists of accounts in an order that another domain knows: renewals, open signals, tasks that are due."""

import dataclasses
from bisect import bisect_right
from typing import Any

from django.db.models import Q, QuerySet

from tenure.customers.queries.narrowing import LOOKED_UP
from tenure.customers.queries.sorting import AfterRow, Kind, among, cut, place_of

PORTION = 500
"""So many are walked at first, then four times as many, and so on."""


@dataclasses.dataclass(frozen=True)
class Ranking:
    """Rows of `account_id` and `key`, one for each account that has one; the others come last."""

    rows: QuerySet[Any, Any]
    kind: Kind


def ranked_page(
    found: QuerySet[Any], by: Ranking, *, narrows: bool, descends: bool, cursor: str, limit: int
) -> tuple[list[Any], str]:
    """Return a page of accounts in the order of a ranking, and the cursor of the next; raises `CursorUnreadable`.

    Where few pass, all are put in order. Where many do, the ranking is walked until the page is full.
    """
    place = place_of(cursor, by.kind)
    ids = list(found.select_related(None).order_by().values_list("pk", flat=True)[: LOOKED_UP + 1]) if narrows else []
    if narrows and len(ids) <= LOOKED_UP:
        page = _in_order(ids, by, place, descends=descends, limit=limit + 1)
    else:
        page = _walked(found, by, place, descends=descends, limit=limit + 1)
    rows = found.in_bulk([pk for _, pk in page])
    shown = []
    for key, pk in page:
        if pk in rows:
            rows[pk].sort_key = key
            shown.append(rows[pk])
    return cut(shown, limit)


def _in_order(ids: list[int], by: Ranking, place: Any, *, descends: bool, limit: int) -> list[tuple[Any, int]]:
    keys = dict(by.rows.filter(account_id__in=ids).values_list("account_id", "key"))
    ranked = sorted(((keys[pk], pk) for pk in ids if pk in keys), reverse=descends)
    rest = [(None, pk) for pk in sorted((pk for pk in ids if pk not in keys), reverse=descends)]
    if place is None:
        return [*ranked, *rest][:limit]
    if place.key is None:
        return [each for each in rest if (each[1] < place.pk if descends else each[1] > place.pk)][:limit]
    after = (place.key, place.pk)
    if descends:
        return [*(each for each in ranked if each < after), *rest][:limit]
    return [*ranked[bisect_right(ranked, after) :], *rest][:limit]


def _walked(found: QuerySet[Any], by: Ranking, place: Any, *, descends: bool, limit: int) -> list[tuple[Any, int]]:
    page: list[tuple[Any, int]] = []
    sign, way = ("lt", "-") if descends else ("gt", "")
    portion, after = PORTION, place
    while after is None or after.key is not None:
        rows = by.rows
        if after is not None:
            rows = rows.filter(Q(**{f"key__{sign}": after.key}) | Q(key=after.key, **{f"account_id__{sign}": after.pk}))
        walked = list(rows.order_by(f"{way}key", f"{way}account_id").values_list("key", "account_id")[:portion])
        passed = set(among(found, [pk for _, pk in walked]).values_list("pk", flat=True))
        page += [(key, pk) for key, pk in walked if pk in passed]
        if len(page) >= limit:
            return page[:limit]
        if len(walked) < portion:
            break
        after = AfterRow(*walked[-1])
        portion *= 4
    rest = found.select_related(None).exclude(pk__in=by.rows.order_by().values("account_id"))
    if place is not None and place.key is None:
        rest = rest.filter(**{f"pk__{sign}": place.pk})
    more = rest.order_by(f"{way}pk").values_list("pk", flat=True)[: limit - len(page)]
    return [*page, *((None, pk) for pk in more)]
