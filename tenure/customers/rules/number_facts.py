"""Numbers among the facts of accounts: by how many digits they have before the point, and by the first three of them.

That is coarse, but it is an order: what is beyond a number is among few facts, which one index looks up.
"""

from decimal import Decimal

MOST_DIGITS = 19
_FIRST, _LAST = 0, 999


def facts_above(name: str, value: float) -> list[str]:
    """Return facts of which every number above has one (and few others have one)."""
    digits, first = _place(value)
    if value < 0:
        below = [f"#{name}-{digits}={part}" for part in range(_FIRST, first + 1)]
        return [*below, *_of_digits(name, "-", range(digits)), *_of_digits(name, "+", range(MOST_DIGITS + 1))]
    within = [f"#{name}+{digits}={part}" for part in range(first, _LAST + 1)]
    return [*within, *_of_digits(name, "+", range(digits + 1, MOST_DIGITS + 1))]


def facts_below(name: str, value: float) -> list[str]:
    """Return facts of which every number below has one (and few others have one)."""
    digits, first = _place(value)
    if value < 0:
        within = [f"#{name}-{digits}={part}" for part in range(first, _LAST + 1)]
        return [*within, *_of_digits(name, "-", range(digits + 1, MOST_DIGITS + 1))]
    within = [f"#{name}+{digits}={part}" for part in range(_FIRST, first + 1)]
    return [*within, *_of_digits(name, "+", range(digits)), *_of_digits(name, "-", range(MOST_DIGITS + 1))]


def _place(value: float) -> tuple[int, int]:
    """Return the digits before the point of a finite number (0: less than one), and the first three."""
    size = abs(Decimal(value))
    digits = 0 if size < 1 else min(len(str(int(size))), MOST_DIGITS)
    return digits, min(int(size * Decimal(10) ** (3 - digits)), _LAST)


def _of_digits(name: str, sign: str, counts: range) -> list[str]:
    return [f"#{name}{sign}{digits}" for digits in counts]
