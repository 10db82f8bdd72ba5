"""How facts are read for comparison: any trait as lower-cased text, as a number or as a moment, whole columns at once.

The engine compares only what is read here, so every engine agrees on what "2026-03-01" or "  42 " means.
"""

import hashlib
import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.segments.rules.comparing import lowered
from tenure.segments.rules.leaf_checks import microseconds_of as microseconds_of
from tenure.segments.rules.leaf_checks import moment
from tenure.segments.types.conditions import FactKind

BUCKETS = 10_000
"""How finely a random bucket is divided: hundredths of a percent."""

_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?([eE][+-]?\d{1,2})?")


def reading(values: pa.Array | pa.ChunkedArray, kind: FactKind) -> pa.Array:
    """Read a column of facts of any type as `kind`; null where it cannot be read so."""
    column = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    match kind:
        case FactKind.TEXT:
            return text_column(column)
        case FactKind.NUMBER:
            return number_column(column)
        case FactKind.MOMENT:
            return moment_column(column)


def text_column(column: pa.Array) -> pa.Array:
    """Read as lower-cased text: 5 and 5.0 are "5", yes and no are "true" and "false"."""
    return _by_distinct(column, pa.string(), _as_text)


def number_column(column: pa.Array) -> pa.Array:
    """Read as numbers: numbers themselves, and text that is one."""
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        doubles = column.cast(pa.float64(), safe=False)
        return pc.if_else(pc.is_finite(doubles), doubles, pa.scalar(None, pa.float64()))
    return _by_distinct(column, pa.float64(), _as_number)


def moment_column(column: pa.Array) -> pa.Array:
    """Read as microseconds since 1970: moments, days (their UTC midnight), and text in ISO 8601."""
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us", tz=column.type.tz), safe=False).cast(pa.int64())
    if pa.types.is_date(column.type):
        return column.cast(pa.timestamp("us")).cast(pa.int64())
    return _by_distinct(column, pa.int64(), _as_moment)


def bucket_column(ids: pa.Array, salt: str, subject: str) -> pa.Array:
    """Put each id into one of 10 000 buckets by a stable hash: the same on every machine, for ever."""
    prefix = f"{salt}:{subject}:".encode()
    hashed = (hashlib.sha256(prefix + str(i).encode()).digest()[:8] for i in ids.to_pylist())
    return pa.array((int.from_bytes(h) * BUCKETS >> 64 for h in hashed), pa.int32())


def _by_distinct(column: pa.Array, to: pa.DataType, read: Callable[[Any], Any]) -> pa.Array:
    """Read each distinct value once; traits repeat."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_null(column.type) or not len(column):
        return pa.nulls(len(column), to)
    coded = column.dictionary_encode()
    values = pa.array([read(v) for v in coded.dictionary.to_pylist()], to)
    return values.take(coded.indices)


def _as_text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if math.isfinite(value) and value == int(value) and abs(value) < 1e15 else str(value)
        case datetime():
            return value.isoformat().lower()
        case _:
            return lowered(str(value)) or None


def _as_number(value: Any) -> float | None:
    match value:
        case bool() | None:
            return None
        case int() | float():
            return float(value) if math.isfinite(value) else None
        case str():
            text = value.strip()
            return float(text) if _NUMBER.fullmatch(text) else None
        case _:
            return None


def _as_moment(value: Any) -> int | None:
    match value:
        case datetime():
            return microseconds_of(value)
        case str():
            at = moment(value.strip())
            return None if at is None else microseconds_of(at)
        case _:
            return None


def sorted_ids(column: pa.Array | pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return ids as a sorted array for set arithmetic."""
    found: np.ndarray[Any, np.dtype[np.int64]] = np.sort(column.to_numpy(zero_copy_only=False).astype(np.int64))
    return found
