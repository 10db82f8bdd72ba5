"""Run a pass: gather what it needs, compute it, and say who is in and on what evidence."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tenure.lake import engine
from tenure.lake.lazily import ibis
from tenure.segments.queries.gathering import gather, names_of, places_of, read_facts, words_table
from tenure.segments.queries.happened import columns_of
from tenure.segments.queries.knowing import Knowing, Now, id_column, wanted
from tenure.segments.rules import features
from tenure.segments.rules.compiling import NAMED, Pass, compile_pass
from tenure.segments.rules.happenings import HAPPENINGS
from tenure.segments.rules.references import direct
from tenure.segments.rules.words import WORDS
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition, Trait, leaves

Ids = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Compiled:
    """A pass with its SQL, kept from one evaluation to the next."""

    plan: Pass
    features_sql: engine.Sql
    named_sql: tuple[engine.Sql, ...]
    verdicts_sql: engine.Sql
    evidence_sql: engine.Sql


def compiled(
    conditions: Sequence[tuple[int, Condition]], subject: Subject, definitions: Mapping[int, Condition] | None = None
) -> Compiled:
    """Compile conditions once for as long as they stay the same; raises `CannotCompute`."""
    written = msgspec.json.encode([list(conditions), sorted((definitions or {}).items())])
    return _compiled(written, subject)


@lru_cache(maxsize=256)
def _compiled(written: bytes, subject: Subject) -> Compiled:
    # as text, because in Python 1 and True are the same key
    conditions, definitions = msgspec.json.decode(written, type=_Written)
    try:
        plan = compile_pass(conditions, subject, dict(definitions))
        return Compiled(
            plan=plan,
            features_sql=engine.sql_of(plan.features),
            named_sql=tuple(engine.sql_of(each) for each in plan.named),
            verdicts_sql=engine.sql_of(plan.verdicts),
            evidence_sql=engine.sql_of(plan.evidence),
        )
    except (ibis.common.exceptions.IbisError, ValueError, TypeError, ArithmeticError, KeyError) as error:
        # a stored condition that no check has seen
        raise engine.CannotCompute(str(error)) from error


_Written = tuple[list[tuple[int, Condition]], list[tuple[int, Condition]]]


class Judgement:
    """Who each condition holds of, at one moment. Evidence can be asked for until the next judgement of this thread."""

    def __init__(self, made: Compiled, facts: pa.Table, ids_in: str, verdicts: pa.Table) -> None:
        self._made = made
        self._facts = facts
        self._ids_in = ids_in
        self._verdicts = verdicts
        self._ids: Ids = verdicts["id"].to_numpy()
        self._place = {key: i for i, key in enumerate(made.plan.keys)}

    @property
    def looked_at(self) -> int:
        """How many accounts or people were looked at."""
        return len(self._ids)

    def members(self, key: int) -> Ids:
        """Return the ids the condition under `key` holds of, sorted."""
        holds = self._verdicts[f"s{self._place[key]}"].to_numpy()
        return np.sort(self._ids[holds.astype(bool)])

    def evidence(self, ids_by_key: dict[int, Ids]) -> dict[int, dict[int, dict[str, list[Any]]]]:
        """Return, per key and id, what each leaf looked at: {path: [value, truth]}."""
        wanted = np.unique(np.concatenate(list(ids_by_key.values()))) if ids_by_key else np.array([], np.int64)
        if not len(wanted):
            return {key: {} for key in ids_by_key}
        columns = ["id"]
        for key in ids_by_key:
            i = self._place[key]
            for k, _ in enumerate(leaves(self._made.plan.conditions[i])):
                columns += [f"v{i}_{k}", f"t{i}_{k}"]
        engine.name_rows("segment_wanted", pa.table({"id": wanted}))
        shown = engine.answer(self._made.evidence_sql.only(tuple(columns), among="segment_wanted"))
        row_of = {id_: n for n, id_ in enumerate(shown["id"].to_pylist())}
        everybody = self._facts[self._ids_in].to_numpy()
        places = np.flatnonzero(np.isin(everybody, wanted))
        fact_row = dict(zip(everybody[places].tolist(), places.tolist(), strict=True))
        return {
            key: self._leaf_evidence(
                self._place[key], [int(i) for i in ids if int(i) in row_of], shown, row_of, fact_row
            )
            for key, ids in ids_by_key.items()
        }

    def evidence_of(self, key: int, id_: int) -> dict[str, list[Any]]:
        """Return what each leaf looked at of one account or person; empty where it is gone."""
        return self.evidence({key: np.array([id_], np.int64)})[key].get(id_, {})

    def evidence_of_many(self, key: int, ids: Sequence[int]) -> dict[int, dict[str, list[Any]]]:
        """Return what each leaf looked at of several; those that are gone are left out."""
        return self.evidence({key: np.array(ids, np.int64)})[key]

    def _leaf_evidence(
        self, i: int, ids: Sequence[int], shown: pa.Table, row_of: dict[int, int], fact_row: dict[int, int]
    ) -> dict[int, dict[str, list[Any]]]:
        found: dict[int, dict[str, list[Any]]] = {id_: {} for id_ in ids}
        rows = pa.array([row_of[id_] for id_ in ids], pa.int64())
        for k, (path, leaf) in enumerate(leaves(self._made.plan.conditions[i])):
            truths = shown[f"t{i}_{k}"].take(rows).to_pylist()
            if isinstance(leaf, Trait):
                places = pa.array([fact_row[id_] for id_ in ids], pa.int64())
                values = self._facts[leaf.name].take(places).to_pylist()
            else:
                values = shown[f"v{i}_{k}"].take(rows).to_pylist()
            for id_, value, held in zip(ids, values, truths, strict=True):
                found[id_][path] = [_plain(value), held]
        return found


def judge(
    conditions: Sequence[tuple[int, Condition]],
    subject: Subject,
    now: datetime,
    ids: Iterable[int] | None = None,
    *,
    knowing: Knowing | None = None,
) -> Judgement:
    """Judge conditions of the workspace in scope, of everybody or (touched) of some, as of `now`.

    `knowing` says what was known at another time; what conditions refer to is judged with them, segments by the
    conditions they have today.
    """
    known = knowing or Now(now)
    made = compiled(conditions, subject, _definitions([c for _, c in conditions], subject, known))
    needs = made.plan.needs
    some = wanted(ids)
    facts = known.facts(subject, names_of(needs), some)
    beside = gather(needs, subject, known, facts, some)
    if needs.people:
        beside |= count_people(facts[id_column(subject)].to_numpy(), known, needs, some)
    if needs.oldest_age is not None:
        calendar = calendar_of(now, needs.oldest_age)
        engine.name_rows(features.CALENDAR, calendar)
        known.name_use(calendar["dt"].to_pylist())
    if needs.lifetime_events:
        engine.name_rows(features.LIFETIMES, known.lifetimes(subject, needs.lifetime_events))
    if needs.happenings is not None:
        happened = known.happened(needs.happenings)
        if some is not None:  # so that what is read of each event is read of theirs alone
            happened = happened.filter(pc.is_in(happened[id_column(subject)], pa.array(some, pa.int64())))
        engine.name_rows(HAPPENINGS, columns_of(happened, needs.happenings, now))
    if needs.words is not None:
        engine.name_rows(WORDS, words_table(known.words(subject, needs.words.names, some), now))
    return judge_facts(made, facts, subject, now, beside)


def _definitions(conditions: Sequence[Condition], subject: Subject, known: Knowing) -> dict[int, Condition]:
    """Return the conditions of all segments that these name, and those name, as far as they are judged with them."""
    found: dict[int, Condition] = {}
    waiting = set(direct(conditions))
    while waiting:
        news = known.definitions(waiting, subject)
        found |= news
        waiting = set(direct(news.values())) - set(found)
    return found


def judge_facts(
    made: Compiled, facts: pa.Table, subject: Subject, now: datetime, beside: Mapping[str, pa.Array] | None = None
) -> Judgement:
    """Judge those whose facts are given; their use has been named for the engine before."""
    engine.name_rows(features.FACTS, read_facts(facts, made.plan.needs, subject, now, beside or {}))
    engine.name_answer(features.FEATURES, made.features_sql)
    for level, sql in enumerate(made.named_sql):
        engine.name_answer(f"{NAMED}{level}", sql)
    return Judgement(made, facts, id_column(subject), engine.answer(made.verdicts_sql))


def calendar_of(now: datetime, oldest_age: int) -> pa.Table:
    """Return the days (UTC) that matter, each with its age; today's is 0."""
    today = now.astimezone(UTC).date()
    days = [today - timedelta(days=age) for age in range(oldest_age + 1)]
    return pa.table({"dt": pa.array(days, pa.date32()), "age": pa.array(range(len(days)), pa.int32())})


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    match value:
        case Decimal():
            return int(value)
        case datetime():
            return value.isoformat()
        case float() if value != value or value in (float("inf"), float("-inf")):
            return None
        case _:
            return value


