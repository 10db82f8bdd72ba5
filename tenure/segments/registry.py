"""Traits of accounts that conditions decide: whoever sets one says by which, so that none comes to ask for itself."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from tenure.segments.types.conditions import Condition


class Decided(NamedTuple):
    """A trait of accounts, and the conditions in force that decide what it is."""

    trait: str
    by: tuple[Condition, ...]


_sources: dict[str, Callable[[], Iterable[Decided]]] = {}


def register_decided_traits(source: str, decided: Callable[[], Iterable[Decided]]) -> None:
    """Say which traits a domain decides by conditions, from its `apps.py`; asked anew each time, in scope."""
    _sources[source] = decided


def decided_traits() -> list[Decided]:
    """Return every trait that conditions of the workspace in scope decide."""
    return [each for source in _sources.values() for each in source()]
