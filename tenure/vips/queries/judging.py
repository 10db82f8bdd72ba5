"""Who is a VIP for which reason, in one pass, with the facts that prove it."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tenure.customers import queries as customers
from tenure.segments.queries.matching import matching_each
from tenure.segments.types import Subject
from tenure.segments.types.conditions import AnyOf, Churned, Condition, People, Trait, leaves
from tenure.vips.types import PERSON, Definition, Reason

_EVERYBODY = -1
_ANYBODY: Condition = AnyOf(conditions=(Churned(value=True), Churned(value=False)))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Judged:
    """The accounts each reason holds of, by its key, with their evidence; and how many were looked at."""

    looked_at: int
    accounts: Mapping[str, Mapping[int, Mapping[str, Any]]]
    leaves: Mapping[tuple[str, int], Mapping[str, list[Any]]]


def judge(definition: Definition, *, now: datetime, known: Mapping[str, set[int]] | None = None) -> Judged:
    """Judge every account by every reason; what conditions looked at is gathered of those not `known` already.

    A reason that asks for a company's own domain holds of no account whose domain is a free mail provider's, or that
    has none. Raises `CannotCompute`.
    """
    conditions: dict[int, Condition] = {n: reason.when for n, reason in enumerate(definition.reasons)}
    matches = matching_each({_EVERYBODY: _ANYBODY, **conditions}, Subject.ACCOUNT, now=now)
    looked_at = len(matches.ids(_EVERYBODY))
    ids = {n: matches.ids(n).tolist() for n in conditions}
    leaves: dict[tuple[str, int], dict[str, list[Any]]] = {}
    for n, reason in enumerate(definition.reasons):
        new = sorted(set(ids[n]) - (known or {}).get(reason.key, set()))
        for account_id, reasons in (matches.reasons(n, new) if new else {}).items():
            leaves[reason.key, account_id] = {r.path: [r.value, r.held] for r in reasons}
    traits = sorted({name for reason in definition.reasons for name in reason.evidence})
    wanted = sorted({account_id for each in ids.values() for account_id in each})
    facts = _facts(traits, wanted)
    by_person = {n: _asked_of_people(reason) for n, reason in enumerate(definition.reasons)}
    people = _people_facts(
        sorted({name for names in by_person.values() for name in names}),
        sorted({account_id for n, names in by_person.items() if names for account_id in ids[n]}),
    )
    accounts = {}
    for n, reason in enumerate(definition.reasons):
        found = {}
        for account_id in ids[n]:
            fact = facts.get(account_id)
            if fact is None or (reason.company_domain and not customers.company_domain(str(fact["domain"] or ""))):
                continue
            found[account_id] = {name: fact[name] for name in reason.evidence if fact.get(name) is not None}
            for name in by_person[n]:
                if name not in found[account_id] and (account_id, name) in people:
                    found[account_id] |= {name: people[account_id, name][0], PERSON: people[account_id, name][1]}
        accounts[reason.key] = found
    return Judged(looked_at=looked_at, accounts=accounts, leaves=leaves)


def _facts(traits: Sequence[str], ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    rows = customers.account_facts(traits, ids)
    shown = rows.select(["account_id", "domain", *[name for name in traits if name != "domain"]]).to_pylist()
    return {row["account_id"]: {name: _plain(value) for name, value in row.items()} for row in shown}


def _asked_of_people(reason: Reason) -> list[str]:
    """Return the traits among the evidence of a reason that its condition asks of people."""
    asked = {
        inner.name
        for _, leaf in leaves(reason.when)
        if isinstance(leaf, People) and leaf.condition is not None
        for _, inner in leaves(leaf.condition)
        if isinstance(inner, Trait)
    }
    return [name for name in reason.evidence if name in asked]


def _people_facts(traits: Sequence[str], account_ids: Sequence[int]) -> dict[tuple[int, str], tuple[Any, int]]:
    """Return, by account and trait, what stands highest among its people, and whose that is."""
    homes = customers.people_at(account_ids) if traits and account_ids else {}
    if not homes:
        return {}
    best: dict[tuple[int, str], tuple[Any, int]] = {}
    for row in customers.person_facts(traits, sorted(homes)).sort_by("person_id").to_pylist():
        for name in traits:
            value, key = _plain(row[name]), (homes[row["person_id"]], name)
            if value is not None and (key not in best or _is_higher(value, best[key][0])):
                best[key] = (value, row["person_id"])
    return best


def _is_higher(one: Any, other: Any) -> bool:
    return isinstance(one, int | float) and isinstance(other, int | float) and one > other


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, datetime) else value
