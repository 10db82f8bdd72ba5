"""Opening a file whatever its layout, encoding and compression; rows are streamed, memory stays bounded."""

import csv
import gzip
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any
from zoneinfo import available_timezones

import msgspec

from tenure.connectors.csv_events import reading as csv_files
from tenure.connectors.csv_events.types import FileUnreadable
from tenure.connectors.files.errors import TimeZoneUnknown
from tenure.connectors.files.types import Cell, FileFound, Layout, Row

SAMPLE_ROWS = 200
LARGEST_LINE = 4 * 1024 * 1024
ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "cp1252", "shift_jis", "euc_kr",
)  # fmt: skip
"""What can be chosen; more are understood when found."""


def known_zone(name: str) -> str:
    """Return the name of a time zone; raises `TimeZoneUnknown`."""
    if name not in available_timezones():
        raise TimeZoneUnknown
    return name


def look_over(path: Path, encoding: str = "", *, name: str = "") -> FileFound:
    """Find out a file's layout, encoding, delimiter and columns from its beginning; raises `FileUnreadable`."""
    if _is_json(path, name or path.name):
        return _look_over_json(path, encoding)
    sheet = csv_files.look_over(path, encoding or None)
    if not any(sheet.header):
        raise FileUnreadable("The first line of the file names no columns.", why="no_columns")
    return FileFound(
        path=path, layout=Layout.CSV, encoding=sheet.encoding, delimiter=sheet.delimiter, header=sheet.header,
        size=sheet.size,
    )  # fmt: skip


def rows(found: FileFound, on_bytes: Callable[[int], None] = lambda _: None) -> Iterator[Row]:
    """Yield every row; `on_bytes` is told how far into the file we are. Raises `FileUnreadable` where it breaks off."""
    with found.path.open("rb") as file:
        raw: IO[bytes] = gzip.GzipFile(fileobj=file) if _is_gzip(found.path) else file  # type: ignore[assignment]
        text = io.TextIOWrapper(raw, encoding=found.encoding, errors="strict", newline="")
        read = _csv_rows(text, found) if found.layout is Layout.CSV else _json_rows(text)
        number = 0
        try:
            for count, row in enumerate(read):
                number = row.number
                yield row
                if count % 500 == 0:
                    on_bytes(file.tell())
        except (UnicodeError, csv.Error, OSError, EOFError) as error:
            raise FileUnreadable(
                f"After line {number} the file cannot be read: {error}.",
                why="breaks_off",
                line=number,
                error=str(error),
            ) from error
        on_bytes(file.tell())


def sample(found: FileFound, count: int = SAMPLE_ROWS) -> list[Row]:
    """Return the first rows."""
    read = rows(found)
    some = [row for row, _ in zip(read, range(count), strict=False)]
    read.close()  # type: ignore[attr-defined]
    return some


def _csv_rows(text: IO[str], found: FileFound) -> Iterator[Row]:
    csv.field_size_limit(csv_files.LARGEST_CELL)
    reader = csv.reader(text, delimiter=found.delimiter)
    next(reader)
    width = len(found.header)
    for cells in reader:
        if not cells:
            continue
        row = dict(zip(found.header, cells, strict=False))
        if len(cells) == width:
            yield Row(reader.line_num, row)
        else:
            yield Row(reader.line_num, row, "wrong_number_of_cells", {"cells": len(cells), "columns": width})


def _json_rows(text: IO[str]) -> Iterator[Row]:
    number = 0
    while line := text.readline(LARGEST_LINE):
        number += 1
        if len(line) == LARGEST_LINE:
            raise csv.Error(f"line {number} is longer than {LARGEST_LINE:,} characters")
        line = line.strip().removeprefix("\ufeff")
        if not line:
            continue
        try:
            yield Row(number, flat(msgspec.json.decode(line)))
        except (msgspec.DecodeError, TypeError, RecursionError):
            yield Row(number, {"line": line[:2_000]}, "not_an_object")


def flat(record: Any) -> dict[str, Cell]:
    """Give the fields of an object as columns, those of an object within it with a dot between."""
    if not isinstance(record, dict):
        raise TypeError("a row is an object")
    cells: dict[str, Cell] = {}
    for name, value in record.items():
        if isinstance(value, dict) and name == "traits":
            cells |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            cells[name] = value
    return cells


def _look_over_json(path: Path, encoding: str) -> FileFound:
    with path.open("rb") as file:
        raw: IO[bytes] = gzip.GzipFile(fileobj=file) if _is_gzip(path) else file  # type: ignore[assignment]
        beginning = raw.read(csv_files.SAMPLE)
    if not beginning.strip():
        raise FileUnreadable(f"{path.name} is empty.", why="empty")
    chosen = encoding or csv_files.encoding_of(beginning, whole=len(beginning) < csv_files.SAMPLE)
    found = FileFound(
        path=path, layout=Layout.JSON_LINES, encoding=chosen, delimiter="", header=(), size=path.stat().st_size
    )
    header: dict[str, None] = {}
    try:
        for row in sample(found):
            if not row.wrong:
                header |= dict.fromkeys(row.cells)
    except LookupError as error:
        raise FileUnreadable(f"{chosen!r} is not an encoding.", why="other_encoding", encoding=chosen) from error
    if not header:
        raise FileUnreadable("No line of the file is a JSON object.", why="no_object")
    return FileFound(
        path=path, layout=Layout.JSON_LINES, encoding=chosen, delimiter="", header=tuple(header), size=found.size
    )


def _is_json(path: Path, name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson", ".json"))


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"
