"""What was typed into the fields of a condition, as the JSON form has it: numbers, money, lists, yes and no."""

import re
from collections.abc import Mapping
from typing import Any

from tenure.kernel.money import NotMoney, read_money, whole_minor
from tenure.web.pages.segments.kinds import DAYS_OPERATORS, NUMERIC, WHOLE_NUMBERS

_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")


def leaf_values(kind: str, said: Mapping[str, str], types: Mapping[str, str]) -> dict[str, Any]:
    """Return what the fields of a leaf say as JSON; what cannot be read stays as it is, for the check to refuse."""
    fields = dict(said)
    if kind == "tickets" and fields["what"] == "open":
        fields["period"] = "ever"
    if fields.pop("period", "") == "ever":
        fields.pop("days")
    match kind:
        case "trait":
            return _compared(fields, "name", types)
        case "trait_was":
            return _compared(fields, "name", types) | {"days": _whole(fields["days"])}
        case "filter":
            return _compared(fields, "property", {})
        case "trait_changed":
            name = fields["name"].strip()
            ends = {each: _typed(fields[each].strip(), types.get(name)) for each in ("from_value", "to_value")}
            given = {each: value for each, value in ends.items() if value != ""}
            return {"name": name, **given, "days": _whole(fields["days"])}
        case "churned":
            return {"value": fields["value"] == "true"}
        case "owner" if fields["operator"] != "is":
            return {"operator": fields["operator"]}
        case "people":
            roles = fields["roles"].split()
            return {"quantifier": fields["quantifier"], "number": _whole(fields["number"]), "roles": roles}
        case "tickets":
            days = {"days": _whole(fields["days"])} if "days" in fields else {}
            counted = {"what": fields["what"], "operator": fields["operator"], "times": _whole(fields["times"])}
            return counted | days | {"priorities": fields["priorities"].split()}
        case "usage" | "usage_change" if not fields["event"].strip():
            fields.pop("event")
        case "mrr":
            currency = fields["currency"].strip().upper()
            return {"operator": fields["operator"], "amount": _minor(fields["amount"], currency), "currency": currency}
        case "renewal" if not fields["number"].strip():
            fields.pop("number")
    return {name: _whole(text) if name in WHOLE_NUMBERS else text.strip() for name, text in fields.items()}


def _minor(text: str, currency: str) -> Any:
    """Return an amount in units of a currency as minor units, or the text itself for the check to refuse."""
    try:
        return whole_minor(read_money(text, currency))
    except NotMoney:
        return text or None


def _compared(fields: Mapping[str, str], named: str, types: Mapping[str, str]) -> dict[str, Any]:
    name, operator, text = fields[named].strip(), fields["operator"], fields["value"].strip()
    said: dict[str, Any] = {named: name, "operator": operator}
    observed = "number" if named == "name" and name in NUMERIC else types.get(name)
    match operator:
        case "is_set" | "is_not_set":
            return said
        case "one_of":
            value: Any = [_typed(line.strip(), observed) for line in text.splitlines() if line.strip()]
        case "between":
            value = [_number(text), _number(fields["value2"].strip())]
        case "more_than" | "less_than":
            value = _number(text)
        case "is" | "is_not":
            value = _typed(text, observed)
        case _:
            value = _whole(text) if operator in DAYS_OPERATORS else text
    return said | {"value": value}


def _typed(text: str, observed: str | None) -> Any:
    if observed == "number" and text:
        return _number(text)
    if observed == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return text


def _number(text: str) -> Any:
    """Return the number a text is, or the text itself for the check to refuse."""
    plain = text.replace(",", "")
    if not _NUMBER.fullmatch(plain):
        return text
    return float(plain) if "." in plain else int(plain)


def _whole(text: str) -> Any:
    plain = text.strip()
    return int(plain) if re.fullmatch(r"[+-]?\d{1,15}", plain) else plain or None
