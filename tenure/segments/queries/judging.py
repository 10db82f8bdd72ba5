"""Run a pass: gather what it needs, compute it, and say who is in and on what evidence."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tenure.customers import queries as customers
from tenure.kernel import tenancy
from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.segments.queries.lifetimes import lifetimes
from tenure.segments.rules import features, readings
from tenure.segments.rules.compiling import Pass, compile_pass
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition, Trait, leaves
from tenure.tracking.types.lake import PERSON_DAY

Ids = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Compiled:
    """A pass with its SQL, kept from one evaluation to the next."""

    plan: Pass
    features_sql: engine.Sql
    verdicts_sql: engine.Sql
    evidence_sql: engine.Sql


@lru_cache(maxsize=256)
def compiled(conditions: tuple[tuple[int, Condition], ...], subject: Subject) -> Compiled:
    """Compile conditions once for as long as they stay the same; raises `CannotCompute`."""
    try:
        plan = compile_pass(conditions, subject)
        return Compiled(
            plan=plan,
            features_sql=engine.sql_of(plan.features),
            verdicts_sql=engine.sql_of(plan.verdicts),
            evidence_sql=engine.sql_of(plan.evidence),
        )
    except (ibis.common.exceptions.IbisError, ValueError, TypeError, ArithmeticError) as error:
        # a stored condition that no check has seen
        raise engine.CannotCompute(str(error)) from error


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
        fact_row = {id_: n for n, id_ in enumerate(self._facts[self._ids_in].to_pylist())} if len(shown) else {}
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
    conditions: Sequence[tuple[int, Condition]], subject: Subject, now: datetime, ids: Iterable[int] | None = None
) -> Judgement:
    """Judge conditions of the workspace in scope, of everybody or (touched) of some, as of `now`."""
    made = compiled(tuple(conditions), subject)
    needs = made.plan.needs
    workspace_id = tenancy.current_workspace_id()
    if needs.oldest_age is not None:
        calendar = calendar_of(now, needs.oldest_age)
        days = calendar["dt"].to_pylist()
        engine.name_rows(features.CALENDAR, calendar)
        engine.name_files(features.PERSON_DAY, PERSON_DAY, tables.files(workspace_id, PERSON_DAY, days))
    if needs.lifetime_events:
        life = lifetimes(workspace_id, id_column(subject), needs.lifetime_events)
        engine.name_rows(features.LIFETIMES, life)
    names = sorted({name for name, _ in needs.traits})
    return judge_facts(made, _facts(subject, names, ids), subject, now)


def judge_facts(made: Compiled, facts: pa.Table, subject: Subject, now: datetime) -> Judgement:
    """Judge those whose facts are given; their use has been named for the engine before."""
    engine.name_rows(features.FACTS, _read_facts(facts, made.plan.needs, subject, now))
    engine.name_answer(features.FEATURES, made.features_sql)
    return Judgement(made, facts, id_column(subject), engine.answer(made.verdicts_sql))


def id_column(subject: Subject) -> str:
    """Return what facts and rollups call the subject's id."""
    return "account_id" if subject is Subject.ACCOUNT else "person_id"


def calendar_of(now: datetime, oldest_age: int) -> pa.Table:
    """Return the days (UTC) that matter, each with its age; today's is 0."""
    today = now.astimezone(UTC).date()
    days = [today - timedelta(days=age) for age in range(oldest_age + 1)]
    return pa.table({"dt": pa.array(days, pa.date32()), "age": pa.array(range(len(days)), pa.int32())})


def _facts(subject: Subject, names: Sequence[str], ids: Iterable[int] | None) -> pa.Table:
    wanted = None if ids is None else list(ids)
    if subject is Subject.ACCOUNT:
        return customers.account_facts(names, wanted)
    return customers.person_facts(names, wanted)


def _read_facts(facts: pa.Table, needs: features.Needs, subject: Subject, now: datetime) -> pa.Table:
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
    return pa.table(read)


def _column(facts: pa.Table, name: str) -> pa.Array:
    return facts[name].combine_chunks()


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
