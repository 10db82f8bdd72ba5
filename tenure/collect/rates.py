"""A bound on how many calls a write key may send a second, when one is set."""

from collections.abc import Callable


class Rates:
    """A bucket per write key that fills at `per_second` and holds ten seconds' worth; 0 lets everything through."""

    def __init__(self, per_second: int, ticking: Callable[[], float]) -> None:
        self._per_second = per_second
        self._ticking = ticking
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, key: str, calls: int) -> float:
        """Take room for `calls`; returns the seconds to wait when there is none, else 0.

        A batch larger than what is left is let through and owed, so that no batch is too large for ever.
        """
        if not self._per_second:
            return 0.0
        now = self._ticking()
        left, at = self._buckets.get(key, (10.0 * self._per_second, now))
        left = min(10.0 * self._per_second, left + (now - at) * self._per_second)
        if left <= 0:
            self._buckets[key] = (left, now)
            return -left / self._per_second or 1 / self._per_second
        self._buckets[key] = (left - calls, now)
        return 0.0
