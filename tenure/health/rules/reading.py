"""How facts become readings: whole columns at once, each distinct value read once."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.health.rules.scoring import Floats

Reader: TypeAlias = Callable[[pa.Array | pa.ChunkedArray], Floats]
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?([eE][+-]?\d{1,2})?")


def numbers(column: pa.Array | pa.ChunkedArray) -> Floats:
    """Read a column of facts as numbers: yes is 1, no is 0, text counts where it is a number; NaN is none."""
    whole = _whole(column)
    if pa.types.is_boolean(whole.type):
        whole = whole.cast(pa.int8())
    if pa.types.is_integer(whole.type) or pa.types.is_floating(whole.type):
        found: Floats = whole.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return np.where(np.isfinite(found), found, np.nan)
    return _by_distinct(whole, _as_number)


def places(column: pa.Array | pa.ChunkedArray, values: Sequence[str]) -> Floats:
    """Read which of the listed values each is, counted from 1; 0 is another one, NaN none."""
    known = {value.lower(): float(n) for n, value in enumerate(values, 1)}
    return _by_distinct(_whole(column), lambda value: known.get(_as_text(value).lower(), 0.0))


def days_from(column: pa.Array | pa.ChunkedArray, today: date) -> Floats:
    """Read days as how many there are from today to them; what is past is negative, NaN is no day."""
    whole = _whole(column)
    if pa.types.is_timestamp(whole.type):
        micros = whole.cast(pa.timestamp("us", tz=whole.type.tz), safe=False).cast(pa.int64())
        found: Floats = micros.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return np.floor(found / 86_400_000_000) - (today - date(1970, 1, 1)).days
    return _by_distinct(whole, lambda value: _as_days(value, today))


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _by_distinct(column: pa.Array, read: Callable[[Any], float]) -> Floats:
    if pa.types.is_null(column.type) or not len(column):
        return np.full(len(column), np.nan)
    coded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    given = np.array([*(np.nan if v is None else read(v) for v in coded.dictionary.to_pylist()), np.nan])
    at: Floats = given[coded.indices.fill_null(len(given) - 1).to_numpy(zero_copy_only=False)]
    return at


def _as_number(value: Any) -> float:
    text = value.strip() if isinstance(value, str) else ""
    found = float(text) if _NUMBER.fullmatch(text) else math.nan
    return found if math.isfinite(found) else math.nan


def _as_text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).strip()


def _as_days(value: Any, today: date) -> float:
    if not isinstance(value, str):
        return math.nan
    text = value.strip()
    try:
        at = (
            datetime.fromisoformat(text)
            if len(text) > 10
            else datetime.combine(date.fromisoformat(text), datetime.min.time())
        )
    except ValueError:
        return math.nan
    offset = at.utcoffset()
    try:
        day = (at - offset).date() if offset else at.date()
    except OverflowError:
        return math.nan
    return float((day - today).days)
