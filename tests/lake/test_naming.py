"""A name stands for what it was last given to: rows, files or a result, in whatever order."""

from collections.abc import Callable
from datetime import date
from itertools import product

import pyarrow as pa
import pytest

from tenure.lake import engine, tables
from tenure.lake.tables import LakeTable

NAME = "naming_test"
TABLE = LakeTable(name="numbers", schema=pa.schema({"n": pa.int64(), "dt": pa.date32()}))


def by_rows(n: int) -> None:
    engine.name_rows(NAME, pa.table({"n": [n]}))


def by_files(n: int) -> None:
    tables.append(n, TABLE, pa.table([[n], [date(2026, 3, 4)]], schema=TABLE.schema))
    engine.name_files(NAME, TABLE, tables.files(n, TABLE))


def by_no_files(n: int) -> None:
    engine.name_files(NAME, TABLE, [])


def by_result(n: int) -> None:
    engine.name_result(NAME, f"SELECT {n}::BIGINT AS n")


WAYS = [by_rows, by_files, by_no_files, by_result]


@pytest.mark.parametrize(("first", "then"), list(product(WAYS, WAYS)))
def test_the_last_naming_counts(first: Callable[[int], None], then: Callable[[int], None]) -> None:
    for n, name in enumerate((first, then, first, then), start=1):
        name(n)

        found = engine.run_sql(f"SELECT n FROM {NAME}")["n"].to_pylist()

        assert found == ([] if name is by_no_files else [n])


def test_an_answer_leaves_the_engine_as_it_was() -> None:
    before = engine.run_sql("SELECT name, value FROM duckdb_settings() ORDER BY name").to_pylist()

    engine.name_answer(NAME, "SELECT 1::BIGINT AS n")

    assert engine.run_sql("SELECT name, value FROM duckdb_settings() ORDER BY name").to_pylist() == before


def test_a_result_may_be_made_of_what_the_name_stood_for() -> None:
    by_result(1)

    engine.name_result(NAME, f"SELECT n + 1 AS n FROM {NAME}")

    assert engine.run_sql(f"SELECT n FROM {NAME}")["n"].to_pylist() == [2]
