"""Files to import, and imports carried out."""

from pathlib import Path
from typing import Any

from tenure.connectors.files import actions, queries, reading
from tenure.connectors.files.actions import running, undoing
from tenure.connectors.files.models import Import
from tenure.connectors.files.types import Kind, Status


def given_file(folder: Path, text: str, name: str = "accounts.csv", encoding: str = "utf-8") -> Any:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return reading.look_over(path)


def given_import(found: Any, kind: Kind = Kind.ACCOUNTS, **more: Any) -> Import:
    return actions.take_file(found, found.path.name, kind=kind, by=None, is_ours=False, **more)


def carried_out(of: Import) -> Import:
    """Run it, or its dry run or undoing, to its end."""
    while of.status in (Status.CHECKING, Status.RUNNING, Status.UNDOING):
        if of.status == Status.UNDOING:
            undoing.undo_some(of.pk)
        else:
            running.run_some(of.pk)
        of = queries.file_import(of.pk)
    return of


def imported(found: Any, kind: Kind = Kind.ACCOUNTS, **more: Any) -> Import:
    return carried_out(actions.run_import(given_import(found, kind, **more), by=None))


def undone(of: Import) -> Import:
    return carried_out(actions.undo_import(of, by=None))


def counts(of: Import) -> tuple[int, int, int, int]:
    return of.new, of.changed, of.same, of.refused
