"""How often one address may ask for a page that anybody can open."""

import time
from collections import deque

_MOST_KNOWN = 20_000


class Limiter:
    """So many visits in so many seconds from one address, counted by each process for itself."""

    def __init__(self, *, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._seen: dict[str, deque[float]] = {}

    def allows(self, address: str, *, now: float | None = None) -> bool:
        """Count a visit, and tell whether it is one too many; those refused are not counted."""
        at = time.monotonic() if now is None else now
        visits = self._seen.pop(address, None) or deque()
        while visits and visits[0] <= at - self._seconds:
            visits.popleft()
        allowed = len(visits) < self._most
        if allowed:
            visits.append(at)
        self._seen[address] = visits  # at the end: those who came last are kept longest
        while len(self._seen) > _MOST_KNOWN:
            self._seen.pop(next(iter(self._seen)))
        return allowed

    def forget(self) -> None:
        """Begin anew."""
        self._seen.clear()
