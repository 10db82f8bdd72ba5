"""Single events with their properties, where counts by day do not tell enough: property filters and sequences.

The pass reads one more named table, `segment_happenings`: a row per event of the names that are asked for, with
account, person, moment, age in days (0 is today, UTC) and a column per reading of a property.
"""

import dataclasses
from collections.abc import Iterator
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from tenure.lake.lazily import ibis
from tenure.segments.rules.comparing import DAY, holds, kinds_of
from tenure.segments.types.conditions import By, FactKind, Filter, InSequence, Step, TimeUnit

if TYPE_CHECKING:
    import ibis.expr.types as ir

HAPPENINGS = "segment_happenings"
OWN = {"account_id": "int64", "person_id": "int64", "event": "string", "at": "int64", "age": "int32", "now": "int64"}
MICROSECONDS = {TimeUnit.MINUTES: 60_000_000, TimeUnit.HOURS: 3_600_000_000, TimeUnit.DAYS: DAY}


@dataclasses.dataclass(frozen=True, kw_only=True)
class HappeningNeeds:
    """Which events are needed, with which readings of which properties, and of which days (None: of all)."""

    events: frozenset[str]
    properties: dict[tuple[str, FactKind], str]
    oldest_age: int | None

    @property
    def names(self) -> tuple[str, ...]:
        """The properties, in order."""
        return tuple(sorted({name for name, _ in self.properties}))


class Happened:
    """The counts and sequences a set of conditions needs, each once, and what their columns begin with."""

    def __init__(self, id_column: str) -> None:
        self._id = id_column
        self._counts: dict[tuple[str, str, int | None], tuple[str, tuple[Filter, ...]]] = {}
        self._sequences: dict[str, tuple[str, InSequence]] = {}
        self._properties: dict[tuple[str, FactKind], str] = {}

    def collect(self, event: str, where: tuple[Filter, ...], days: int | None) -> None:
        """Note that an event with properties is counted."""
        self._counts.setdefault((event, repr(where), days), (f"happened{len(self._counts)}", where))
        self._note(where)

    def collect_sequence(self, leaf: InSequence) -> None:
        """Note that a sequence is looked for."""
        self._sequences.setdefault(repr(leaf), (f"sequence{len(self._sequences)}", leaf))
        for step in leaf.steps:
            self._note(step.where)

    def _note(self, where: tuple[Filter, ...]) -> None:
        for each in where:
            for kind in kinds_of(each):
                self._properties.setdefault((each.property, kind), f"property{len(self._properties)}")

    def column(self, event: str, where: tuple[Filter, ...], days: int | None) -> str:
        """Return what the columns of an event begin with: `…_n`, `…_first` and `…_last`."""
        return self._counts[event, repr(where), days][0]

    def sequence(self, leaf: InSequence) -> str:
        """Return the column that says when a sequence was completed last."""
        return self._sequences[repr(leaf)][0]

    def needs(self) -> HappeningNeeds | None:
        """Say which events are needed; None where none is."""
        if not self._counts and not self._sequences:
            return None
        events = {event for event, _, _ in self._counts}
        ages: list[int | None] = [days for _, _, days in self._counts]
        for _, leaf in self._sequences.values():
            events |= {step.event for step in leaf.steps}
            ages.append(None if leaf.days is None else leaf.days + 1 + -(-leaf.within * MICROSECONDS[leaf.unit] // DAY))
        days = [age for age in ages if age is not None]
        return HappeningNeeds(
            events=frozenset(events),
            properties=self._properties,
            oldest_age=max(days) if len(days) == len(ages) else None,
        )

    def counted(self, facts: "ir.Table") -> "Iterator[ir.Table]":
        """Return what was counted and found, by id."""
        if self.needs() is None:
            return
        schema = OWN | {column: str(kind) for (_, kind), column in self._properties.items()}
        rows = ibis.table(ibis.schema(schema), name=HAPPENINGS).semi_join(facts, [(self._id, "id")])
        made: dict[str, Any] = {}
        for (event, _, days), (column, where) in self._counts.items():
            chosen = self._is(rows, Step(event=event, where=where))
            if days is not None:
                chosen = chosen & (rows.age >= 0) & (rows.age <= days)
            made[f"{column}_n"] = ibis.ifelse(chosen, 1, 0).cast("int64").sum()
            made[f"{column}_first"] = rows["at"].min(where=chosen)
            made[f"{column}_last"] = rows["at"].max(where=chosen)
        if made:
            yield rows.group_by(id=rows[self._id]).aggregate(**made)
        for column, leaf in self._sequences.values():
            yield self._completed(rows, leaf, column)

    def _is(self, rows: "ir.Table", step: Step) -> Any:
        compared = [
            holds(each, {kind: rows[self._properties[each.property, kind]] for kind in kinds_of(each)}, rows.now)
            for each in step.where
        ]
        return reduce(and_, compared, rows.event == step.event)

    def _completed(self, rows: "ir.Table", leaf: InSequence, column: str) -> "ir.Table":
        """Say when each completed a sequence last.

        Seen from the end of a chain, its beginning is the latest one that any earlier moment of the step before has to
        offer, so a running maximum from the first step to the last finds the shortest chain: one window a step. Events
        of one moment are folded first: they have no order.
        """
        who = [rows[self._id].name("id")]
        if leaf.by is By.PERSON and self._id != "person_id":
            who.append(rows.person_id.name("whose"))
        steps = {f"is{n}": self._is(rows, step) for n, step in enumerate(leaf.steps)}
        marked = rows.select(*who, "at", **steps)
        marked = marked.filter(reduce(lambda one, other: one | other, [marked[name] for name in steps]))
        apart = [w.get_name() for w in who]
        moments = marked.group_by(*apart, "at").aggregate(**{name: marked[name].any() for name in steps})
        before = ibis.window(group_by=apart, order_by=moments["at"], preceding=(None, 1))
        chain = moments.mutate(begun0=ibis.ifelse(moments.is0, moments["at"], ibis.null("int64")))
        for n in range(1, len(leaf.steps)):
            chain = chain.mutate(earlier=chain[f"begun{n - 1}"].max().over(before))
            begun = ibis.ifelse(chain[f"is{n}"], chain.earlier, ibis.null("int64"))
            chain = chain.mutate(**{f"begun{n}": begun}).drop("earlier")
        began = chain[f"begun{len(leaf.steps) - 1}"]
        done = chain.filter(began.notnull(), chain["at"] - began <= leaf.within * MICROSECONDS[leaf.unit])
        return done.group_by("id").aggregate(**{column: done["at"].max()})
