"""Values to choose from: of properties by a sample of the latest events, of traits by those who have them or had.

Nothing is kept for it: what was dropped or hashed at the door, erased or forgotten is offered no more, and a member is
offered only what is in their workspace. Values that tell one person from all others are never offered.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache

import pyarrow as pa

from tenure.customers import queries as customers
from tenure.customers.types import SubjectKind, ValueSeen
from tenure.kernel import clock, tenancy
from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.segments.rules.offering import Seen, may_be_offered, worth_offering
from tenure.segments.types import Subject
from tenure.tracking import queries as tracking
from tenure.tracking.types import USE_TYPES, Place, RuleKind
from tenure.tracking.types.lake import EVENTS, PERSON_DAY

SAMPLED = 5_000
"""So many of the latest events of a name are looked at."""
OF_DAYS = 30
_MOST_VALUES = 500
_DAYS, _SAMPLE, _ASKED = "segment_days_of_event", "segment_sample", "segment_asked_event"


def property_values(event: str, names: Collection[str]) -> Mapping[str, Sequence[str]]:
    """Return the values seen of properties of an event lately, the commonest first; of a sample of 5 000 of them.

    None of those that the tracking plan takes out by now, though they may be in events of before.
    """
    taken_out = _taken_out(event)
    asked = [name for name in names if may_be_offered(name) and name not in taken_out]
    if not asked or not event:
        return {}
    workspace_id, today = tenancy.current_workspace_id(), clock.now().date()
    engine.name_rows(_ASKED, pa.table({"event": [event]}))
    lately = [today - timedelta(days=n) for n in range(-1, OF_DAYS + 1)]
    engine.name_files(_DAYS, PERSON_DAY, tables.files(workspace_id, PERSON_DAY, lately))
    days, found = [], 0
    for row in engine.run_sql(_days_sql()).to_pylist():
        if found < SAMPLED:
            days.append(row["dt"])
            found += row["n"]
    if not days:
        return {}
    engine.name_files(_SAMPLE, EVENTS, tables.files(workspace_id, EVENTS, days))
    return {
        name: worth_offering(Seen(row["text"], row["n"], row["people"]) for row in seen.to_pylist())
        for name, seen in ((name, engine.run_sql(_values_sql(name))) for name in asked)
    }


def trait_values(subject: Subject, names: Collection[str], *, past: bool = False) -> Mapping[str, Sequence[str]]:
    """Return the values of traits that accounts (or people) have, or with `past` ever had; the commonest first."""
    kind: SubjectKind = "account" if subject is Subject.ACCOUNT else "person"
    asked = sorted(name for name in names if may_be_offered(name))
    seen = customers.values_seen(kind, asked, past=past)
    return {
        name: worth_offering(map(_of_account if kind == "account" else _of_person, found))
        for name, found in seen.items()
    }


def _of_account(seen: ValueSeen) -> Seen:
    """A value that one account alone has tells of no person."""
    return Seen(seen.text, seen.subjects, seen.subjects + 1)


def _of_person(seen: ValueSeen) -> Seen:
    return Seen(seen.text, seen.subjects, seen.subjects)


def _taken_out(event: str) -> frozenset[str]:
    return frozenset(
        rule.field.split(".")[0]
        for rule in tracking.rules()
        if rule.kind in (RuleKind.DROP, RuleKind.HASH) and rule.place == Place.PAYLOAD and rule.event in ("", event)
    )


@lru_cache
def _days_sql() -> engine.Sql:
    use = ibis.table(ibis.Schema.from_pyarrow(PERSON_DAY.schema), name=_DAYS)
    days = use.semi_join(ibis.table({"event": "string"}, name=_ASKED), "event").group_by("dt").aggregate(n=use.n.sum())
    return engine.sql_of(days.order_by(days.dt.desc()))


@lru_cache(maxsize=256)
def _values_sql(name: str) -> engine.Sql:
    events = ibis.table(ibis.Schema.from_pyarrow(EVENTS.schema), name=_SAMPLE)
    use = events.filter(events.type.isin(USE_TYPES)).semi_join(ibis.table({"event": "string"}, name=_ASKED), "event")
    some = use.select("person_id", text=engine.property_of(use.properties, name)).limit(SAMPLED)
    some = some.filter(some.text.notnull())
    seen = some.group_by("text").aggregate(n=some.count(), people=some.person_id.nunique())
    return engine.sql_of(seen.order_by(seen.n.desc(), "text").limit(_MOST_VALUES))
