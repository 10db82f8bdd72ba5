"""Use read from the lake: the right rows, from a real lake, in SQL that other engines understand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa

from tenure.activity.queries import account_use, frame_of, people_use, use_of_accounts, use_of_people
from tenure.kernel import tenancy
from tenure.lake import tables
from tenure.tracking.types.lake import ACCOUNT_DAY, PERSON_DAY

AS_OF = date(2026, 3, 17)


def given_account_days(*rows: tuple[int, int, int, date]) -> None:
    columns = list(zip(*rows, strict=True))
    schema = ACCOUNT_DAY.schema
    table = pa.table([pa.array(c, schema.field(i).type) for i, c in enumerate(columns)], schema=schema)
    tables.append(tenancy.current_workspace_id(), ACCOUNT_DAY, table)


def given_person_days(*rows: tuple[int, int, str, date]) -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    table = pa.Table.from_pylist(
        [
            {"account_id": a, "person_id": p, "event": e, "n": 3, "first_ts": moment, "last_ts": moment, "dt": d}
            for a, p, e, d in rows
        ],
        schema=PERSON_DAY.schema,
    )
    tables.append(tenancy.current_workspace_id(), PERSON_DAY, table)


def back(days: int) -> date:
    return AS_OF - timedelta(days=days)


def test_reads_the_days_asked_for_and_nobodys_use_is_left_out(workspace: Any) -> None:
    given_account_days(
        (7, 12, 3, back(0)), (7, 5, 1, back(9)), (7, 9, 9, back(10)), (0, 99, 0, back(0)), (8, 1, 1, back(-1))
    )

    rows = use_of_accounts(AS_OF, 10).to_pylist()

    assert sorted((r["account_id"], r["dt"], r["events"], r["active_people"]) for r in rows) == [
        (7, back(9), 5, 1),
        (7, back(0), 12, 3),
    ]


def test_reads_only_the_accounts_asked_for(workspace: Any) -> None:
    given_account_days((7, 12, 3, back(0)), (8, 5, 1, back(0)))

    assert use_of_accounts(AS_OF, 10, [8])["account_id"].to_pylist() == [8]


def test_reads_nothing_from_a_lake_without_tables(workspace: Any) -> None:
    assert use_of_accounts(AS_OF, 10).num_rows == 0
    assert frame_of([], AS_OF, 10).account_ids == ()


def test_frame_has_those_asked_for_and_those_with_use(workspace: Any) -> None:
    given_account_days((9, 12, 3, back(0)), (8, 5, 1, back(1)))

    assert frame_of([3, 9], AS_OF, 10).account_ids == (3, 8, 9)


def test_counts_days_before_and_since_once_each(workspace: Any) -> None:
    given_person_days(
        (7, 1, "Opened", back(20)),
        (7, 1, "Closed", back(20)),
        (7, 1, "Opened", back(3)),
        (7, 2, "Opened", back(12)),
        (7, 2, "Opened", back(40)),
        (8, 3, "Opened", back(2)),
        (9, 4, "Opened", back(1)),
    )
    declines = pa.table(
        {
            "account_id": pa.array([7, 8], pa.int64()),
            "begins": pa.array([back(30), back(2)], pa.date32()),
            "since": pa.array([back(10), back(1)], pa.date32()),
        }
    )

    rows = use_of_people(AS_OF, declines).to_pylist()

    assert sorted((r["account_id"], r["person_id"], r["before"], r["lately"]) for r in rows) == [
        (7, 1, 1, 1),
        (7, 2, 1, 0),
        (8, 3, 1, 0),
    ]


def test_asks_nobody_when_no_account_declines(workspace: Any) -> None:
    empty = pa.table(
        {
            name: pa.array([], kind)
            for name, kind in [("account_id", pa.int64()), ("begins", pa.date32()), ("since", pa.date32())]
        }
    )

    assert use_of_people(AS_OF, empty).num_rows == 0


def test_expressions_are_plain_for_every_engine() -> None:
    days = ibis.table(ibis.Schema.from_pyarrow(ACCOUNT_DAY.schema), name="account_day")
    people = ibis.table(ibis.Schema.from_pyarrow(PERSON_DAY.schema), name="person_day")
    declines = ibis.table({"account_id": "int64", "begins": "date", "since": "date"}, name="declines")

    for expression in (account_use(days), account_use(days, declines), people_use(people, declines)):
        for dialect in ("duckdb", "pyspark"):
            sql = str(ibis.to_sql(expression, dialect=dialect)).upper()
            assert "DECIMAL" not in sql
            assert "SELECT" in sql
