"""What arrives, looked at: which properties an event has and of what type, and what is no longer as it was. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import msgspec

LOOKED_AT = 100
"""So many calls of an event are searched for properties in one turn; of more, a sample spread over all of them."""
MOST_PROPERTIES = 300
LONGEST_NAME = 255
USUAL_AFTER = 20
"""A type seen so often is what a property usually is."""
DAYS_TO_KNOW = 5
_SILENT_DAYS = 2

_decode = msgspec.json.Decoder().decode


def type_of(value: Any) -> str:
    """Name the JSON type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
    return "object"


def properties_in(documents: Iterable[bytes]) -> Counter[tuple[str, str]]:
    """Count (property, type) over JSON objects; what cannot be read or is called too long has none."""
    seen: Counter[tuple[str, str]] = Counter()
    for document in documents:
        if document == b"{}":
            continue
        try:
            read = _decode(document)
        except (ValueError, RecursionError):
            continue
        if isinstance(read, dict):
            for name, value in read.items():
                if 0 < len(name) <= LONGEST_NAME and "\x00" not in name:
                    seen[name, type_of(value)] += 1
    if len(seen) > MOST_PROPERTIES:
        return Counter(dict(seen.most_common(MOST_PROPERTIES)))
    return seen


def spread(places: Sequence[int], most: int = LOOKED_AT) -> Sequence[int]:
    """Choose at most so many of the places, evenly."""
    step = -(-len(places) // most)
    return places[::step] if step > 1 else places


def usual_type(seen: dict[str, int]) -> str:
    """Return the type a property has most often; null only when it has no other."""
    known = {type_: n for type_, n in seen.items() if type_ != "null"}
    return max(sorted(known), key=lambda type_: known[type_]) if known else "null"


def is_stopped(days: Sequence[date], today: date) -> bool:
    """Tell whether an event that came on these days, in order, has stopped: silent for twice its longest pause."""
    if len(days) < DAYS_TO_KNOW:
        return False
    longest = max((later - earlier).days for earlier, later in pairwise(days))
    return (today - days[-1]).days > max(_SILENT_DAYS, 2 * longest)
