"""What the columns of a file mean: guessed from their names and cells, said by a member, remembered from last time."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tenure.connectors.files.errors import ColumnsUnusable
from tenure.connectors.files.rules.shapes import SHAPES
from tenure.connectors.files.rules.values import Unreadable, read_value
from tenure.connectors.files.types import NAMED, Cell, Column, Kind, Row, Target, ValueType

T = Target

TRAIT_OF = {
    T.DOMAIN: "domain", T.EMAIL: "email", T.NAME: "name", T.FIRST_NAME: "first_name", T.LAST_NAME: "last_name",
    T.ROLE: "role", T.PARENT_ID: "parent_id", T.TIMEZONE: "timezone", T.LOCALE: "locale", T.SIGNED_UP_AT: "created_at",
}  # fmt: skip
"""The trait a field is kept as."""

LONGEST_EVENT = 255

ERROR_COLUMNS = ("import_reason", "import_line", "import_column")
"""What an error file has before the columns it came with."""


def suggest(kind: Kind, header: Sequence[str], rows: Iterable[Row], remembered: Sequence[Column] = ()) -> list[Column]:
    """Suggest what each column means: as last time where all of its columns are there, by name and cells otherwise.

    Of a file of customers that we exported, the id and the traits are taken; the rest is what we worked out from them.
    """
    shape = SHAPES[kind]
    sample = list(rows)
    key = _key_of_our_own(kind, header)
    if key or not {c.name for c in remembered} <= set(header):
        remembered = ()
    last = {c.name: c for c in remembered}
    taken = {last[name].target for name in header if name in last and last[name].target not in NAMED}
    by_name = {word: target for target, words in shape.names.items() for word in words.split()}
    wanted = {name: by_name.get(plain(name)) for name in header}
    if key:
        wanted = {name: T.EXTERNAL_ID if name == key else None for name in header}
    suggested: list[Column] = []
    for name in header:
        if remembered and name in last:
            suggested.append(last[name])
            continue
        target = wanted[name]
        if target is not None and target not in taken:
            better = [n for n in header if wanted[n] is target]
            if _best(kind, target, better) == name:
                taken.add(target)
                suggested.append(Column(name=name, target=target, type=type_for(kind, target)))
                continue
        if shape.rest is None or remembered or not plain(name) or name in ERROR_COLUMNS:
            continue
        if not key or is_trait(name):
            suggested.append(_rest(shape.rest, name, [row.cells.get(name) for row in sample]))
    return suggested


def _key_of_our_own(kind: Kind, header: Sequence[str]) -> str:
    """Return the column with the id, if this is a file of customers that we exported."""
    names = SHAPES[kind].names.get(T.EXTERNAL_ID, "").split()
    key = next((n for n in ("external_id", "user_id") if n in header and n in names), "")
    is_ours = kind in (Kind.ACCOUNTS, Kind.PEOPLE) and {"first_seen_at", "last_seen_at"} <= set(header)
    return key if is_ours else ""


def _rest(target: Target, name: str, cells: Sequence[Cell]) -> Column:
    if target is T.TRAIT:
        trait = name.removeprefix("trait.").removeprefix("traits.").strip()[:255]
        return Column(name=name, target=target, trait=trait, type=type_of(cells))
    as_text = all(isinstance(cell, str | None) for cell in cells)
    return Column(name=name, target=target, trait=name, type=ValueType.TEXT if as_text else ValueType.AS_IS)


def is_trait(name: str) -> bool:
    """Tell whether a column is called like a trait in our own exports."""
    return name.startswith(("trait.", "traits."))


def type_for(kind: Kind, target: Target) -> ValueType:
    """Return how the cells of a field are read."""
    return SHAPES[kind].types.get(target, ValueType.TEXT)


def type_of(cells: Sequence[Cell]) -> ValueType:
    """Find a type that fits every cell; numbers that begin with a zero are codes, which are text."""
    filled = [c for c in cells if c is not None and str(c).strip() != ""]
    if any(not isinstance(c, str) for c in filled):
        return ValueType.AS_IS
    if not filled or any(re.match(r"\s*[+-]?0\d", c) for c in filled):
        return ValueType.TEXT
    for type_ in (ValueType.NUMBER, ValueType.BOOLEAN, ValueType.DATE):
        try:
            for cell in filled:
                read_value(cell, type_)
        except Unreadable:
            continue
        return type_
    return ValueType.TEXT


def check(kind: Kind, columns: Sequence[Column], header: Sequence[str], *, event: str = "") -> None:
    """Refuse columns that cannot be used; raises `ColumnsUnusable`.

    With an `event` for all rows none of them has to name it.
    """
    shape = SHAPES[kind]
    listed = ", ".join(header)
    if event and T.EVENT not in shape.fields:
        raise ColumnsUnusable(f"{kind.value} have no field 'event'.", why="no_field", field=T.EVENT.value)
    if len(event) > LONGEST_EVENT:
        raise ColumnsUnusable(
            f"The name of an event has at most {LONGEST_EVENT} characters.", why="event_too_long", most=LONGEST_EVENT
        )
    for each in columns:
        if each.name not in header:
            raise ColumnsUnusable(
                f"There is no column {each.name!r}. The file has: {listed}.", why="no_column", column=each.name,
                columns=listed,
            )  # fmt: skip
        if each.target in NAMED and not each.trait:
            raise ColumnsUnusable(f"{each.name!r} is a trait without a name.", why="no_name", column=each.name)
        if each.target not in (*shape.fields, *shape.named):
            target = each.target.value
            raise ColumnsUnusable(f"{kind.value} have no field {target!r}.", why="no_field", field=target)
    said = [f"{c.target}.{c.trait}" if c.target in NAMED else c.target.value for c in columns]
    if shape.rest is T.TRAIT:
        said = [c.trait if c.target is T.TRAIT else TRAIT_OF.get(c.target, c.target.value) for c in columns]
    if twice := sorted({name for name in said if said.count(name) > 1}):
        raise ColumnsUnusable(f"Two columns say the same: {', '.join(twice)}.", why="same", columns=", ".join(twice))
    said_of_all = {T.EVENT} if event else set[Target]()
    for group in shape.keys:
        if not set(group) & ({c.target for c in columns} | said_of_all):
            wanted = " or ".join(k.value for k in group)
            of_all = " If every row is the same event, say --event NAME." if T.EVENT in group else ""
            raise ColumnsUnusable(
                f"Which column is the {wanted}? Say --map {group[0].value}=COLUMN.{of_all} The file has: {listed}.",
                why="no_event_column" if of_all else "no_key", fields=[k.value for k in group], columns=listed,
            )  # fmt: skip


def read_mapping(
    kind: Kind, text: str, header: Sequence[str], suggested: Sequence[Column], *, event: str = ""
) -> list[Column]:
    """Read `external_id=Number,trait.plan=Plan,name=`: what is not said is as suggested. Raises `ColumnsUnusable`.

    A guess at which column names the event gives way to an `event` that is said for all rows.
    """
    columns = [_no_event(c) for c in suggested] if event else list(suggested)
    for part in filter(None, (p.strip() for p in text.split(","))):
        target, equals, name = (x.strip() for x in part.partition("="))
        if not equals:
            raise ColumnsUnusable(
                f"{part!r}: write field=column, for example external_id=number.", why="no_pair", part=part
            )
        of, trait, read_as = _said(kind, target)
        before = next((c for c in columns if c.name == name), None)
        columns = [c for c in columns if c.name != name and (c.target is not of or (of in NAMED and c.trait != trait))]
        if name:
            kept = before.type if before and before.target in NAMED else ValueType.TEXT
            made = read_as or (kept if of in NAMED else type_for(kind, of))
            columns.append(Column(name=name, target=of, trait=trait, type=made))
    check(kind, columns, header, event=event)
    return columns


def _no_event(column: Column) -> Column:
    if column.target is not T.EVENT:
        return column
    return Column(name=column.name, target=T.PROPERTY, trait=column.name, type=ValueType.TEXT)


def _said(kind: Kind, target: str) -> tuple[Target, str, ValueType | None]:
    """Read the left side of one part of a mapping: `trait.seats:number`."""
    shape = SHAPES[kind]
    first, dot, rest = target.partition(".")
    trait, _, type_ = rest.partition(":")
    try:
        of = shape.aliases[first] if dot and first in shape.aliases else T(first)
        if of not in (*shape.fields, *shape.named):
            raise ValueError(target)
        return of, trait, ValueType(type_) if type_ else None
    except ValueError as error:
        own = [n.value for n in shape.named if n not in shape.aliases.values()]
        of_own = [*shape.aliases, *own]
        known = ", ".join([*(f.value for f in shape.fields), *(f"{n}.NAME" for n in of_own)])
        raise ColumnsUnusable(
            f"{target!r} is not a field. Fields: {known}.", why="no_field", field=target, fields=known
        ) from error


def stored(columns: Sequence[Column]) -> list[dict[str, str]]:
    """Write columns as JSON."""
    return [{"name": c.name, "target": c.target.value, "trait": c.trait, "type": c.type.value} for c in columns]


def restored(written: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Read columns that were stored."""
    return [
        Column(name=c["name"], target=Target(c["target"]), trait=c["trait"], type=ValueType(c["type"])) for c in written
    ]


def plain(name: str) -> str:
    """Write the name of a column as the lists of known names do."""
    return re.sub(r"[\s\-./]+", "_", name.strip().lower().removeprefix("trait.").removeprefix("traits.")).strip("_")


def _best(kind: Kind, target: Target, names: Sequence[str]) -> str:
    order = SHAPES[kind].names[target].split()
    return min(names, key=lambda n: order.index(plain(n)))
