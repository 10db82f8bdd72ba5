"""Reading cells of a table: what is missing, a number or a date, however it is written where the table comes from.

How a column is written is told from all of it, and kept with the model: one row alone does not say whether 1,234 is
more than a thousand, or which of 03/04/2026 is the month.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})
_SIGNS = "$€£¥"
_SPACES = str.maketrans("", "", " \u00a0\u202f'’")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+|[+-]?\d{1,3}(\.\d{3})+")
_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{1,2})(?:[T ].*)?")


class Written(StrEnum):
    """How numbers or dates of a column are written, where that is not as computers do."""

    PLAIN = ""
    COMMA = "comma"
    """1.234,5"""
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


def as_words(texts: Sequence[str]) -> tuple[str, ...]:
    """Trim texts; what says that there is no value becomes empty."""
    return tuple("" if t.strip().casefold() in MISSING else t.strip() for t in texts)


def as_numbers(words: Sequence[str], written: str = Written.PLAIN) -> Floats:
    """Read words as numbers, with NaN for what is none."""
    return np.array([np.nan if (n := _number(w, written)) is None else n for w in words], dtype=np.float64)


def numbers_written(words: Sequence[str]) -> Written:
    """Say how the numbers of a column are written: with a decimal comma where more of them can be read that way."""
    if not any("," in word for word in words):
        return Written.PLAIN
    plain, comma = (sum(_number(w, each) is not None for w in words) for each in (Written.PLAIN, Written.COMMA))
    return Written.COMMA if comma > plain else Written.PLAIN


def dates_written(texts: Sequence[str]) -> Written:
    """Say how the dates of a column are written, where the year comes last: whether any cannot be otherwise.

    Where each could be either, with dots the day comes first, else the month.
    """
    parts = [found.groups() for text in texts if (found := _DATE.fullmatch(text.strip())) and len(found[4]) == 4]
    if not parts:
        return Written.PLAIN
    if any(int(first) > 12 for first, *_ in parts):
        return Written.DAY_FIRST
    if any(int(second) > 12 for _, _, second, _ in parts):
        return Written.MONTH_FIRST
    return Written.DAY_FIRST if parts[0][1] == "." else Written.MONTH_FIRST


def as_days(words: Sequence[str], as_of: Sequence[date], written: str = Written.PLAIN) -> Floats:
    """Read words as dates: how many days each lies before its row's day, with NaN for what is none."""
    known = (_day(word, written) for word in words)
    return np.array([np.nan if d is None else (a - d).days for d, a in zip(known, as_of, strict=True)], float)


def days_of(texts: Sequence[str], written: str = Written.PLAIN) -> list[date | None]:
    """Read a column of dates; None where there is none."""
    return [_day(t.strip(), written) for t in texts]


def _number(text: str, written: str) -> float | None:
    plain = text.translate(_SPACES).rstrip("%" + _SIGNS)
    sign, plain = (plain[0], plain[1:]) if plain[:1] in ("-", "+", "−") else ("", plain)
    plain = plain.lstrip(_SIGNS)
    if plain.casefold() in ("true", "yes", "false", "no"):
        return float(plain.casefold() in ("true", "yes"))
    if written == Written.COMMA and _COMMA.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    try:
        value = float(sign.replace("−", "-") + plain)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _day(text: str, written: str) -> date | None:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).date()
    except ValueError:
        found = _DATE.fullmatch(text)
    if found is None:
        return None
    first, second, third = (int(found[n]) for n in (1, 3, 4))
    if len(found[1]) == 4:
        year, month, day = first, second, third
    elif len(found[4]) < 4:
        return None
    else:
        year, month, day = (third, second, first) if written == Written.DAY_FIRST else (third, first, second)
    try:
        return date(year, month, day)
    except ValueError:
        return None
