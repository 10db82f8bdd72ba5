"""Cells as text, for kinds of files whose rows are read as text whatever the layout."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tenure.connectors.csv_events.types import Refused
from tenure.connectors.files.models import Import
from tenure.connectors.files.rules.rows import refusal
from tenure.connectors.files.rules.values import without_apostrophe
from tenure.connectors.files.types import Cell, Column, Row, RowRefused


def said_by(of: Import) -> str:
    """Return what everything an import says has as its source."""
    return f"csv {of.file_name} import {of.pk}"


def as_text(cell: Cell) -> str:
    """Write a cell as it would stand in CSV."""
    match cell:
        case None:
            return ""
        case str():
            return without_apostrophe(cell.replace("\x00", ""))
        case bool():
            return "true" if cell else "false"
        case dict() | list():
            return json.dumps(cell, ensure_ascii=False)
    return str(cell)


def places(columns: Sequence[Column], header: Sequence[str]) -> dict[str, int]:
    """Say at which place of the header the column of each field is."""
    return {c.target.value: header.index(c.name) for c in columns}


def names(columns: Sequence[Column]) -> dict[str, str]:
    """Say which column means each field."""
    return {c.target.value: c.name for c in columns}


def refused_as(row: Row, refused: Refused, columns: Mapping[str, str]) -> RowRefused:
    """Return a row as refused, by the column that means the field it is because of."""
    return refusal(row, refused.code, columns.get(refused.column, refused.column), _plain(refused.particulars))


def _plain(particulars: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | list) else str(value) for name, value in particulars.items()}
