"""What one row tells of an account or a person."""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Any

from tenure.connectors.files.rules.columns import KEYS, TRAIT_OF
from tenure.connectors.files.rules.values import Unreadable, domain_in, read_value
from tenure.connectors.files.types import Column, Kind, Row, RowRefused, Target, Told
from tenure.customers.types import JUNK_IDS

LONGEST_ID = 500


def told_by(row: Row, kind: Kind, columns: Sequence[Column], zone: tzinfo = UTC) -> Told | RowRefused:
    """Return what a row tells, or why it cannot be used."""

    def refused(code: str, reason: str, column: str = "") -> RowRefused:
        value = str(row.cells.get(column, ""))[:200] if column else ""
        return RowRefused(row.number, code, reason, column, value, row.cells)

    if row.wrong:
        return refused("row_broken", row.wrong)
    ids: dict[Target, str] = {}
    traits: dict[str, Any] = {}
    for each in columns:
        try:
            value = read_value(row.cells.get(each.name), each.type, zone)
        except Unreadable as error:
            return refused(f"{each.type.value}_unreadable", str(error), each.name)
        if value is None:
            continue
        if each.target is Target.TRAIT:
            traits[each.trait] = value
            continue
        text = str(value)
        if each.target in (Target.EXTERNAL_ID, Target.ACCOUNT_ID, Target.PARENT_ID):
            if text.lower() in JUNK_IDS:
                return refused("id_is_junk", f"{text!r} is what programs write when they mean nobody.", each.name)
            if len(text) > LONGEST_ID:
                return refused("id_too_long", f"An id has at most {LONGEST_ID} characters.", each.name)
        if each.target is Target.EMAIL and not _is_address(text):
            return refused("email_unreadable", "This is not an e-mail address.", each.name)
        if each.target is Target.DOMAIN and not (text := domain_in(text)):
            return refused("domain_unreadable", "This is not a domain such as acme.example.", each.name)
        ids[each.target] = text
        if each.target in TRAIT_OF:
            traits[TRAIT_OF[each.target]] = text
    first, second = KEYS[kind]
    if not ids.get(first) and not ids.get(second):
        return refused("no_key", f"The row has no {first.value} and no {second.value}.")
    return Told(
        row.number, ids.get(first, ""), ids.get(second, "").lower(), ids.get(Target.ACCOUNT_ID, ""), traits, row.cells
    )


def _is_address(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and "@" not in name and not any(c.isspace() for c in text) and len(text) <= 320
