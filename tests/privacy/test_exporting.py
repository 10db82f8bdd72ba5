"""Exports of everything: however large, they are sent while they are read."""

import io
import json
import tracemalloc
import zipfile
from datetime import timedelta
from random import Random

from tenure.customers import actions as customers
from tenure.customers import queries as known
from tenure.kernel import jobs, outbox
from tenure.privacy import queries
from tenure.privacy.queries import exporting
from tenure.privacy.types import SubjectKind
from tests.customers.calls import grouped
from tests.tracking.sending import NOW, group, send, track

PEOPLE = 400
EVENTS = 12_000


def given_a_large_account() -> int:
    send(*[group(userId=f"u{n}", groupId="fjord", at=NOW - timedelta(days=3)) for n in range(PEOPLE)])
    for begin in range(0, EVENTS, 1_000):
        send(
            *[
                track(
                    "Exported",
                    userId=f"u{n % PEOPLE}",
                    messageId=f"m{n}",
                    at=NOW - timedelta(minutes=n % 4_000, seconds=n // 4_000),
                    properties={"text": Random(n).randbytes(750).hex()},
                )
                for n in range(begin, begin + 1_000)
            ]
        )
    while jobs.run_stage("intake", NOW):
        pass
    outbox.deliver()
    return known.account_by_external_id("fjord").pk


def test_a_large_account_takes_little_memory(workspace, at, tmp_path):
    at(NOW)
    account = given_a_large_account()
    path = tmp_path / "fjord.zip"
    exporting.export_zip(SubjectKind.ACCOUNT, account, workspace="Harbor", name="Fjord")  # what is loaded once

    tracemalloc.start()
    pieces = queries.export_zip(SubjectKind.ACCOUNT, account, workspace="Harbor", name="Fjord")
    count = 0
    with path.open("wb") as file:
        for piece in pieces:
            count += 1
            file.write(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    with zipfile.ZipFile(path) as archive:
        whole = sum(each.file_size for each in archive.infolist())
        names = archive.namelist()
        times = [json.loads(line)["ts"] for line in archive.read("events.jsonl").splitlines()]
    assert len(names) == len(set(names)), "each table is one file"
    assert len(times) == PEOPLE + EVENTS
    assert times == sorted(times)
    assert count > 50, "sent piece by piece"
    assert whole > 18_000_000
    assert peak < whole / 2, f"{peak / 1e6:.1f} MB for {whole / 1e6:.1f} MB"


def test_events_are_all_there_however_they_are_portioned(workspace, at, monkeypatch):
    at(NOW)
    same_moment = [track("A", userId="maya", messageId=f"it's {n}", at=NOW - timedelta(days=1)) for n in range(9)]
    send(*same_moment, *[track("B", userId="maya", messageId=f"n{n}", at=NOW - timedelta(hours=n)) for n in range(60)])
    jobs.run_stage("intake", NOW)
    person = known.person_by_external_id("maya").pk
    whole = [row for row in queries.export_lines(SubjectKind.PERSON, person) if row[0] == "events"]

    monkeypatch.setattr(exporting, "_EVENTS_AT_ONCE", 3)

    assert [row for row in queries.export_lines(SubjectKind.PERSON, person) if row[0] == "events"] == whole
    assert len(whole) == 69


def test_accounts_that_belong_to_one_are_not_given_out_with_it(workspace):
    head = customers.resolve_calls([grouped(0, group_id="head", traits={"name": "Head"})]).account_ids[0]
    customers.resolve_calls([grouped(1, group_id="branch", traits={"name": "Branch", "parent_id": "head"})])

    with zipfile.ZipFile(
        io.BytesIO(b"".join(queries.export_zip(SubjectKind.ACCOUNT, head, workspace="Harbor", name="Head")))
    ) as archive:
        rows = [json.loads(line) for line in archive.read("customers_account.jsonl").splitlines()]
    assert [row["external_id"] for row in rows] == ["head"]
