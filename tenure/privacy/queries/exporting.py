"""Everything that is kept about a person or an account, as one archive of JSON lines."""

import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from tenure.customers import queries as customers
from tenure.customers.types import CustomerSet
from tenure.kernel import keeping, tenancy
from tenure.lake import engine, tables
from tenure.privacy.types import SubjectKind
from tenure.snapshots import queries as snapshots
from tenure.tracking.types.lake import EVENTS

DOMAINS = (
    "customers", "tracking", "billing", "segments", "signals", "channels", "conversations", "insights",
    "lifecycle", "touch_models", "vips", "activity", "health", "risk", "experiments", "playbooks", "journeys",
    "privacy", "simulator", "stripe", "files",
)  # fmt: skip
README = """Everything {workspace} keeps about {kind} “{name}”, one file a table, one JSON object a line.
events.jsonl holds what their product reported; the other files are named as the tables they come from.
"""
_CHUNK = 1 << 16
_EVENTS_AT_ONCE = 5_000
_ROWS_AT_ONCE = 250
_DAY = re.compile(r"dt=(\d{4}-\d{2}-\d{2})")


def export_lines(kind: SubjectKind, pk: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every row about a customer with the table it is of; raises `NoSuchPerson` or `NoSuchAccount`."""
    everything = customers.everything_of_person if kind is SubjectKind.PERSON else customers.everything_of_account
    found = everything(pk)
    return _lines(found)


def _lines(found: CustomerSet) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the rows of one table after those of another; of customers themselves only those who are asked for."""
    yield from customers.rows_of(found)
    for domain in DOMAINS:
        for table, row in keeping.rows_about(domain, found.named):
            if table not in ("customers_person", "customers_account"):
                yield table, row
    for week in snapshots.weeks_of_accounts(found.account_ids):
        yield "account_week", week
    for event in _events(found):
        yield "events", event


def export_zip(kind: SubjectKind, pk: int, *, workspace: str, name: str) -> Iterator[bytes]:
    """Give the archive piece by piece, as it is read; raises as `export_lines` before the first."""
    lines = export_lines(kind, pk)
    return _archive(README.format(workspace=workspace, kind=f"the {kind}", name=name), lines)


class _Outlet(io.RawIOBase):
    """Takes what an archive writes, and gives it out once."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        """Say that it can be written to; it cannot be gone back in."""
        return True

    def write(self, piece: Any) -> int:
        """Take a piece."""
        self._written += piece
        return len(piece)

    def taken(self) -> bytes:
        """Give out what was written since the last time."""
        written, self._written = bytes(self._written), bytearray()
        return written

    @property
    def is_full(self) -> bool:
        """Tell whether there is enough to be sent."""
        return len(self._written) >= _CHUNK


def _archive(readme: str, lines: Iterator[tuple[str, dict[str, Any]]]) -> Iterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme)
        for table, rows in groupby(lines, key=itemgetter(0)):
            with archive.open(f"{table}.jsonl", "w", force_zip64=True) as file:
                for _, row in rows:
                    text = json.dumps(row, default=plain, ensure_ascii=False)
                    file.write(text.encode(errors="replace") + b"\n")
                    if outlet.is_full:
                        yield outlet.taken()
    yield outlet.taken()


def _events(found: CustomerSet) -> Iterator[dict[str, Any]]:
    """Give the events in their order, a day and some thousand at a time: each portion is asked for by itself."""
    people, accounts = (
        pa.table({"id": pa.array(sorted(ids), pa.int64())}) for ids in (found.person_ids, found.account_ids)
    )
    by_day = defaultdict(list)
    for file in tables.files(tenancy.current_workspace_id(), EVENTS):
        by_day[_DAY.findall(file)[-1]].append(file)
    for day in sorted(by_day):
        after: tuple[datetime, str] | None = None
        while True:
            engine.name_files("export_events", EVENTS, by_day[day])
            engine.name_rows("export_people", people)
            engine.name_rows("export_accounts", accounts)
            beyond = (
                f"AND (ts, message_id) > ({_quoted(after[0].isoformat())}::timestamptz, {_quoted(after[1])})"
                if after
                else ""
            )
            rows = engine.run_sql(
                "SELECT message_id, type, event, ts, received_at, source, properties, context FROM export_events "  # noqa: S608
                "WHERE (person_id IN (SELECT id FROM export_people) OR account_id IN (SELECT id FROM export_accounts)) "
                f"{beyond} ORDER BY ts, message_id LIMIT {_EVENTS_AT_ONCE}"
            )
            for batch in rows.to_batches(max_chunksize=_ROWS_AT_ONCE):
                for row in batch.to_pylist():
                    said = {name: json.loads(row[name] or "{}") for name in ("properties", "context")}
                    yield {**row, **said}
                    after = row["ts"], row["message_id"]
            if rows.num_rows < _EVENTS_AT_ONCE:
                break


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def plain(value: Any) -> Any:
    """Write a value that JSON has no form for, as exports do."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case bytes() | memoryview():
            return bytes(value).decode(errors="replace")
        case _:
            return str(value)
