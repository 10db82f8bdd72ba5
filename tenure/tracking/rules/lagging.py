"""How long acknowledged calls waited until they could be asked for. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

EDGES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
"""Upper bounds, in seconds, by which waits are counted; above the last it is `inf`."""


def buckets(waits: Iterable[tuple[float, int]]) -> Counter[str]:
    """Count calls by the least edge their wait did not pass."""
    found: Counter[str] = Counter()
    for seconds, calls in waits:
        edge = next((e for e in EDGES if seconds <= e), None)
        found["inf" if edge is None else f"{edge:g}"] += calls
    return found


def middle(waits: Sequence[tuple[float, int]], share: float = 0.5) -> float:
    """Return the wait that the given share of calls did not exceed; 0 without calls."""
    left = share * sum(n for _, n in waits)
    for seconds, n in sorted(waits):
        left -= n
        if left <= 0:
            return seconds
    return 0.0
