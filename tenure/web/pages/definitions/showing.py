"""The fields of an editor's form as its templates draw them."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from tenure.kernel.written import inside
from tenure.web.pages.definitions.fields import Field, Kind
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


def rows(sheet: Sheet) -> Sequence[Row]:
    """Return the fields from the top."""
    return [_row(sheet, field, sheet.values, "", "") for field in sheet.fields]


def _row(sheet: Sheet, field: Field, values: Mapping[str, Any], at: str, within: str) -> Row:
    place, value = inside(at, field.name), values[field.name]
    errors = sheet.errors.get(place, ())
    is_first = bool(at) and at == sheet.fresh
    match field.kind:
        case Kind.PARTS:
            return Row(field=field, place=place, errors=errors, parts=_parts(sheet, field, value, place))
        case Kind.CONDITION:
            return Row(field=field, place=place, errors=errors, draft=value)
        case Kind.CHOICE | Kind.CHOICES:
            offered = field.offers(sheet.values) if field.offers is not None else ()
            chosen = {value} if field.kind is Kind.CHOICE else set(value)
            left = [(each, each, True) for each in sorted(chosen - {key for key, _ in offered}) if each]
            choices = [*((key, words, key in chosen) for key, words in offered), *left]
            return Row(field=field, place=place, value=str(value), errors=errors, choices=choices, is_fresh=is_first)
        case _:
            offered = field.offers(sheet.values) if field.offers is not None else ()
            is_fixed = field.kind is Kind.KEY and (within, value) in sheet.keys
            choices = [(key, words, False) for key, words in offered]
            return Row(
                field=field, place=place, value=value, errors=errors, choices=choices, is_fixed=is_fixed,
                is_fresh=is_first,
            )  # fmt: skip


def _parts(sheet: Sheet, field: Field, parts: Sequence[Mapping[str, Any]], at: str) -> Sequence[Part]:
    shown = []
    for n, part in enumerate(parts):
        place = f"{at}.{n}"
        fields = [_row(sheet, each, part, place, at) for each in field.parts]
        fields = [dataclasses.replace(row, is_fresh=row.is_fresh and i == 0) for i, row in enumerate(fields)]
        shown.append(
            Part(
                place=place,
                name=_title(sheet, field, part) or f"{field.one} {n + 1}",
                rows=fields,
                errors=sheet.errors.get(place, ()),
                is_first=n == 0,
                is_last=n == len(parts) - 1,
                is_fresh=place == sheet.fresh,
            )
        )
    return shown


def _title(sheet: Sheet, field: Field, part: Mapping[str, Any]) -> str:
    """Call a part by what its own fields say; empty while one of them says nothing."""
    said = []
    for each in field.parts:
        if each.name in field.titled_by:
            offered = dict(each.offers(sheet.values)) if each.offers is not None else {}
            said.append(offered.get(part[each.name], part[each.name]))
    return " → ".join(said) if all(said) else ""
