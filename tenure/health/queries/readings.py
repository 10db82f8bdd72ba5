"""Gather what scorecards read, of every account or of some: a handful of scans, whatever the number of accounts."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tenure.billing import queries as billing
from tenure.conversations import queries as conversations
from tenure.customers import queries as customers
from tenure.health.queries.judged import judgements_at
from tenure.health.rules import gathering, reading
from tenure.health.rules.scoring import Floats
from tenure.health.types.scorecards import (
    Adoption,
    DaysSince,
    DaysUntil,
    EventTimes,
    Input,
    Judgement,
    Key,
    LastSeen,
    MrrChange,
    Overdue,
    Tickets,
    Trait,
    Trend,
    Use,
)
from tenure.kernel import tenancy
from tenure.lake import engine, tables
from tenure.tracking.types.lake import ACCOUNT_DAY, PERSON_DAY

Ids = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Gathered:
    """Readings of accounts, one row each, sorted by `ids`. `age` is days since sign-up, or since first heard of."""

    ids: Ids
    columns: dict[Key, Floats]
    age: Floats
    churned: npt.NDArray[np.bool_]
    mrr: Floats

    def matrix(self, keys: Sequence[Key]) -> Floats:
        """Return the readings a scorecard is judged by, in its order."""
        whole = np.empty((len(self.ids), len(keys)), order="F")  # what is judged is judged by columns
        for n, key in enumerate(keys):
            whole[:, n] = self.columns[key]
        return whole


def gather(keys: Iterable[Key], now: datetime, ids: Iterable[int] | None = None) -> Gathered:
    """Read everything that is asked for, of every account that is not merged (or of those among `ids`)."""
    wanted = list(dict.fromkeys(keys))
    facts = customers.account_facts(traits_needed(wanted), None if ids is None else sorted(set(ids)))
    facts = facts.sort_by("account_id")
    own = facts["account_id"].combine_chunks().to_numpy().astype(np.int64)
    today = now.astimezone(UTC).date()
    inputs = list(dict.fromkeys(reads for reads, _ in wanted))
    found = _Found(ids=own, facts=facts, now=now, today=today, only_some=ids is not None)
    found.read(inputs)
    since = pc.coalesce(facts["signed_up_at"], facts["first_seen_at"])
    return Gathered(
        ids=own,
        columns={key: found.column(*key) for key in wanted},
        age=np.maximum(0.0, -reading.days_from(since, today)),
        churned=facts["churned_at"].combine_chunks().is_valid().to_numpy(zero_copy_only=False),
        mrr=reading.numbers(facts["mrr"]),
    )


class _Found:
    """What one gathering has read so far."""

    def __init__(self, *, ids: Ids, facts: pa.Table, now: datetime, today: date, only_some: bool) -> None:
        self.ids, self.facts, self.now, self.today, self.only_some = ids, facts, now, today, only_some
        self.windows: dict[gathering.Window, Floats] = {}

    def read(self, inputs: Sequence[Input]) -> None:
        """Count the use that the inputs need."""
        wanted = gathering.windows_of(inputs)
        if not wanted:
            return
        self.windows = dict.fromkeys(wanted, np.zeros(len(self.ids)))
        days = [self.today - timedelta(days=age) for age in range(gathering.oldest_age(wanted) + 1)]
        name_calendar(days)
        if self.only_some:
            engine.name_rows(gathering.WANTED, pa.table({"id": pa.array(self.ids, pa.int64())}))
        for name, table, windows in (
            (gathering.ACCOUNT_DAY, ACCOUNT_DAY, gathering.of_accounts(wanted)),
            (gathering.PERSON_DAY, PERSON_DAY, gathering.of_people(wanted)),
        ):
            read = days[: gathering.oldest_age(windows) + 1]
            files = tables.files(tenancy.current_workspace_id(), table, read) if windows else []
            if files and len(self.ids):
                engine.name_files(name, table, files)
                self.windows |= counts_of(windows, self.ids, only_some=self.only_some)

    def column(self, reads: Input, among: tuple[str, ...]) -> Floats:
        """Return one reading of every account."""
        match reads:
            case Trait():
                said = self.facts[reads.name]
                return reading.places(said, among) if among else reading.numbers(said)
            case DaysUntil():
                return reading.days_from(self.facts[reads.trait], self.today)
            case DaysSince():
                return -reading.days_from(self.facts[reads.trait], self.today)
            case LastSeen():
                return np.maximum(0.0, -reading.days_from(self.facts["last_seen_at"], self.today))
            case Use() | EventTimes():
                return self.windows[gathering.windows(reads)[0]]
            case Adoption():
                seats = reading.numbers(self.facts[reads.seats])
                people = self.windows[gathering.windows(reads)[0]]
                return percent(people, seats)
            case Trend():
                lately, before = (self.windows[window] for window in gathering.windows(reads))
                return percent(lately - before, before)
            case MrrChange():
                return self._mrr_change(reads.days)
            case Overdue():
                found = billing.days_overdue(self.now, self._some())
                return place(self.ids, found["account_id"], found["days"], 0.0)
            case Tickets():
                found = conversations.tickets_of_accounts(str(reads.measure), self.now, reads.days, self._some())
                return place(self.ids, found["account_id"], found["n"], 0.0)
            case Judgement():
                found = judgements_at(self.now, reads.days, self._some())
                return place(self.ids, found["account_id"], found["score"], np.nan)

    def _mrr_change(self, days: int) -> Floats:
        now, then = (
            place(self.ids, found["account_id"], found["mrr"], 0.0)
            for found in (
                billing.mrr_of_accounts(at, self._some()) for at in (self.now, self.now - timedelta(days=days))
            )
        )
        return percent(now - then, then)

    def _some(self) -> list[int] | None:
        return self.ids.tolist() if self.only_some else None


def place(ids: Ids, of: pa.ChunkedArray, values: pa.ChunkedArray, otherwise: float) -> Floats:
    """Put values of some accounts in the places of all, who are sorted."""
    column = np.full(len(ids), otherwise)
    theirs = of.to_numpy().astype(np.int64)
    if len(theirs) and len(ids):
        at = np.minimum(np.searchsorted(ids, theirs), len(ids) - 1)
        there = ids[at] == theirs
        column[at[there]] = values.cast(pa.float64()).to_numpy()[there]
    return column


def percent(part: Floats, whole: Floats) -> Floats:
    """Return a part in percent of a whole; not known where there is no whole."""
    return part * 100.0 / np.where(whole > 0, whole, np.nan)


def traits_needed(keys: Sequence[Key]) -> list[str]:
    """Return the traits that readings are made of, and what accounts are weighed by."""
    names = ["mrr"]
    for reads, _ in keys:
        match reads:
            case Trait():
                names.append(reads.name)
            case DaysUntil() | DaysSince():
                names.append(reads.trait)
            case Adoption():
                names.append(reads.seats)
            case _:
                pass
    return list(dict.fromkeys(names))


def name_calendar(days: Sequence[date]) -> None:
    """Say which days matter, the youngest first."""
    calendar = pa.table({"dt": pa.array(days, pa.date32()), "age": pa.array(range(len(days)), pa.int32())})
    engine.name_rows(gathering.CALENDAR, calendar)


def counts_of(windows: tuple[gathering.Window, ...], ids: Ids, *, only_some: bool) -> dict[gathering.Window, Floats]:
    """Count windows that one rollup answers, which has been named, in the places of accounts."""
    counts = engine.answer(counting_sql(windows, only_some=only_some))
    return {window: place(ids, counts["id"], counts[f"c{n}"], 0.0) for n, window in enumerate(windows)}


@lru_cache(maxsize=64)
def counting_sql(windows: tuple[gathering.Window, ...], *, only_some: bool) -> engine.Sql:
    """Return the SQL of counts, kept from one pass to the next."""
    is_of_accounts = gathering.of_accounts(windows) == windows
    counted = gathering.counted_of_accounts if is_of_accounts else gathering.counted_of_people
    return engine.sql_of(counted(windows, only_some=only_some))
