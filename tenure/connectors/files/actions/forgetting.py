"""Forgetting: files and rows that name somebody who is erased, and imports older than a workspace keeps them."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from tenure.connectors.csv_events.types import FileUnreadable
from tenure.connectors.files import queries, reading
from tenure.connectors.files.errors import FileGone
from tenure.connectors.files.models import Import, RefusedRow
from tenure.connectors.files.types import Status
from tenure.customers.types import CustomerSet
from tenure.kernel import clock, keeping

SHORTEST_WITHIN = 4
"""A shorter word counts only as a whole cell: "Al" is in too many others."""
_BUSY = (Status.CHECKING, Status.RUNNING, Status.UNDOING)


@transaction.atomic
def erase_customers(customers: CustomerSet) -> dict[str, int]:
    """Forget whom imports touched, rows that name them, and whole files that do; returns how many of each.

    A file is not rewritten: one that was imported is not needed again, and one that was not is to be uploaded without
    them. An import that is under way stops.
    """
    names = _Names(customers.words)
    done = {"rows shown": 0, "refused rows": 0, "files": 0}
    for of in Import.objects.select_for_update().order_by("pk"):
        left = [row for row in of.first_rows if not names.are_in([*row.get("cells", {}).values(), *_told(row)])]
        done["rows shown"] += len(of.first_rows) - len(left)
        of.first_rows = left
        if of.path and _is_named(of, names):
            _drop_file(of)
            done["files"] += 1
        of.save(update_fields=["first_rows", "path", "status", "problem", "problem_particulars", "finished_at"])
    gone = [
        row.pk
        for row in RefusedRow.objects.order_by("pk").iterator(chunk_size=2_000)
        if names.are_in([row.value, *row.cells.values()])
    ]
    done["refused rows"] = RefusedRow.objects.filter(pk__in=gone).delete()[0]
    return {where: count for where, count in (done | keeping.erase("files", customers.named)).items() if count}


@transaction.atomic
def forget_imports_before(moment: datetime) -> int:
    """Delete imports that were over before `moment`, with their files and rows; what they brought in stays.

    They can no longer be taken back.
    """
    old = Import.objects.select_for_update().filter(Q(finished_at__lt=moment) | Q(finished_at=None, made_at__lt=moment))
    going = list(old.exclude(status__in=_BUSY).order_by("pk"))
    for each in going:
        if each.is_ours and each.path:
            _unlink(Path(each.path))
    Import.objects.filter(pk__in=[each.pk for each in going]).delete()
    return len(going)


class _Names:
    """What somebody is called, to be looked for in cells."""

    def __init__(self, words: Iterable[str]) -> None:
        known = {word.strip().casefold() for word in words if word.strip()}
        self._whole = known
        within = sorted((re.escape(w) for w in known if len(w) >= SHORTEST_WITHIN), key=len, reverse=True)
        self._within = re.compile(rf"(?<!\w)(?:{'|'.join(within)})(?!\w)") if within else None

    def are_in(self, cells: Iterable[Any]) -> bool:
        """Tell whether a cell is one of the names, or has one in it."""
        for cell in cells:
            if cell is None or cell == "":
                continue
            text = str(cell).strip().casefold()
            if text in self._whole or (self._within is not None and self._within.search(text)):
                return True
        return False


def _told(row: dict[str, Any]) -> list[Any]:
    return list(row.get("changes", {}).values())


def _is_named(of: Import, names: _Names) -> bool:
    if not of.is_ours:
        return False
    try:
        return any(names.are_in(row.cells.values()) for row in reading.rows(queries.file_of(of)))
    except FileGone:
        return False
    except (FileUnreadable, LookupError):
        return True  # nobody can tell


def _drop_file(of: Import) -> None:
    _unlink(Path(of.path))
    of.path = ""
    if of.status in (Status.CHECKING, Status.RUNNING):
        of.status, of.problem, of.problem_particulars = Status.FAILED.value, "erased", {}
        of.finished_at = clock.now()


def _unlink(path: Path) -> None:
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
