"""Files to import, and imports carried out."""

from pathlib import Path
from typing import Any

from tenure.connectors.files import actions, queries, reading
from tenure.connectors.files.actions import running, undoing
from tenure.connectors.files.actions.uploading import suggestions
from tenure.connectors.files.models import Import
from tenure.connectors.files.rules.columns import read_mapping
from tenure.connectors.files.types import Kind, Status
from tenure.kernel import clock, jobs


def given_file(folder: Path, text: str, name: str = "accounts.csv", encoding: str = "utf-8") -> Any:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return reading.look_over(path)


def given_import(found: Any, kind: Kind = Kind.ACCOUNTS, mapping: str = "", **more: Any) -> Import:
    if mapping:
        suggested, event = suggestions(kind, found), more.get("event", "")
        more["columns"] = read_mapping(kind, mapping, found.header, suggested, event=event)
    return actions.take_file(found, found.path.name, kind=kind, by=None, is_ours=False, **more)


def carried_out(of: Import) -> Import:
    """Run it, or its dry run or undoing, to its end."""
    while of.status in (Status.CHECKING, Status.RUNNING, Status.UNDOING):
        if of.status == Status.UNDOING:
            undoing.undo_some(of.pk)
        else:
            running.run_some(of.pk)
        jobs.run_stage("intake", clock.now())
        of = queries.file_import(of.pk)
    return of


def imported(found: Any, kind: Kind = Kind.ACCOUNTS, **more: Any) -> Import:
    return carried_out(actions.run_import(given_import(found, kind, **more), by=None))


def undone(of: Import) -> Import:
    return carried_out(actions.undo_import(of, by=None))


def counts(of: Import) -> tuple[int, int, int, int]:
    return of.new, of.changed, of.same, of.refused


def checked(found: Any, kind: Kind = Kind.ACCOUNTS, **more: Any) -> Import:
    """Carry a dry run out."""
    return carried_out(actions.check_import(given_import(found, kind, **more)))


def refusals(of: Import) -> list[tuple[int, str]]:
    return [(row.number, row.code) for row in queries.refused_rows(of)]
