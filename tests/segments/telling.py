"""What made-up customers are known by, told to a pass in the tables and columns it asks for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from tenure.lake import engine
from tenure.segments.queries.happened import empty
from tenure.segments.queries.knowing import id_column
from tenure.segments.rules import features
from tenure.segments.rules.happenings import HappeningNeeds
from tenure.segments.rules.readings import microseconds_of
from tenure.segments.types import Subject
from tenure.segments.types import conditions as c
from tenure.tracking.types.lake import PERSON_DAY
from tests.segments.oracle import Happening, Known

MOMENT = pa.timestamp("us", tz="UTC")
TYPES = {"plan": pa.string(), "seats": pa.float64(), "trial": pa.bool_(), "renews": MOMENT}
OF_ACCOUNTS = 3
"""The segment of accounts that people are asked about, by where they are at home."""


def facts_table(known: Sequence[Known], subject: Subject) -> pa.Table:
    columns: dict[str, Any] = {id_column(subject): pa.array([k.id for k in known], pa.int64())}
    for name, type_ in TYPES.items():
        columns[name] = pa.array([k.traits.get(name) for k in known], type_)
    for name in ("signed_up_at", "last_seen_at", "churned_at"):
        columns[name] = pa.array([getattr(k, name) for k in known], MOMENT)
    columns["owner_id"] = pa.array([k.owner_id for k in known], pa.int64())
    open_ = [[p for what, _, p in k.tickets if what == "open"] for k in known]
    columns["open_tickets"] = pa.array([float(len(each)) if each else None for each in open_], pa.float64())
    for of in ("low", "high", "urgent"):
        counts = [float(each.count(of)) if of in each else None for each in open_]
        columns[f"open_tickets_{of}"] = pa.array(counts, pa.float64())
    if subject is Subject.PERSON:
        columns["account_id"] = pa.array([int(OF_ACCOUNTS in k.segments) for k in known], pa.int64())
    return pa.table(columns)


def rolled_up(happenings: Sequence[Happening]) -> pa.Table:
    """Count by account, person, event and UTC day: what the rollup of use holds."""
    found: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for h in happenings:
        found[h.account_id, h.person_id, h.event, h.at.date()].append(h.at)
    rows = [
        {"account_id": a, "person_id": p, "event": e, "dt": d, "n": len(ats), "first_ts": min(ats), "last_ts": max(ats)}
        for (a, p, e, d), ats in found.items()
    ]
    return pa.Table.from_pylist(rows, schema=PERSON_DAY.schema)


def lived(happenings: Sequence[Happening], subject: Subject) -> pa.Table:
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for h in happenings:
        found[getattr(h, id_column(subject)), h.event].append(microseconds_of(h.at))
    return pa.table(
        {
            "id": pa.array([id_ for id_, _ in found], pa.int64()),
            "event": pa.array([event for _, event in found], pa.string()),
            "n": pa.array([len(ats) for ats in found.values()], pa.int64()),
            "first": pa.array([min(ats) for ats in found.values()], pa.int64()),
            "last": pa.array([max(ats) for ats in found.values()], pa.int64()),
        }
    )


class Told:
    """Everything that is known of some made-up accounts or people."""

    def __init__(self, known: Sequence[Known], subject: Subject, now: datetime) -> None:
        self.now = now
        everybody = {p.id: p for k in known for p, _ in k.people}
        self._known = {subject: list(known)}
        if subject is Subject.ACCOUNT:
            self._known[Subject.PERSON] = [everybody[id_] for id_ in sorted(everybody)]
        self._all = list({id(h): h for s in self._known.values() for k in s for h in k.happenings}.values())

    def facts(self, subject: Subject, names: Sequence[str], ids: Sequence[int] | None) -> pa.Table:
        some = [k for k in self._known[subject] if ids is None or k.id in ids]
        return facts_table(some, subject)

    def name_use(self, days: Sequence[Any]) -> None:
        engine.name_rows(features.PERSON_DAY, rolled_up(self._all))

    def lifetimes(self, subject: Subject, events: frozenset[str]) -> pa.Table:
        return lived([h for h in self._all if h.event in events], subject)

    def happened(self, needs: HappeningNeeds) -> pa.Table:
        rows = [
            {
                "account_id": h.account_id,
                "person_id": h.person_id,
                "event": h.event,
                "ts": h.at.astimezone(UTC),
                **{f"p{n}": _as_text(h.properties.get(name)) for n, name in enumerate(needs.names)},
            }
            for h in self._all
            if h.event in needs.events
        ]
        return pa.Table.from_pylist(rows, schema=empty(needs.names).schema)

    def words(self, subject: Subject, names: Sequence[str], ids: Sequence[int] | None) -> pa.Table:
        rows = []
        for k in self._known[subject]:
            for name in names:
                said = list(k.words.get(name, ()))
                for i, (at, value) in enumerate(said):
                    until = microseconds_of(said[i + 1][0]) if i + 1 < len(said) else None
                    before = _as_text(said[i - 1][1]) if i else None
                    since = microseconds_of(at)
                    rows.append((k.id, name, _as_text(value), before, since, until))
        columns = list(zip(*rows, strict=True)) or [()] * 6
        types = (pa.int64(), pa.string(), pa.string(), pa.string(), pa.int64(), pa.int64())
        names_ = ("id", "name", "value", "before", "since", "until")
        return pa.table({n: pa.array(list(v), t) for n, v, t in zip(names_, columns, types, strict=True)})

    def billed(self, currencies: Sequence[str], ids: Sequence[int] | None) -> pa.Table:
        having = [(k, k.billed) for k in self._known[Subject.ACCOUNT] if k.billed is not None]
        rates = {"USD", "EUR"}
        of: dict[str, Any] = {
            "account_id": pa.array([k.id for k, _ in having], pa.int64()),
            "status": pa.array([b.status for _, b in having], pa.string()),
            "plans": pa.array([sorted(b.plans) for _, b in having], pa.list_(pa.string())),
            "renews_at": pa.array([b.renews_at for _, b in having], MOMENT),
            "renewal": pa.array([b.renewal for _, b in having], pa.int64()),
        }
        for currency in currencies:
            paid = [b.mrr[currency] if currency in rates else None for _, b in having]
            of[f"mrr_{currency}"] = pa.array(paid, pa.int64())
        return pa.table(of)

    def rates(self, currencies: Sequence[str]) -> frozenset[str]:
        return frozenset(currencies) & {"USD", "EUR"}

    def tickets(
        self,
        subject: Subject,
        what: c.TicketWhat,
        days: int | None,
        priorities: Sequence[c.TicketPriority],
        ids: Sequence[int] | None,
    ) -> pa.Table:
        counts = {}
        for k in self._known[subject]:
            mine = [
                at for of, at, p in k.tickets if of == what and at <= self.now and (not priorities or p in priorities)
            ]
            if days is not None:
                mine = [at for at in mine if (self.now.date() - at.astimezone(UTC).date()).days <= days]
            if mine:
                counts[k.id] = len(mine)
        return pa.table({"id": pa.array(list(counts), pa.int64()), "n": pa.array(list(counts.values()), pa.int64())})

    def definitions(self, ids: Iterable[int], subject: Subject) -> dict[int, c.Condition]:
        found: dict[int, c.Condition] = {}
        for k in self._known[subject]:
            found |= {id_: k.definitions[id_] for id_ in ids if id_ in k.definitions}
        return found

    def segment_subject(self, segment_id: int) -> Subject:
        return Subject.ACCOUNT if Subject.ACCOUNT in self._known or segment_id == OF_ACCOUNTS else Subject.PERSON

    def inside(self, segment_id: int, among: Sequence[int] | None) -> set[int]:
        if segment_id == OF_ACCOUNTS:
            return {1}
        inside = {k.id for k in self._known[self.segment_subject(segment_id)] if segment_id in k.segments}
        return inside if among is None else inside & set(among)

    def places(self, account_ids: Sequence[int] | None) -> pa.Table:
        rows = [(k.id, p.id, role) for k in self._known[Subject.ACCOUNT] for p, role in k.people]
        columns = list(zip(*rows, strict=True)) or [()] * 3
        types = (pa.int64(), pa.int64(), pa.string())
        names = ("account_id", "person_id", "role")
        return pa.table({n: pa.array(list(v), t) for n, v, t in zip(names, columns, types, strict=True)})


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
