"""What calls say of consent: `context.consent.categoryPreferences`, as Segment's consent managers send it. Pure.

See Segment's documentation "Consent in Segment Connections": an object of category (its id) and true or false.
"""

from functools import lru_cache
from typing import Any

import msgspec

NEEDLE = b'"categoryPreferences"'
MOST_CATEGORIES = 50
LONGEST_CATEGORY = 120


class _Consent(msgspec.Struct, rename="camel", gc=False):
    category_preferences: Any = None


class _Context(msgspec.Struct, gc=False):
    consent: _Consent | None = None


_context = msgspec.json.Decoder(_Context)


@lru_cache(maxsize=10_000)
def preferences_in(context: bytes) -> tuple[tuple[str, bool], ...]:
    """Return each category a context names and whether it is allowed; what is neither yes nor no is left out."""
    if NEEDLE not in context:
        return ()
    try:
        consent = _context.decode(context).consent
    except (ValueError, RecursionError):
        return ()
    said = consent.category_preferences if consent else None
    if not isinstance(said, dict):
        return ()
    known = {
        name: is_given
        for name, is_given in said.items()
        if isinstance(is_given, bool) and name.strip() and len(name) <= LONGEST_CATEGORY and "\x00" not in name
    }
    return tuple(sorted(known.items())[:MOST_CATEGORIES])
