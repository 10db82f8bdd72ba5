"""Whom a condition held of on a past day, as it was known then or as it is known now."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Q

from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.customers.types import SubjectKind
from tenure.kernel.as_of import AsOf
from tenure.lake import engine
from tenure.segments.models import Membership, Segment
from tenure.segments.queries.happened import answer_of
from tenure.segments.queries.judging import judge
from tenure.segments.queries.knowing import Now, among_ids, id_column
from tenure.segments.queries.matching import Given, Matches, read_given
from tenure.segments.queries.stored import condition_or_none
from tenure.segments.rules import features
from tenure.segments.rules.happenings import HappeningNeeds
from tenure.segments.rules.readings import text_column
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Listed
from tenure.tracking import queries as tracking

_MOMENT = pa.timestamp("us", tz="UTC")
_LIFE_OF_PERSON = ("signed_up_at", "first_seen_at")
_CALLED = {
    Subject.ACCOUNT: ("external_id", "name", "domain"),
    Subject.PERSON: ("external_id", "name", "email", "timezone", "locale", "role"),
}
"""Own columns that are taken as they are now: nobody kept what they were."""


def judged_as_of(
    condition: Given, subject: Subject | str, as_of: AsOf, ids: Iterable[int] | None = None
) -> pa.Int64Array:
    """Return the accounts or people a condition held of at a moment, as far as it was known at another, sorted.

    `AsOf.then(t)` counts only what had arrived by then; `AsOf.by_now(t, now)` what is known by now. Segments that
    the condition names are judged by the conditions they have today, at that moment; static ones by who was on them.
    What customers are called and people's roles are those of today. Raises `ConditionWrong`, `CannotCompute`.
    """
    return pa.array(judged_each_as_of({0: condition}, subject, as_of, ids).ids(0))


def judged_each_as_of(
    conditions: Mapping[int, Given], subject: Subject | str, as_of: AsOf, ids: Iterable[int] | None = None
) -> Matches:
    """Judge several conditions of a past day in one pass: like `judged_as_of`, with reasons."""
    of = Subject(subject)
    read = {key: read_given(given, of) for key, given in conditions.items()}
    return Matches(read, judge(list(read.items()), of, as_of.at, ids, knowing=Past(as_of)))


class Past(Now):
    """What was known of a moment; each of its answers is a scan of what was stored of it."""

    def __init__(self, as_of: AsOf) -> None:
        super().__init__(as_of.at)
        self._as_of = as_of
        self._use: pa.Table | None = None
        self._since: date | None = None

    def facts(self, subject: Subject, names: Sequence[str], ids: Sequence[int] | None) -> pa.Table:
        """Return the accounts or people there were, with what was known of them."""
        own = id_column(subject)
        frame = self._accounts() if subject is Subject.ACCOUNT else self._people()
        if ids is not None:
            frame = frame.filter(pc.is_in(frame[own], pa.array(list(ids), pa.int64())))
        asked = [name for name in names if name not in frame.column_names]
        said = customers.traits_as_of(_kind(subject), asked, self._as_of, ids)
        columns = {name: _beside(frame[own], said, own, name) for name in asked}
        if subject is Subject.ACCOUNT and asked:
            columns = self._with_their_person(frame, columns)
        for name in asked:
            frame = frame.append_column(name, columns[name])
        return frame.append_column("last_seen_at", self._last_seen(frame[own], own))

    def _with_their_person(self, frame: pa.Table, columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
        """Fill in what was known of the people whose accounts of one these are."""
        places = customers.people_as_of(self._as_of)
        person = pc.if_else(frame["is_solo"], _beside(frame["account_id"], places, "account_id", "person_id"), None)
        theirs = customers.traits_as_of("person", list(columns), self._as_of)
        return {name: _either(column, _beside(person, theirs, "person_id", name)) for name, column in columns.items()}

    def _accounts(self) -> pa.Table:
        found = customers.accounts_as_of(self._as_of)
        frame = found.select(["account_id", "is_solo", "owner_id", "signed_up_at", "churned_at", "returned_at"])
        frame = frame.append_column("first_seen_at", found["known_since"])
        today = customers.account_facts()
        for name in _CALLED[Subject.ACCOUNT]:
            frame = frame.append_column(name, _beside(frame["account_id"], today, "account_id", name))
        return frame

    def _people(self) -> pa.Table:
        today = customers.person_facts()
        there = today.filter(pc.less_equal(today["first_seen_at"], pa.scalar(self._as_of.at, _MOMENT)))
        frame = there.select(["person_id", *_LIFE_OF_PERSON, *_CALLED[Subject.PERSON]])
        places = customers.people_as_of(self._as_of).sort_by([("since", "descending")])
        at = _beside(frame["person_id"], places, "person_id", "account_id")
        return frame.append_column("account_id", at.fill_null(0))

    def _last_seen(self, ids: pa.ChunkedArray, own: str) -> pa.Array:
        seen = self._use_since(None).group_by(own).aggregate([("last_ts", "max")])
        return _beside(ids, seen, own, "last_ts_max")

    def name_use(self, days: Sequence[date]) -> None:
        """Let `segment_person_day` stand for use up to that moment, from the raw events."""
        engine.name_rows(features.PERSON_DAY, self._use_since(min(days)))

    def _use_since(self, day: date | None) -> pa.Table:
        """Return use from a day (None: the first) on; counted once for all that is asked."""
        if self._use is None or (self._since is not None and (day is None or day < self._since)):
            begin = day or tracking.first_day_of_use() or self._as_of.at.date()
            self._since, self._use = day, tracking.person_days_as_of(self._as_of, min(begin, self._as_of.at.date()))
        return self._use

    def lifetimes(self, subject: Subject, events: frozenset[str]) -> pa.Table:
        """Return how often, first and last each did each of these."""
        own, use = id_column(subject), self._use_since(None)
        chosen = use.filter(pc.is_in(use["event"], pa.array(sorted(events))))
        counted = chosen.group_by([own, "event"]).aggregate([("n", "sum"), ("first_ts", "min"), ("last_ts", "max")])
        return pa.table(
            {
                "id": counted[own],
                "event": counted["event"],
                "n": counted["n_sum"],
                "first": counted["first_ts_min"].cast(pa.int64()),
                "last": counted["last_ts_max"].cast(pa.int64()),
            }
        )

    def happened(self, needs: HappeningNeeds) -> pa.Table:
        """Return single events with their properties."""
        last = self._as_of.at.date()
        days = None if needs.oldest_age is None else [last - timedelta(days=n) for n in range(needs.oldest_age + 1)]
        stored = tracking.events_as_of(self._as_of, days)
        return answer_of(stored, sorted(needs.events), needs.names).drop_columns("dt")

    def words(self, subject: Subject, names: Sequence[str], ids: Sequence[int] | None) -> pa.Table:
        """Return every word on these traits that was known, with the one before it."""
        return customers.trait_words(_kind(subject), names, ids, as_of=self._as_of)

    def billed(self, currencies: Sequence[str], ids: Sequence[int] | None) -> pa.Table:
        """Return what accounts paid for."""
        return billing.billed_as_of(self._as_of, currencies, ids)

    def inside(self, segment_id: int, among: Sequence[int] | None) -> set[int]:
        """Return who was in a segment: by its condition of today, or who was on its list."""
        row = Segment.objects.filter(pk=segment_id).values_list("subject", "condition").first()
        subject = Subject(row[0]) if row else Subject.ACCOUNT
        condition = condition_or_none(row[1]) if row else None
        if condition is not None and not isinstance(condition, Listed):
            judgement = judge([(segment_id, condition)], subject, self._as_of.at, among, knowing=self)
            return set(judgement.members(segment_id).tolist())
        at = self._as_of.at
        there = Membership.objects.filter(Q(left_at=None) | Q(left_at__gt=at), segment=segment_id, since__lte=at)
        return set(among_ids(there, id_column(subject), among))

    def places(self, account_ids: Sequence[int] | None) -> pa.Table:
        """Return the people who were at accounts, with the roles they have there today."""
        then, today = customers.people_as_of(self._as_of), customers.places(account_ids)
        if account_ids is not None:
            then = then.filter(pc.is_in(then["account_id"], pa.array(list(account_ids), pa.int64())))
        roles = dict(zip(zip(today["person_id"].to_pylist(), today["account_id"].to_pylist(), strict=True),
                         today["role"].to_pylist(), strict=True))  # fmt: skip
        pairs = zip(then["person_id"].to_pylist(), then["account_id"].to_pylist(), strict=True)
        role = pa.array([roles.get(pair, "user") for pair in pairs], pa.string())
        return then.select(["account_id", "person_id"]).append_column("role", role)


def _either(one: pa.Array, other: pa.Array) -> pa.Array:
    """Return the one where it is known, else the other; as text where they are of different types."""
    if one.null_count == len(one) or other.null_count == len(other):
        return other if one.null_count == len(one) else one
    if one.type != other.type:
        one, other = (text_column(each) for each in (one, other))
    return pc.coalesce(one, other)


def _kind(subject: Subject) -> SubjectKind:
    return "account" if subject is Subject.ACCOUNT else "person"


def _beside(ids: Any, table: pa.Table, own: str, name: str) -> pa.Array:
    """Return a column of another table in the order of ids; null where it has none, its first where it has several."""
    place = pc.index_in(ids, value_set=table[own].combine_chunks())
    column = table[name]
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    taken = flat.take(place.combine_chunks() if isinstance(place, pa.ChunkedArray) else place)
    return taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken
