"""What a pass needs of each account or person, as columns: facts as they are read, and what stands beside them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tenure.segments.queries.knowing import OPEN_TICKETS, OPEN_TICKETS_OF, Knowing, id_column
from tenure.segments.rules import features, readings
from tenure.segments.rules.words import ALWAYS, READINGS
from tenure.segments.types import Subject
from tenure.segments.types.conditions import FactKind, TicketPriority, TicketWhat

Ids = npt.NDArray[np.int64]


def words_table(words: pa.Table, now: datetime) -> pa.Table:
    """Return words as the pass reads them: each value, and the one before it, in several readings."""
    read = {
        "id": words["id"],
        "now": pa.array(np.full(len(words), readings.microseconds_of(now), np.int64)),
        "name": words["name"],
        "since": words["since"],
        "until": words["until"].combine_chunks().fill_null(ALWAYS),
    }
    read |= {column: readings.reading(words["value"], kind) for column, kind in READINGS.items()}
    read |= {f"before_{c}": readings.reading(words["before"], READINGS[c]) for c in ("text", "number")}
    return pa.table(read)


def gather(
    needs: features.Needs, subject: Subject, known: Knowing, facts: pa.Table, ids: Sequence[int] | None
) -> dict[str, pa.Array]:
    """Return what conditions need beside facts and use, as columns in the order of the facts."""
    found: dict[str, pa.Array] = {}
    own: Ids = facts[id_column(subject)].to_numpy()
    if needs.is_billed:
        found |= _billed(own, known, needs, ids)
    for asked, column in needs.tickets.items():
        found[column] = _tickets(facts, own, known, subject, asked, ids)
    for segment_id, column in needs.segments.items():
        found[column] = _inside(facts, own, known, subject, segment_id, ids)
    return found


def _billed(own: Ids, known: Knowing, needs: features.Needs, ids: Sequence[int] | None) -> dict[str, pa.Array]:
    billed = known.billed(list(needs.currencies), ids)
    place = places_of(own, billed["account_id"].to_numpy())
    lines = ["\n".join(["", *plans, ""]).lower() for plans in billed["plans"].to_pylist()]
    plans = pa.array(lines, pa.string())
    found = {
        "billed_status": billed["status"].combine_chunks().take(place),
        "billed_plans": plans.take(place),
        "renews_at": readings.moment_column(billed["renews_at"].combine_chunks()).take(place),
        "renewal": billed["renewal"].combine_chunks().take(place),
    }
    rates = known.rates(list(needs.currencies))
    for currency, column in needs.currencies.items():
        paid = billed[f"mrr_{currency}"].combine_chunks().take(place)
        nothing = pa.scalar(0 if currency in rates else None, pa.int64())
        found[column] = pc.if_else(place.is_valid(), paid, nothing)
    return found


def _tickets(
    facts: pa.Table,
    own: Ids,
    known: Knowing,
    subject: Subject,
    asked: features.TicketsAsked,
    ids: Sequence[int] | None,
) -> pa.Array:
    what, days, priorities = asked
    if what is TicketWhat.OPEN:
        return _open_tickets(facts, priorities)
    counts = known.tickets(subject, what, days, priorities, ids)
    return counts["n"].combine_chunks().take(places_of(own, counts["id"].to_numpy())).fill_null(0)


def _open_tickets(facts: pa.Table, priorities: Sequence[TicketPriority]) -> pa.Array:
    """Add up what traits say is open; what is of no other priority is normal."""

    def number(name: str) -> Any:
        return readings.reading(facts[name], FactKind.NUMBER).fill_null(0).cast(pa.int64(), safe=False).to_numpy()

    found = number(OPEN_TICKETS)
    if priorities:
        apart: dict[TicketPriority, Any] = {p: number(name) for p, name in OPEN_TICKETS_OF.items()}
        normal = found - sum(apart.values())
        found = sum((apart.get(p, normal) for p in priorities), np.zeros(len(facts), np.int64))
    return pa.array(found, pa.int64())


def _inside(
    facts: pa.Table, own: Ids, known: Knowing, subject: Subject, segment_id: int, ids: Sequence[int] | None
) -> pa.Array:
    of = known.segment_subject(segment_id)
    if of is Subject.PERSON and subject is Subject.ACCOUNT:
        return pa.array(np.zeros(len(own), bool))
    theirs = own if of is subject else facts["account_id"].to_numpy()
    members = known.inside(segment_id, None if ids is None else np.unique(theirs).tolist())
    return pa.array(np.isin(theirs, np.fromiter(members, np.int64, len(members))))


def places_of(own: Ids, ids: Ids) -> pa.Array:
    """Return, for each of our own, where it stands among ids; null where it does not."""
    order = np.argsort(ids)
    if not len(ids):
        return pa.nulls(len(own), pa.int64())
    place = order[np.clip(np.searchsorted(ids, own, sorter=order), 0, len(ids) - 1)]
    return pa.array(place, pa.int64(), mask=ids[place] != own)


def names_of(needs: features.Needs) -> list[str]:
    """Return the traits that facts are asked for."""
    names = {name for name, _ in needs.traits}
    for what, _, priorities in needs.tickets:
        if what is TicketWhat.OPEN:
            names |= {OPEN_TICKETS, *(OPEN_TICKETS_OF.values() if priorities else ())}
    return sorted(names)


def read_facts(
    facts: pa.Table, needs: features.Needs, subject: Subject, now: datetime, beside: Mapping[str, pa.Array]
) -> pa.Table:
    """Return facts as the pass reads them, with what was gathered beside them."""
    ids = facts[id_column(subject)].combine_chunks()
    read: dict[str, Any] = {
        "id": ids,
        "now": pa.array(np.full(len(ids), readings.microseconds_of(now), np.int64)),
        "signed_up": readings.moment_column(_column(facts, "signed_up_at")),
        "last_seen": readings.moment_column(_column(facts, "last_seen_at")),
    }
    if subject is Subject.ACCOUNT:
        read["churned"] = _column(facts, "churned_at").is_valid()
        read["owner_id"] = _column(facts, "owner_id").cast(pa.int64())
    else:
        read["churned"] = pa.nulls(len(ids), pa.bool_())
        read["owner_id"] = pa.nulls(len(ids), pa.int64())
    for (name, kind), column in needs.traits.items():
        read[column] = readings.reading(facts[name], kind)
    for salt, column in needs.salts.items():
        read[column] = readings.bucket_column(ids, salt, str(subject))
    return pa.table({**read, **beside})


def _column(facts: pa.Table, name: str) -> pa.Array:
    return facts[name].combine_chunks()
