"""What one row tells of an account or a person."""

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any

from tenure.connectors.files.rules.columns import TRAIT_OF
from tenure.connectors.files.rules.shapes import SHAPES
from tenure.connectors.files.rules.values import Unreadable, domain_in, read_value
from tenure.connectors.files.types import Column, Kind, Row, RowRefused, Target, Told
from tenure.customers.types import JUNK_IDS

LONGEST_ID = 500


def told_by(row: Row, kind: Kind, columns: Sequence[Column], zone: tzinfo = UTC) -> Told | RowRefused:
    """Return what a row tells, or why it cannot be used."""

    def refused(code: str, column: str = "", **particulars: object) -> RowRefused:
        return refusal(row, code, column, particulars)

    if row.wrong:
        return refused(row.wrong, **row.particulars)
    ids: dict[Target, str] = {}
    traits: dict[str, Any] = {}
    for each in columns:
        try:
            value = read_value(row.cells.get(each.name), each.type, zone)
        except Unreadable as error:
            return refused(error.code, each.name, **error.particulars)
        if value is None:
            continue
        if each.target is Target.TRAIT:
            traits[each.trait] = value
            continue
        text = str(value)
        if each.target in (Target.EXTERNAL_ID, Target.ACCOUNT_ID, Target.PARENT_ID):
            if text.lower() in JUNK_IDS:
                return refused("id_is_junk", each.name, value=text)
            if len(text) > LONGEST_ID:
                return refused("id_too_long", each.name, most=LONGEST_ID)
        if each.target is Target.EMAIL and not is_address(text):
            return refused("email_unreadable", each.name)
        if each.target is Target.DOMAIN and not (text := domain_in(text)):
            return refused("domain_unreadable", each.name)
        ids[each.target] = text
        if each.target in TRAIT_OF:
            traits[TRAIT_OF[each.target]] = text
    ((first, second),) = SHAPES[kind].keys
    if not ids.get(first) and not ids.get(second):
        return refused("no_key", fields=[first.value, second.value])
    return Told(
        row.number, ids.get(first, ""), ids.get(second, "").lower(), ids.get(Target.ACCOUNT_ID, ""), traits, row.cells
    )


def refusal(row: Row, code: str, column: str = "", particulars: Mapping[str, object] | None = None) -> RowRefused:
    """Return a row as refused, with the value of the column it is because of."""
    value = str(row.cells.get(column, ""))[:200] if column else ""
    return RowRefused(row.number, code, dict(particulars or {}), column, value, row.cells)


def is_address(text: str) -> bool:
    """Tell whether this can be an e-mail address."""
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and "@" not in name and not any(c.isspace() for c in text) and len(text) <= 320
