"""Which segments conditions refer to, and whether that leads in a circle."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tenure.segments.types.conditions import Condition, InSegment, People, joined, leaves


def direct(conditions: Iterable[Condition]) -> Iterator[int]:
    """Return the segments that conditions name of whom they are about; not those named of people at accounts."""
    for condition in conditions:
        for _, leaf in leaves(condition):
            if isinstance(leaf, InSegment):
                yield leaf.segment_id


def named(condition: Condition, path: str = "") -> Iterator[tuple[str, int, bool]]:
    """Return every segment a condition names: where, which, and whether it is named of people at an account."""
    for at, leaf in leaves(condition, path):
        if isinstance(leaf, InSegment):
            yield at, leaf.segment_id, False
        elif isinstance(leaf, People) and leaf.condition is not None:
            yield from ((inside, id_, True) for inside, id_, _ in named(leaf.condition, joined(at, "condition")))


def way_back(start: int, end: int, refers: Mapping[int, Iterable[int]]) -> Sequence[int] | None:
    """Return a way from one segment along what each refers to, that ends at another; None where there is none."""
    ways: list[list[int]] = [[start]]
    seen = {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == end:
            return way
        for further in sorted(set(refers.get(way[-1], ()))):
            if further not in seen:
                seen.add(further)
                ways.append([*way, further])
    return None


def built_on(ids: Iterable[int], refers: Mapping[int, Iterable[int]]) -> set[int]:
    """Return everything that refers to one of these, directly or through others."""
    found: set[int] = set()
    waiting = set(ids)
    while waiting:
        waiting = {by for by, named_ in refers.items() if waiting & set(named_)} - found
        found |= waiting
    return found


def in_levels(definitions: Mapping[int, Condition]) -> Sequence[Sequence[int]]:
    """Put segments into levels: each names only segments of levels before its own, and others that are not there."""
    names = {id_: {to for to in direct([condition]) if to in definitions} for id_, condition in definitions.items()}
    levels: list[list[int]] = []
    done: set[int] = set()
    while len(done) < len(names):
        ready = sorted(id_ for id_, named_ in names.items() if id_ not in done and named_ <= done)
        if not ready:
            raise ValueError("segments name each other in a circle")
        levels.append(ready)
        done |= set(ready)
    return levels


def in_order(ids: Iterable[int], refers: Mapping[int, Iterable[int]]) -> Sequence[int]:
    """Put segments in an order in which each comes after those it refers to."""
    waiting, ordered = set(ids), list[int]()
    while waiting:
        ready = {id_ for id_ in waiting if not waiting & (set(refers.get(id_, ())) - {id_})} or set(waiting)
        ordered += sorted(ready)
        waiting -= ready
    return ordered
