"""In which order things happened that Stripe dates to the same second.

Stripe dates events by whole seconds and delivers them in any order. Within a second, what an update says of the state
before it (`previous_attributes`) tells which other one it follows.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise, permutations
from typing import Any, NamedTuple

_ALL_ORDERS_UP_TO = 6


class Telling(NamedTuple):
    """One state of one object, as far as ordering needs it; `previous` is None where nothing is said of before."""

    id: str
    created: int
    is_snapshot: bool
    type: str
    state: Mapping[str, Any]
    previous: Mapping[str, Any] | None


def last_of_each_second(tellings: Sequence[Telling]) -> list[Telling]:
    """Return what held at the end of each second, in order of time; a snapshot gives way to any event of its second."""
    seconds: dict[int, list[Telling]] = {}
    for telling in tellings:
        seconds.setdefault(telling.created, []).append(telling)
    found: list[Telling] = []
    for _, group in sorted(seconds.items()):
        found.append(_ordered(group, found[-1] if found else None)[-1])
    return found


def _ordered(group: Sequence[Telling], earlier: Telling | None) -> list[Telling]:
    banded = sorted(group, key=lambda t: (_band(t), t.id))
    updates = [t for t in banded if _band(t) == _UPDATED]
    if len(updates) < 2:
        return banded
    before = [t for t in banded if _band(t) < _UPDATED]
    after = [t for t in banded if _band(t) > _UPDATED]
    return [*before, *_chained(updates, before[-1] if before else earlier), *after]


_UPDATED = 2


def _band(telling: Telling) -> int:
    if telling.is_snapshot:
        return 0
    if telling.type.endswith(".created"):
        return 1
    return 3 if telling.type.endswith(".deleted") else _UPDATED


def _chained(updates: Sequence[Telling], earlier: Telling | None) -> list[Telling]:
    """Find the order in which each fits best on the one before it; of equally good ones, that of the ids."""
    if len(updates) > _ALL_ORDERS_UP_TO:
        return _nearest_first(updates, earlier)
    fit = {(a.id, b.id): _fit(a, b) for a in updates for b in updates if a is not b}
    opening = {t.id: _fit(earlier, t) if earlier else 0 for t in updates}
    best = max(
        permutations(updates),
        key=lambda order: opening[next(iter(order)).id] + sum(fit[a.id, b.id] for a, b in pairwise(order)),
    )
    return list(best)


def _nearest_first(updates: Sequence[Telling], earlier: Telling | None) -> list[Telling]:
    left, found = list(updates), [earlier] if earlier else []
    while left:
        last = found[-1] if found else None
        best = max(left, key=lambda t: _fit(last, t) if last else 0)
        left.remove(best)
        found.append(best)
    return [t for t in found if t is not earlier]


def _fit(one: Telling, later: Telling) -> int:
    """Count the fields that `later` changed and that stood in `one` as they were before, less those that did not.

    What `later` does not say it changed has to be the same in both. Otherwise a field that goes back to what it was
    (a pause that is ended in the same second) would fit in more places than one.
    """
    previous = later.previous or {}
    said = sum(1 if _held(one.state.get(name), was) else -1 for name, was in previous.items())
    return said - sum(bool(one.state.get(name) != now) for name, now in later.state.items() if name not in previous)


def _held(now: Any, was: Any) -> bool:
    """Tell whether a value is what an update says was there before; of nested fields only the changed ones are said."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        return all(_held(now.get(name), value) for name, value in was.items())
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        return all(_held(a, b) for a, b in zip(now, was, strict=True))
    return bool(now == was)
