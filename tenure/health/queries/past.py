"""What a scorecard would have said at a moment in the past, by what was known then: for backtests."""

from collections.abc import Iterable, Sequence
from datetime import UTC, timedelta
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from tenure.billing import queries as billing
from tenure.conversations import queries as conversations
from tenure.customers import queries as customers
from tenure.health.errors import ScorecardMissing
from tenure.health.queries.judged import judgements_at
from tenure.health.queries.judging import FOR
from tenure.health.queries.readings import Gathered, Ids, counts_of, name_calendar, percent, place, traits_needed
from tenure.health.queries.scorecards import definitions_of
from tenure.health.queries.scorecards import scorecard as one
from tenure.health.rules import gathering, reading
from tenure.health.rules.family import family_of, put_together
from tenure.health.rules.scoring import Booleans, Floats, Rows, judge
from tenure.health.types.scorecards import (
    Adoption,
    DaysSince,
    DaysUntil,
    Definition,
    EventTimes,
    Input,
    Judgement,
    LastSeen,
    MrrChange,
    Overdue,
    Tickets,
    Trait,
    Trend,
    Use,
    UseMeasure,
    Where,
    readings_of,
)
from tenure.kernel.as_of import AsOf
from tenure.lake import engine
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.tracking import queries as tracking

LOOK_BACK = 120
"""So far back is use looked at for when somebody was last seen; who was not, counts as seen a day before that."""
_LAST_SEEN = gathering.Window(UseMeasure.ACTIVE_DAYS, 0, LOOK_BACK)
Version: TypeAlias = Definition | tuple[int, int]
"""A scorecard's definition, or (its id, the number of a version)."""
SCORES = pa.schema(
    [("account_id", pa.int64()), ("score", pa.float64()), ("band", pa.int16()), ("coverage", pa.int16())]
)


def scores_as_of(
    scorecard: Version | int, as_of: AsOf, account_ids: Iterable[int] | None = None, *, version: int | None = None
) -> pa.Table:
    """Say of every account a scorecard would have been for at a moment (or of some) what it would have said: `SCORES`.

    The scorecard is told by its definition, by its id and a number of its versions, or by its id alone: then by
    `version`, or as it is now. By the rules that judge today, unrounded, without overrides; null where too little was
    known. Everything is as it was known: use, traits, money, invoices, tickets, what members thought, and of whom
    conditions of segments held; who belongs to whom is as today. Raises `ScorecardMissing`, `CannotCompute`.
    """
    definition = _definition(scorecard, version)
    gathered = gather_as_of(definition, as_of, account_ids)
    held = _conditions(definition, gathered, as_of, some=account_ids is not None)
    its = np.flatnonzero(held.get(FOR, ~gathered.churned))
    ids = gathered.ids[its]
    rows = Rows(
        readings=gathered.matrix(readings_of(definition))[its],
        age=gathered.age[its],
        children=np.full(len(ids), np.nan),
        held=np.zeros((len(ids), len(definition.exceptions)), np.bool_),
        override=np.full(len(ids), np.nan),
    )
    for n, mask in held.items():
        if n != FOR:
            rows.held[:, n] = mask[its]
    if definition.children is not None:
        family = family_of(ids, customers.parents(ids.tolist()), np.nan_to_num(gathered.mrr[its]))
        children = put_together(
            definition.children.how, family, lambda so_far: judge(definition, rows.having(so_far)).exact
        )
        rows = rows.having(children)
    scores = judge(definition, rows)
    known = ~np.isnan(scores.exact)
    return pa.table(
        [
            pa.array(ids, pa.int64()),
            pa.array(scores.exact, pa.float64(), mask=~known),
            pa.array(scores.band, pa.int16(), mask=~known),
            pa.array(scores.coverage, pa.int16()),
        ],
        schema=SCORES,
    )


def _conditions(definition: Definition, gathered: Gathered, as_of: AsOf, *, some: bool) -> dict[int, Booleans]:
    """Return of which accounts conditions of segments held: by exception, and of whom the scorecard is for."""
    wanted = {n: rule.when.condition for n, rule in enumerate(definition.exceptions) if isinstance(rule.when, Where)}
    if definition.applies_to is not None:
        wanted[FOR] = definition.applies_to
    if not wanted:
        return {}
    among = gathered.ids.tolist() if some else None
    found = segments.judged_each_as_of(wanted, Subject.ACCOUNT, as_of, among)
    return {key: np.isin(gathered.ids, found.ids(key)) for key in wanted}


def gather_as_of(definition: Definition, as_of: AsOf, account_ids: Iterable[int] | None = None) -> Gathered:
    """Read everything a scorecard reads as it was at a moment, as far as known by another."""
    keys = readings_of(definition)
    wanted = None if account_ids is None else sorted(set(account_ids))
    found = customers.accounts_as_of(as_of).sort_by("account_id")
    if wanted is not None:
        found = found.filter(pa.compute.is_in(found["account_id"], value_set=pa.array(wanted, pa.int64())))
    ids = found["account_id"].combine_chunks().to_numpy(zero_copy_only=False).astype(np.int64)
    traits = customers.traits_as_of("account", traits_needed(keys), as_of, wanted)
    then = _Then(ids, traits, as_of, some=wanted is not None)
    then.read([reads for reads, _ in keys])
    since = pa.compute.coalesce(found["signed_up_at"], found["known_since"])
    then.never_seen(reading.days_from(found["known_since"], then.today) > -LOOK_BACK)
    return Gathered(
        ids=ids,
        columns={(reads, among): then.column(reads, among) for reads, among in keys},
        age=np.nan_to_num(np.maximum(0.0, -reading.days_from(since, then.today))),
        churned=found["churned_at"].combine_chunks().is_valid().to_numpy(zero_copy_only=False),
        mrr=then.trait("mrr"),
    )


