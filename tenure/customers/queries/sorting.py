"""Pages of sorted lists: what has no value comes last, and a cursor holds the sort values of the last row."""

import dataclasses
from typing import Any, TypeVar

from django.db.models import BooleanField, Case, F, FloatField, Func, Model, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from tenure.kernel.cursors import CursorUnreadable, Place, as_cursor, from_cursor, moment

M = TypeVar("M", bound=Model)


@dataclasses.dataclass(frozen=True)
class Sorting:
    """What a list is sorted by."""

    key: Combinable
    is_moment: bool = False


def number_in_traits(name: str) -> Combinable:
    """Return a trait as a number, where it is one."""
    text = Func(F("traits"), Value(name), function="jsonb_extract_path_text", output_field=TextField())
    kind = Func(
        Func(F("traits"), Value(name), function="jsonb_extract_path"),
        function="jsonb_typeof",
        output_field=TextField(),
    )
    return Case(When(Exact(kind, Value("number")), then=Cast(text, FloatField())), output_field=FloatField())


def sorted_page(found: QuerySet[M], by: Sorting, *, descends: bool, cursor: str, limit: int) -> tuple[list[M], str]:
    """Return one page and the cursor of the next ("" on the last); raises `CursorUnreadable`."""
    found = found.annotate(sort_key=by.key).annotate(
        sort_none=Case(When(sort_key__isnull=True, then=True), default=False, output_field=BooleanField())
    )
    if cursor:
        place = from_cursor(cursor, 3)
        try:
            found = found.filter(_after(place, by, descends))
        except (ValueError, TypeError) as error:  # a cursor of another sorting
            raise CursorUnreadable from error
    ordering = F("sort_key").desc() if descends else F("sort_key").asc()
    page: list[Any] = list(found.order_by("sort_none", ordering, "pk")[: limit + 1])
    if len(page) <= limit:
        return page, ""
    last = page[limit - 1]
    return page[:limit], as_cursor([last.sort_none, last.sort_key, last.pk])


def _after(place: list[Place], by: Sorting, descends: bool) -> Q:
    none, key, pk = place
    if none:
        return Q(sort_none=True, pk__gt=pk)
    value = moment(key) if by.is_moment else key
    beyond = Q(sort_key__lt=value) if descends else Q(sort_key__gt=value)
    return Q(sort_none=True) | (Q(sort_none=False) & (beyond | Q(sort_key=value, pk__gt=pk)))
