"""The fields of an editor's form as its templates draw them."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from tenure.kernel.written import inside
from tenure.web.pages.definitions.fields import Field, Kind, walk
from tenure.web.pages.definitions.sheets import Sheet
from tenure.web.pages.segments.drafts import Draft


@dataclasses.dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a list."""

    place: str
    name: str
    rows: Sequence["Row"]
    errors: Sequence[str]
    is_first: bool
    is_last: bool
    is_fresh: bool

    @property
    def id(self) -> str:
        """What its anchor is called."""
        return self.place.replace(".", "_")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """One field with what it says."""

    field: Field
    place: str
    value: str = ""
    errors: Sequence[str] = ()
    choices: Sequence[tuple[str, str, bool]] = ()
    """What can be chosen: value, words, whether it is."""
    suggested_in: str = ""
    """The list of what is suggested while typing: one for this field in all parts."""
    parts: Sequence[Part] = ()
    draft: Draft | None = None
    is_fixed: bool = False
    """A key that is in force."""
    is_fresh: bool = False

    @property
    def id(self) -> str:
        """What its control is called."""
        return self.place.replace(".", "_")

    @property
    def count(self) -> int:
        """How many parts there are."""
        return len(self.parts)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Suggested:
    """What is suggested for a field while typing."""

    id: str
    choices: Sequence[tuple[str, str]]


def rows(sheet: Sheet) -> tuple[Sequence[Row], Sequence[Suggested]]:
    """Return the fields from the top, and the lists they suggest from."""
    offers = _Offers(sheet)
    return [_row(sheet, offers, field, sheet.values, "", "") for field in sheet.fields], offers.suggested()


class _Offers:
    """What each field offers: asked for once, however many parts have the field."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._places = {id(field): n for n, field in enumerate(walk(sheet.fields))}
        self._found: dict[int, Sequence[tuple[str, str]]] = {}

    def of(self, field: Field) -> Sequence[tuple[str, str]]:
        place = self._places[id(field)]
        if place not in self._found:
            self._found[place] = field.offers(self._sheet.values) if field.offers is not None else ()
        return self._found[place]

    def list_of(self, field: Field) -> str:
        return f"offered_{self._places[id(field)]}" if self.of(field) else ""

    def suggested(self) -> Sequence[Suggested]:
        typed = [each for each in walk(self._sheet.fields) if each.kind not in (Kind.CHOICE, Kind.CHOICES)]
        asked = [each for each in typed if self._found.get(self._places[id(each)])]
        return [Suggested(id=self.list_of(each), choices=self.of(each)) for each in asked]


def _row(sheet: Sheet, offers: _Offers, field: Field, values: Mapping[str, Any], at: str, within: str) -> Row:
    place, value = inside(at, field.name), values[field.name]
    errors = sheet.errors.get(place, ())
    is_first = bool(at) and at == sheet.fresh
    match field.kind:
        case Kind.PARTS:
            return Row(field=field, place=place, errors=errors, parts=_parts(sheet, offers, field, value, place))
        case Kind.CONDITION:
            return Row(field=field, place=place, errors=errors, draft=value)
        case Kind.CHOICE | Kind.CHOICES:
            offered = offers.of(field)
            chosen = {value} if field.kind is Kind.CHOICE else set(value)
            left = [(each, each, True) for each in sorted(chosen - {key for key, _ in offered}) if each]
            choices = [*((key, words, key in chosen) for key, words in offered), *left]
            return Row(field=field, place=place, value=str(value), errors=errors, choices=choices, is_fresh=is_first)
        case _:
            is_fixed = field.kind is Kind.KEY and (within, value) in sheet.keys
            return Row(
                field=field, place=place, value=value, errors=errors, is_fixed=is_fixed, is_fresh=is_first,
                suggested_in=offers.list_of(field),
            )  # fmt: skip


def _parts(sheet: Sheet, offers: _Offers, field: Field, parts: Sequence[Mapping[str, Any]], at: str) -> Sequence[Part]:
    shown = []
    for n, part in enumerate(parts):
        place = f"{at}.{n}"
        fields = [_row(sheet, offers, each, part, place, at) for each in field.parts]
        fields = [dataclasses.replace(row, is_fresh=row.is_fresh and i == 0) for i, row in enumerate(fields)]
        shown.append(
            Part(
                place=place,
                name=_title(offers, field, part) or f"{field.one} {n + 1}",
                rows=fields,
                errors=sheet.errors.get(place, ()),
                is_first=n == 0,
                is_last=n == len(parts) - 1,
                is_fresh=place == sheet.fresh,
            )
        )
    return shown


def _title(offers: _Offers, field: Field, part: Mapping[str, Any]) -> str:
    """Call a part by what its own fields say; empty while one of them says nothing."""
    named_by = [each for each in field.parts if each.name in field.titled_by]
    said = [dict(offers.of(each)).get(part[each.name], part[each.name]) for each in named_by]
    return " → ".join(said) if all(said) else ""
