"""What TENURE_ENGINE names answers the questions about everybody, whatever their names stand for."""

import socket
import threading
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from tenure.lake import cluster, engine, tables
from tenure.lake.lazily import ibis
from tenure.lake.tables import LakeTable

TABLE = LakeTable(
    name="outgrown",
    schema=pa.schema(
        [("n", pa.int64()), ("at", pa.timestamp("us", tz="UTC")), ("word", pa.string()), ("dt", pa.date32())]
    ),
)
AT = datetime(2026, 3, 4, 9, 30, 15, 250_001, tzinfo=UTC)
DAYS = [date(2026, 3, 4), date(2026, 3, 5)]


def rows(*numbers):
    return pa.table(
        [list(numbers), [AT] * len(numbers), ["客户"] * len(numbers), [DAYS[n % 2] for n in numbers]],
        schema=TABLE.schema,
    )


def table(name):
    return ibis.table(ibis.Schema.from_pyarrow(TABLE.schema), name=name)


def asked(name):
    given = table(name)
    whole = given.group_by("dt").aggregate(n=given.n.sum(), last=given["at"].max(), words=given.word.nunique())
    return engine.sql_of(whole.order_by("dt"))


@pytest.fixture(params=[False, True], ids=["duckdb", "sail"])
def chosen(request, on_sail):
    on_sail(request.param)


def sums(name="outgrown"):
    return {row["dt"]: row["n"] for row in engine.answer(asked(name)).to_pylist()}


def test_over_rows(chosen):
    engine.name_rows("outgrown", rows(1, 2, 3))

    found = engine.answer(asked("outgrown")).to_pylist()

    assert found == [
        {"dt": DAYS[0], "n": 2, "last": AT, "words": 1},
        {"dt": DAYS[1], "n": 4, "last": AT, "words": 1},
    ]


def test_over_no_rows(chosen):
    engine.name_rows("outgrown", rows())

    assert sums() == {}


def test_over_files_of_some_days_as_they_are_now(chosen):
    tables.append(1, TABLE, rows(1, 2, 3, 4))
    engine.name_files("outgrown", TABLE, tables.files(1, TABLE, DAYS[:1]))
    assert sums() == {DAYS[0]: 6}

    tables.append(1, TABLE, rows(5, 6))
    tables.compact(1, TABLE)
    engine.name_files("outgrown", TABLE, tables.files(1, TABLE))
    assert sums() == {DAYS[0]: 12, DAYS[1]: 9}

    tables.delete_rows(1, TABLE, "n", [3])
    engine.name_files("outgrown", TABLE, tables.files(1, TABLE))
    assert sums() == {DAYS[0]: 12, DAYS[1]: 6}


def test_over_no_files(chosen):
    engine.name_files("outgrown", TABLE, [])

    assert sums() == {}


def test_over_an_answer_as_it_was_when_named(chosen):
    engine.name_rows("outgrown", rows(1, 2, 3))
    given = table("outgrown")
    engine.name_answer("outgrown_twice", engine.sql_of(given.mutate(n=given.n + given.n)))
    engine.name_rows("outgrown", rows(10))

    assert sums("outgrown_twice") == {DAYS[0]: 4, DAYS[1]: 8}

    engine.name_answer("outgrown_twice", engine.sql_of(given.filter(given.n > 0)))
    assert sums("outgrown_twice") == {DAYS[0]: 10}


def test_of_some_columns_and_ids(chosen):
    engine.name_rows("outgrown", rows(1, 2, 3))
    engine.name_rows("outgrown_wanted", pa.table({"id": pa.array([1, 3, 9])}))
    given = table("outgrown")
    whole = engine.sql_of(given.select(id="n", v0_1="word", t0_1=given.n > 1, other="at"))

    found = engine.answer(whole.only(("id", "t0_1"), among="outgrown_wanted")).to_pylist()

    assert sorted(found, key=lambda row: row["id"]) == [{"id": 1, "t0_1": False}, {"id": 3, "t0_1": True}]


def test_each_thread_has_names_of_its_own(chosen):
    found = {}
    meet = threading.Barrier(2)

    def ask(n):
        engine.name_rows("outgrown", rows(n))
        meet.wait(30)
        found[n] = sums()

    threads = [threading.Thread(target=ask, args=(n,)) for n in (2, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {2: {DAYS[0]: 2}, 4: {DAYS[0]: 4}}


def test_a_lost_session_is_opened_again_and_told_everything(on_sail):
    on_sail(True)
    engine.name_rows("outgrown", rows(1, 2, 3))
    assert sums() == {DAYS[0]: 2, DAYS[1]: 4}

    cluster._local.session._spark.stop()

    assert sums() == {DAYS[0]: 2, DAYS[1]: 4}


def test_a_refusal_is_told_from_an_engine_that_is_not_there(on_sail, settings, monkeypatch):
    on_sail(True)
    engine.name_rows("outgrown", rows(1))
    with pytest.raises(engine.CannotCompute):
        engine.answer(engine.sql_of(table("never_named")))
    monkeypatch.setattr(cluster, "RETRIES", 1)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.TENURE_ENGINE = f"sc://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(engine.EngineUnreachable):
        engine.answer(asked("outgrown"))


def test_only_what_every_engine_reads_is_asked_of_it(on_sail):
    on_sail(True)

    with pytest.raises(TypeError):
        engine.answer("SELECT 1")
