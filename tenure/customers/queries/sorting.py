"""Pages of sorted lists: what has no value comes last, and a cursor holds the sort values of the last row.

Each page is read from where it begins in an index, however far down the list that is.
"""

import dataclasses
import enum
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import BooleanField, F, Func, Model, QuerySet, Value
from django.db.models.expressions import Combinable, RawSQL

from tenure.kernel.cursors import CursorUnreadable, Place, as_cursor, from_cursor, moment

M = TypeVar("M", bound=Model)


class Kind(enum.Enum):
    """What the values of a sorting are."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"


@dataclasses.dataclass(frozen=True)
class Sorting:
    """What a list is sorted by; when its index has only a coarser value, that column and how to work it out.

    `kept_as`: the column that has this order where names are kept for searching.
    """

    key: Combinable
    kind: Kind = Kind.TEXT
    roughly: str = ""
    rough: Callable[[Any], Any] | None = None
    has_index: bool = True
    kept_as: str = ""


def sorted_page(found: QuerySet[M], by: Sorting, *, descends: bool, cursor: str, limit: int) -> tuple[list[M], str]:
    """Return one page and the cursor of the next ("" on the last); raises `CursorUnreadable`."""
    place = place_of(cursor, by.kind)
    page: list[Any] = []
    if place is None or place.key is not None:
        page = list(in_order(valued(found, by), by, descends=descends, after=place)[: limit + 1])
    if len(page) <= limit:
        rest: QuerySet[Any] = found.annotate(sort_key=by.key).filter(sort_key=None)
        if by.roughly:
            rest = rest.filter(**{by.roughly: None})
        if place is not None and place.key is None:
            rest = rest.filter(**{"pk__lt" if descends else "pk__gt": place.pk})
        page += rest.order_by("-pk" if descends else "pk")[: limit + 1 - len(page)]
    return cut(page, limit)


@dataclasses.dataclass(frozen=True)
class AfterRow:
    """Where a page begins: after the row with this sort value (None: without one) and id."""

    key: Any
    pk: int


def in_order(found: QuerySet[M], by: Sorting, *, descends: bool, after: AfterRow | None) -> QuerySet[M]:
    """Put rows that have a sort value in order, from a place on."""
    order = [F(by.roughly)] if by.roughly else []
    order += [F("sort_key"), F("pk")]
    if after is not None:
        found = found.filter(_Beyond(F("sort_key"), F("pk"), Value(after.key), Value(after.pk), descends=descends))
        if by.rough is not None:
            found = found.filter(**{f"{by.roughly}__{'lte' if descends else 'gte'}": by.rough(after.key)})
    return found.order_by(*(each.desc() if descends else each.asc() for each in order))


def by_owner(
    found: QuerySet[M], owners: Iterable[tuple[str, list[int]]], *, descends: bool, cursor: str, limit: int
) -> tuple[list[M], str]:
    """Return one page sorted by the names of owners, those without one last; `owners` are their names in order.

    Names and accounts are in different tables, so no index has this order: the accounts of one owner after another are.
    """
    place = place_of(cursor, Kind.TEXT)
    page: list[Any] = []
    of_names: list[tuple[str | None, dict[str, Any]]] = [(name, {"owner__in": ids}) for name, ids in owners]
    for name, those in [*of_names, (None, {"owner": None})]:
        rows = found.filter(**those)
        if place is not None:
            if name is not None and (place.key is None or (name > place.key if descends else name < place.key)):
                continue
            if name == place.key:
                rows = rows.filter(**{"pk__lt" if descends else "pk__gt": place.pk})
        some = list(rows.order_by("-pk" if descends else "pk")[: limit + 1 - len(page)])
        for each in some:
            each.sort_key = name  # type: ignore[attr-defined]
        page += some
        if len(page) > limit:
            break
    return cut(page, limit)


def valued(found: QuerySet[M], by: Sorting) -> QuerySet[M]:
    """Return the rows that have a sort value, with it."""
    rows: QuerySet[Any] = found.annotate(sort_key=by.key).filter(sort_key__isnull=False)
    return rows.filter(**{f"{by.roughly}__isnull": False}) if by.roughly else rows


def among(found: QuerySet[M], ids: Sequence[int] | str) -> QuerySet[M]:
    """Return those of the rows that have one of very many ids; these may be written as PostgreSQL writes an array."""
    return found.select_related(None).order_by().filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [ids]))


def by_ids(found: QuerySet[M], by: Sorting, ids: Sequence[int]) -> list[M]:
    """Return rows in the order of their ids, with their sort values."""
    rows: dict[int, Any] = found.annotate(sort_key=by.key).in_bulk(ids)
    return [rows[pk] for pk in ids]


def cut(page: list[Any], limit: int) -> tuple[list[Any], str]:
    """Keep a page of rows of which one more was read, with the cursor of the next page."""
    if len(page) <= limit:
        return page, ""
    last = page[limit - 1]
    return page[:limit], as_cursor([last.sort_key is None, last.sort_key, last.pk])


def place_of(cursor: str, kind: Kind) -> AfterRow | None:
    """Read where a page begins out of a cursor; None for the first page. Raises `CursorUnreadable`."""
    if not cursor:
        return None
    none, key, pk = from_cursor(cursor, 3)
    if not isinstance(pk, int) or isinstance(pk, bool) or not 0 <= pk < 2**63:
        raise CursorUnreadable
    return AfterRow(None if none else _read(key, kind), pk)


def _read(key: Place, kind: Kind) -> Any:
    """Take a sort value out of a cursor; one of another sorting is refused."""
    match kind:
        case Kind.MOMENT:
            return moment(key)
        case Kind.NUMBER if isinstance(key, int | float) and not isinstance(key, bool):
            return key
        case Kind.TEXT if isinstance(key, str) and _is_storable(key):
            return key
    raise CursorUnreadable


def _is_storable(text: str) -> bool:
    return "\x00" not in text and text.encode("utf-8", "ignore").decode() == text


class _Beyond(Func):
    """`(key, id) > (key, id)`: one condition that PostgreSQL looks up in an index."""

    output_field = BooleanField()

    def __init__(self, *expressions: Any, descends: bool = False) -> None:
        super().__init__(*expressions)
        self.descends = descends

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Write it."""
        parts, params = [], []
        for each in self.get_source_expressions():
            sql, values = compiler.compile(each)
            parts.append(sql)
            params += values
        key, pk, after, last = parts
        return f"({key}, {pk}) {'<' if self.descends else '>'} ({after}, {last})", params
