"""The lake on an object store: the same tables, written and read over the S3 protocol by a real server of it."""

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from tenure.customers import queries as customers
from tenure.lake import engine, tables
from tenure.tracking import queries as tracking
from tests.lake.store import keep_lake_in, s3_server
from tests.tracking.sending import NOW, group, hours, identify, track
from tests.web.test_accounts import given_use

NUMBERS = tables.LakeTable("numbers", pa.schema([("n", pa.int64()), ("dt", pa.date32())]))


@pytest.fixture(scope="session")
def store() -> Iterator[str]:
    """Run an S3 server and give the address of it."""
    with s3_server() as address:
        yield address


@pytest.fixture
def lake(store: str, settings: Any, tmp_path: Any) -> str:
    """Keep the lake of a test in the store."""
    return keep_lake_in(store, tmp_path.name, settings)


def rows(**days: list[int]) -> pa.Table:
    pairs = [(n, date(2026, 3, int(day[1:]))) for day, ns in days.items() for n in ns]
    return pa.Table.from_pylist([{"n": n, "dt": day} for n, day in pairs], schema=NUMBERS.schema)


def kept(days: list[date] | None = None) -> list[tuple[int, int]]:
    found = engine.run(engine.read(1, NUMBERS, days)).to_pylist()
    return sorted((row["dt"].day, row["n"]) for row in found)


def test_takes_and_replaces_days_like_a_folder(lake):
    tables.append(1, NUMBERS, rows(d1=[1, 2], d2=[3]))
    tables.append(1, NUMBERS, rows(d2=[4]))
    tables.replace_days(1, NUMBERS, [date(2026, 3, 1)], rows(d1=[9]))

    assert kept() == [(1, 9), (2, 3), (2, 4)]
    assert kept([date(2026, 3, 2)]) == [(2, 3), (2, 4)]
    assert tables.count_rows(1, NUMBERS) == 3
    assert all(uri.startswith(lake) for uri in tables.files(1, NUMBERS))


def test_compacts_and_forgets_a_workspace(lake):
    for n in range(4):
        tables.append(1, NUMBERS, rows(d1=[n]))
    tables.append(2, NUMBERS, rows(d1=[7]))

    assert tables.compact(1, NUMBERS) == 4
    assert len(tables.files(1, NUMBERS)) == 1
    assert kept() == [(1, 0), (1, 1), (1, 2), (1, 3)]

    tables.drop_workspace(1)

    assert kept() == []
    assert tables.count_rows(2, NUMBERS) == 1


def test_loses_nothing_of_two_writers_at_once(lake):
    tables.append(1, NUMBERS, rows(d1=[0]))
    writers = [
        threading.Thread(target=lambda n=n: [tables.append(1, NUMBERS, rows(d1=[n * 10 + i])) for i in range(5)])
        for n in (1, 2)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert kept() == [(1, n) for n in sorted([0, *range(10, 15), *range(20, 25)])]


def test_carries_events_from_intake_to_use(lake, workspace, at):
    at(NOW)
    given_use(
        identify(userId="maya", at=NOW - hours(50)),
        group(userId="maya", groupId="fjord", at=NOW - hours(50), traits={"name": "Fjord"}),
        *[track("Looked", userId="maya", at=NOW - hours(hour)) for hour in (2, 3, 30)],
    )

    (account,) = customers.accounts()
    use = tracking.usage_by_day(account.pk, since=(NOW - hours(72)).date(), until=NOW.date())
    assert sum(day.events for day in use) == 3
    assert [item.kind for item in tracking.timeline(account_id=account.pk).items].count("Used") == 2