class _Then:
    """What one gathering has read of a moment."""

    def __init__(self, ids: Ids, traits: pa.Table, as_of: AsOf, *, some: bool) -> None:
        self.ids, self.traits, self.as_of, self.some = ids, traits, as_of, some
        self.today = as_of.at.astimezone(UTC).date()
        self.windows: dict[gathering.Window, Floats] = {}
        self.last_seen = np.full(len(ids), np.nan)

    def read(self, inputs: Sequence[Input]) -> None:
        """Count the use that the inputs need, as it was known."""
        wanted = gathering.windows_of(inputs)
        asks_last = any(isinstance(each, LastSeen) for each in inputs)
        if not wanted and not asks_last:
            return
        oldest = max(gathering.oldest_age(wanted), LOOK_BACK if asks_last else 0)
        days = [self.today - timedelta(days=age) for age in range(oldest + 1)]
        tracking.name_person_days_as_of(gathering.PERSON_DAY, self.as_of, days[-1])
        name_calendar(days)
        by_account, by_person = gathering.of_accounts(wanted), gathering.of_people(wanted)
        if by_account:
            engine.name_rows(gathering.ACCOUNT_DAY, engine.answer(engine.sql_of(gathering.account_days())))
            self.windows |= counts_of(by_account, self.ids, only_some=False)
        if by_person:
            self.windows |= counts_of(by_person, self.ids, only_some=False)
        if asks_last:
            seen = engine.answer(engine.sql_of(gathering.last_seen()))
            self.last_seen = place(self.ids, seen["id"], seen["days"], LOOK_BACK + 1.0)

    def never_seen(self, young: Booleans) -> None:
        """Say of accounts too young to have been seen before the days we look at that they were never seen."""
        self.last_seen = np.where(young & (self.last_seen > LOOK_BACK), np.nan, self.last_seen)

    def trait(self, name: str) -> Floats:
        """Return a trait as numbers."""
        return self._of_traits(name, reading.numbers)

    def column(self, reads: Input, among: tuple[str, ...]) -> Floats:
        """Return one reading of every account."""
        match reads:
            case Trait():
                if among:
                    return self._of_traits(reads.name, lambda said: reading.places(said, among))
                return self.trait(reads.name)
            case DaysUntil():
                return self._of_traits(reads.trait, lambda said: reading.days_from(said, self.today))
            case DaysSince():
                return -self._of_traits(reads.trait, lambda said: reading.days_from(said, self.today))
            case LastSeen():
                return self.last_seen
            case Use() | EventTimes():
                return self.windows[gathering.windows(reads)[0]]
            case Adoption():
                return percent(self.windows[gathering.windows(reads)[0]], self.trait(reads.seats))
            case Trend():
                lately, before = (self.windows[window] for window in gathering.windows(reads))
                return percent(lately - before, before)
            case MrrChange():
                now, then = self._mrr(0), self._mrr(reads.days)
                return percent(now - then, then)
            case Overdue():
                due = billing.days_overdue_as_of(self.as_of, self._some())
                return place(self.ids, due["account_id"], due["days"], 0.0)
            case Tickets():
                found = conversations.tickets_of_accounts_as_of(
                    str(reads.measure), self.as_of, reads.days, self._some()
                )
                return place(self.ids, found["account_id"], found["n"], 0.0)
            case Judgement():
                found = judgements_at(self.as_of.at, reads.days, self._some())
                return place(self.ids, found["account_id"], found["score"], np.nan)

    def _of_traits(self, name: str, read: "reading.Reader") -> Floats:
        column = np.full(len(self.ids), np.nan)
        if name in self.traits.column_names and self.traits.num_rows:
            return place(self.ids, self.traits["account_id"], pa.chunked_array([read(self.traits[name])]), np.nan)
        return column

    def _mrr(self, days_before: int) -> Floats:
        at = self.as_of.at - timedelta(days=days_before)
        known = AsOf.then(at) if self.as_of.is_then else AsOf(at, self.as_of.known_at)
        ledgers = billing.ledgers_as_of(known, self._some())
        return place(self.ids, ledgers["account_id"], ledgers["mrr"], 0.0)

    def _some(self) -> list[int] | None:
        return self.ids.tolist() if self.some else None


def _definition(scorecard: Version | int, version: int | None) -> Definition:
    if isinstance(scorecard, Definition):
        return scorecard
    card, number = (scorecard, version) if isinstance(scorecard, int) else scorecard
    if number is None:
        number = one(card).version
    found = definitions_of([card]).get((card, number))
    if found is None:
        raise ScorecardMissing
    return found


__all__ = ["SCORES", "gather_as_of", "scores_as_of"]
