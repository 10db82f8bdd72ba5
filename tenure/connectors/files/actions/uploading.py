"""Taking a file in, and saying what its columns mean."""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from tenure.connectors.files import queries, reading
from tenure.connectors.files.errors import FileTooLarge, ImportNotReady
from tenure.connectors.files.models import ColumnsRemembered, Import, RefusedRow
from tenure.connectors.files.rules import columns as rules
from tenure.connectors.files.types import KEPT_DAYS, LARGEST, Column, FileFound, Kind, Status
from tenure.kernel import clock, tenancy
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

CHANGEABLE = (Status.MAPPING, Status.CHECKED, Status.FAILED)


def upload(name: str, portions: Iterable[bytes], *, kind: Kind, by: "Member | None") -> Import:
    """Keep an uploaded file and look it over; raises `FileTooLarge` and `FileUnreadable`, and keeps nothing then."""
    folder = Path(settings.TENURE_HOME) / "imports" / f"ws={tenancy.current_workspace_id()}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid4().hex
    try:
        size = 0
        with path.open("wb") as file:
            for portion in portions:
                size += len(portion)
                if size > LARGEST:
                    raise FileTooLarge(
                        f"The file is larger than {LARGEST // 1024**3} GB.", why="too_large", most=LARGEST // 1024**3
                    )
                file.write(portion)
            file.flush()
            os.fsync(file.fileno())
        return take_file(reading.look_over(path, name=name), name, kind=kind, by=by)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@transaction.atomic
def take_file(
    found: FileFound, name: str, *, kind: Kind, by: "Member | None", columns: Sequence[Column] | None = None,
    is_ours: bool = True, timezone: str = "", event: str = "",
) -> Import:  # fmt: skip
    """Begin an import of a file; what its columns mean is as last time or guessed, unless it is said."""
    chosen = suggestions(kind, found) if columns is None else columns
    if columns is None and not event:
        event = queries.event_remembered(kind, chosen)
    made = Import.objects.create(
        kind=kind.value, file_name=Path(name).name[-120:] or "file", path=str(found.path), is_ours=is_ours,
        size=found.size, layout=found.layout.value, encoding=found.encoding, delimiter=found.delimiter,
        header=list(found.header), columns=rules.stored(chosen), made_by=by, made_at=clock.now(),
        timezone=timezone or "UTC", event=event,
    )  # fmt: skip
    record_audit(
        "imports.upload", by=by, subject=made.file_name, details={"import_id": made.pk, "kind": kind, "size": made.size}
    )
    return made


def suggestions(kind: Kind, found: FileFound) -> list[Column]:
    """Suggest what the columns of a file mean."""
    return rules.suggest(kind, found.header, reading.sample(found), queries.remembered(kind))


@transaction.atomic
def choose_encoding(of: Import, encoding: str) -> Import:
    """Read the file by another encoding ('' looks for it again); raises `FileUnreadable`."""
    of = _changeable(of)
    found = reading.look_over(queries.file_of(of).path, encoding, name=of.file_name)
    of.encoding, of.delimiter, of.header = found.encoding, found.delimiter, list(found.header)
    of.columns, of.status = rules.stored(suggestions(Kind(of.kind), found)), Status.MAPPING.value
    of.save(update_fields=["encoding", "delimiter", "header", "columns", "status"])
    return of


@transaction.atomic
def choose_columns(of: Import, columns: Sequence[Column], *, timezone: str = "UTC", event: str = "") -> Import:
    """Say what the columns mean, for this file and the next of its kind; raises `ColumnsUnusable`.

    Rows of a file of events that name none are `event`.
    """
    of = _changeable(of)
    rules.check(Kind(of.kind), columns, of.header, event=event)
    of.columns, of.status, of.timezone = rules.stored(columns), Status.MAPPING.value, timezone
    of.event = event
    of.save(update_fields=["columns", "status", "timezone", "event"])
    ColumnsRemembered.objects.update_or_create(kind=of.kind, defaults={"columns": of.columns, "event": event})
    return of


@transaction.atomic
def remove_import(of: Import, *, by: "Member | None") -> None:
    """Throw away a file that has not been imported."""
    of = _changeable(of)
    if of.said_at:
        raise ImportNotReady
    record_audit("imports.remove", by=by, subject=of.file_name, details={"import_id": of.pk})
    _delete_file(of)
    of.delete()


@transaction.atomic
def delete_old_files(now: datetime) -> int:
    """Delete the files, and the refused rows, of imports that are long done or were never run."""
    due = now - timedelta(days=KEPT_DAYS)
    busy = (Status.CHECKING, Status.RUNNING, Status.UNDOING)
    old = Import.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        Q(finished_at__lt=due) | Q(finished_at=None, made_at__lt=due), ~Q(path="")
    )
    done = 0
    for each in old.exclude(status__in=busy):
        _delete_file(each)
        RefusedRow.objects.filter(of=each).delete()
        each.path, each.first_rows = "", []
        each.save(update_fields=["path", "first_rows"])
        done += 1
    return done


def _delete_file(of: Import) -> None:
    if of.is_ours and of.path:
        path = Path(of.path)
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def _changeable(of: Import) -> Import:
    of = Import.objects.select_for_update().get(pk=of.pk)
    if of.status not in CHANGEABLE or (of.status == Status.FAILED and of.said_at):
        raise ImportNotReady
    return of