def count_people(own: Ids, known: Knowing, needs: features.Needs, ids: Sequence[int] | None) -> dict[str, pa.Array]:
    """Judge the people of accounts, and count by account of how many each condition holds."""
    places = known.places(ids)
    account, person = places["account_id"].to_numpy(), places["person_id"].to_numpy()
    roles = places["role"].to_numpy(zero_copy_only=False)
    asked = list(needs.people.values())
    theirs = [(n, leaf.condition) for n, (_, leaf) in enumerate(asked) if leaf.condition is not None]
    judgement = None
    if theirs:
        some = None if ids is None else np.unique(person).tolist()
        judgement = judge(theirs, Subject.PERSON, known.now, some, knowing=known)
    places_of_them = places_of(account, own)
    here = np.asarray(places_of_them.is_valid())
    place: Ids = places_of_them.fill_null(0).to_numpy()
    found: dict[str, pa.Array] = {}
    for n, (column, leaf) in enumerate(asked):
        with_role = here & np.isin(roles, leaf.roles) if leaf.roles else here
        holds = with_role
        if leaf.condition is not None and judgement is not None:
            holds = with_role & np.isin(person, judgement.members(n))
        for name, which in (("held", holds), ("asked", with_role)):
            found[f"{column}_{name}"] = pa.array(np.bincount(place[which], minlength=len(own)).astype(np.int64))
    return found
