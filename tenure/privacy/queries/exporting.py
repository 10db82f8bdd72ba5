"""Everything that is kept about a person or an account, as one archive of JSON lines."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tenure.customers import queries as customers
from tenure.customers.types import CustomerSet
from tenure.kernel import keeping, tenancy
from tenure.lake import engine, tables
from tenure.privacy.types import SubjectKind
from tenure.tracking.types.lake import EVENTS

DOMAINS = (
    "customers", "tracking", "billing", "segments", "signals", "channels", "conversations", "insights", "health", "experiments",
    "playbooks", "journeys", "privacy", "simulator", "stripe", "files",
)  # fmt: skip
README = """Everything {workspace} keeps about {kind} “{name}”, one file a table, one JSON object a line.
events.jsonl holds what their product reported; the other files are named as the tables they come from.
"""
_CHUNK = 1 << 16


def export_lines(kind: SubjectKind, pk: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every row about a customer with the table it is of; raises `NoSuchPerson` or `NoSuchAccount`."""
    everything = customers.everything_of_person if kind is SubjectKind.PERSON else customers.everything_of_account
    found = everything(pk)
    return _lines(found)


def _lines(found: CustomerSet) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from customers.rows_of(found)
    for domain in DOMAINS:
        yield from keeping.rows_about(domain, found.named)
    for event in _events(found):
        yield "events", event


def export_zip(kind: SubjectKind, pk: int, *, workspace: str, name: str) -> Iterator[bytes]:
    """Give the archive piece by piece; raises as `export_lines` before the first."""
    lines = export_lines(kind, pk)
    files: dict[str, io.StringIO] = {}
    for table, row in lines:
        file = files.setdefault(table, io.StringIO())
        file.write(json.dumps(row, default=plain, ensure_ascii=False) + "\n")
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(workspace=workspace, kind=f"the {kind}", name=name))
        for table in sorted(files):
            archive.writestr(f"{table}.jsonl", files[table].getvalue())
    whole.seek(0)
    return iter(lambda: whole.read(_CHUNK), b"")


def _events(found: CustomerSet) -> Iterator[dict[str, Any]]:
    parquet = tables.files(tenancy.current_workspace_id(), EVENTS)
    if not parquet:
        return
    engine.name_files("export_events", EVENTS, parquet)
    people = ", ".join(map(str, found.person_ids)) or "-1"
    accounts = ", ".join(map(str, found.account_ids)) or "-1"
    rows = engine.run_sql(
        "SELECT message_id, type, event, ts, received_at, source, properties, context FROM export_events "  # noqa: S608
        f"WHERE person_id IN ({people}) OR account_id IN ({accounts}) ORDER BY ts, message_id"
    )
    for row in rows.to_pylist():
        yield {
            **row,
            "properties": json.loads(row["properties"] or "{}"),
            "context": json.loads(row["context"] or "{}"),
        }


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
