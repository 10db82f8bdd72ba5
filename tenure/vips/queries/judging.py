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
    people = _people_facts(definition.reasons, ids, now)
    accounts = {}
    for n, reason in enumerate(definition.reasons):
        found = {}
        for account_id in ids[n]:
            fact = facts.get(account_id)
            if fact is None or (reason.company_domain and not customers.company_domain(str(fact["domain"] or ""))):
                continue
            found[account_id] = {name: fact[name] for name in reason.evidence if fact.get(name) is not None}
            if proof := people.get((n, account_id)):
                theirs = {name: value for name, value in proof.facts.items() if name not in found[account_id]}
                found[account_id] |= {**theirs, PERSON: proof.person_id} if theirs else {}
        accounts[reason.key] = found
    return Judged(looked_at=looked_at, accounts=accounts, leaves=leaves)


def _facts(traits: Sequence[str], ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    rows = customers.account_facts(traits, ids)
    shown = rows.select(["account_id", "domain", *[name for name in traits if name != "domain"]]).to_pylist()
    return {row["account_id"]: {name: _plain(value) for name, value in row.items()} for row in shown}


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Proof:
    """A person by whom a reason holds of an account, and those of their traits that are evidence."""

    person_id: int
    facts: Mapping[str, Any]


def _people_facts(
    reasons: Sequence[Reason], ids: Mapping[int, Sequence[int]], now: datetime
) -> dict[tuple[int, int], _Proof]:
    """Return, by reason and account, the person its condition asks for: of several, of whom the first trait is highest.

    What is asked of people is judged once more, of those at these accounts alone.
    """
    asked = [(n, leaf, names) for n, reason in enumerate(reasons) for leaf, names in _asked_of_people(reason)]
    accounts = sorted({account_id for n, _, _ in asked for account_id in ids[n]})
    at = customers.places(accounts).sort_by("person_id").to_pylist() if accounts else []
    if not at:
        return {}
    people = sorted({place["person_id"] for place in at})
    matches = matching_each(
        {k: leaf.condition for k, (_, leaf, _) in enumerate(asked) if leaf.condition}, Subject.PERSON, people, now=now
    )
    traits = sorted({name for _, _, names in asked for name in names})
    facts = {row["person_id"]: row for row in customers.person_facts(traits, people).to_pylist()}
    best: dict[tuple[int, int], _Proof] = {}
    for k, (n, leaf, names) in enumerate(asked):
        held, theirs = set(matches.ids(k).tolist()), set(ids[n])
        for place in at:
            account_id, person_id = place["account_id"], place["person_id"]
            if account_id not in theirs or person_id not in held or (leaf.roles and place["role"] not in leaf.roles):
                continue
            fact = facts.get(person_id, {})
            said = {name: value for name in names if (value := _plain(fact.get(name))) is not None}
            known = best.get((n, account_id))
            if said and (known is None or _is_higher(said.get(names[0]), known.facts.get(names[0]))):
                best[n, account_id] = _Proof(person_id=person_id, facts=said)
    return best


def _asked_of_people(reason: Reason) -> list[tuple[People, list[str]]]:
    """Return what a reason's condition asks of people, each with the traits among the evidence that it asks for."""
    asked = []
    for _, leaf in leaves(reason.when):
        if isinstance(leaf, People) and leaf.condition is not None:
            traits = {inner.name for _, inner in leaves(leaf.condition) if isinstance(inner, Trait)}
            if names := [name for name in reason.evidence if name in traits]:
                asked.append((leaf, names))
    return asked


def _is_higher(one: Any, other: Any) -> bool:
    return isinstance(one, int | float) and isinstance(other, int | float) and one > other


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, datetime) else value
