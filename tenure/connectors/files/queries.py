"""Reads of imports."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db.models import QuerySet

from tenure.connectors.files import reading, wording
from tenure.connectors.files.errors import FileGone, NoSuchImport
from tenure.connectors.files.models import ColumnsRemembered, Import, RefusedRow
from tenure.connectors.files.rules import columns as rules
from tenure.connectors.files.types import Column, FileFound, Kind, Layout, Row


def imports() -> QuerySet[Import]:
    """Return all imports, the newest first."""
    return Import.objects.select_related("made_by").order_by("-pk")


def file_import(pk: int) -> Import:
    """Return one import; raises `NoSuchImport`."""
    found = imports().filter(pk=pk).first()
    if found is None:
        raise NoSuchImport
    return found


def file_of(of: Import) -> FileFound:
    """Return the file of an import as it was found to be; raises `FileGone`."""
    if not of.path or not Path(of.path).is_file():
        raise FileGone
    return FileFound(
        path=Path(of.path),
        layout=Layout(of.layout),
        encoding=of.encoding,
        delimiter=of.delimiter,
        header=tuple(of.header),
        size=of.size,
    )


def first_rows(of: Import, count: int = 5) -> list[Row]:
    """Return the first rows of an import's file; raises `FileGone` and `FileUnreadable`."""
    return reading.sample(file_of(of), count)


def remembered(kind: Kind) -> list[Column]:
    """Return what the columns of the last file of this kind meant."""
    found = ColumnsRemembered.objects.filter(kind=kind.value).first()
    return rules.restored(found.columns) if found else []


def event_remembered(kind: Kind, columns: Sequence[Column]) -> str:
    """Return what event every row of the last file was, if the columns of this one are taken to mean the same."""
    found = ColumnsRemembered.objects.filter(kind=kind.value).exclude(event="").first()
    return found.event if found and {c.name for c in rules.restored(found.columns)} <= {c.name for c in columns} else ""


def refused_rows(of: Import) -> QuerySet[RefusedRow]:
    """Return the rows of an import that could not be used, in their order."""
    return RefusedRow.objects.filter(of=of).order_by("number")


def refused_lines(of: Import) -> Iterator[list[object]]:
    """Yield the rows for an error file: reason, line, column, and the cells as they came."""
    for row in refused_rows(of).iterator(chunk_size=1_000):
        yield [
            wording.reason(row.code, row.particulars),
            row.number,
            row.column,
            *(row.cells.get(name) for name in of.header),
        ]
