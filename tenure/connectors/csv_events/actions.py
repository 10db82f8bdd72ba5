"""Importing a file of events through the same intake as everyone else."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction

from tenure.connectors.csv_events import reading
from tenure.connectors.csv_events.mapping import RowReader
from tenure.connectors.csv_events.types import Columns, RefusedRow, Report, Sheet
from tenure.kernel import clock, tenancy
from tenure.tracking.actions.intake_log import append_batches, seal
from tenure.tracking.types import SealedBatch

BATCH = 2_000
COMMIT_EVERY = 10


def import_events(
    sheet: Sheet,
    columns: Columns,
    *,
    dry_run: bool = False,
    errors: Path | None = None,
    zone: tzinfo = UTC,
    on_bytes: Callable[[int], None] = lambda _: None,
) -> Report:
    """Read every row into the intake log, a few batches a transaction; importing the same rows again adds nothing.

    Raises `FileUnreadable` when the file breaks off; the rows before are kept. Memory stays bounded whatever the size.
    """
    report = Report()
    reader = RowReader(sheet, columns, now=clock.now(), zone=zone)
    waiting: list[list[dict[str, Any]]] = [[]]
    people: set[str] = set()
    with _error_file(errors, sheet) as note:
        for number, cells in reading.rows(sheet, on_bytes):
            report.rows += 1
            read = reader.read(number, cells)
            if isinstance(read, RefusedRow):
                report.refused[read.code] = report.refused.get(read.code, 0) + 1
                report.examples.setdefault(read.code, read)
                note(read)
                continue
            report.taken += 1
            _take_note(report, read[-1], people)
            waiting[-1].extend(read)
            if len(waiting[-1]) >= BATCH:
                waiting.append([])
            if len(waiting) > COMMIT_EVERY:
                _store(waiting, sheet, dry_run)
                waiting = [[]]
        _store(waiting, sheet, dry_run)
    report.people = len(people)
    return report


def _take_note(report: Report, call: dict[str, Any], people: set[str]) -> None:
    at = call["timestamp"]
    report.first_at = min(report.first_at or at, at)
    report.last_at = max(report.last_at, at)
    if len(people) < 1_000_000:
        people.add(call["userId"] or call["anonymousId"])


@transaction.atomic
def _store(batches: list[list[dict[str, Any]]], sheet: Sheet, dry_run: bool) -> None:
    if dry_run:
        return
    append_batches(
        [
            SealedBatch(
                workspace_id=tenancy.current_workspace_id(),
                write_key_id=None,
                received_at=clock.now(),
                sent_at=None,
                content=seal(msgspec.json.encode({"batch": calls})),
                event_count=len(calls),
                source=f"csv {sheet.path.name}",
            )
            for calls in batches
            if calls
        ]
    )


@contextmanager
def _error_file(path: Path | None, sheet: Sheet) -> Iterator[Callable[[RefusedRow], None]]:
    """Open the file that takes refused rows with their line and reason, if one was asked for."""
    if path is None:
        yield lambda _: None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "code", "reason", *sheet.header])
        yield lambda row: writer.writerow([row.number, row.code, row.reason, *row.cells])
