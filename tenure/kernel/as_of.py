"""Which past is asked for: what was so at a moment, by what had arrived at another (bitemporal; Snodgrass 1999)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AsOf:
    """What was so `at` a moment, by everything that was `known_at` another; both in UTC.

    `AsOf.then(t)` is what anybody could have said at `t`, whatever arrived later; `AsOf.by_now(t, now)` is what is
    known of `t` today, late arrivals included.
    """

    at: datetime
    known_at: datetime

    def __post_init__(self) -> None:
        """Refuse moments without a time zone, and knowledge from before the moment itself."""
        if self.at.tzinfo is None or self.known_at.tzinfo is None:
            raise ValueError("a moment in the past needs a time zone")
        if self.known_at < self.at:
            raise ValueError("what was known before a moment says nothing about it")

    @classmethod
    def then(cls, at: datetime) -> "AsOf":
        """As it was known then."""
        return cls(at, at)

    @classmethod
    def by_now(cls, at: datetime, now: datetime) -> "AsOf":
        """As it is known now."""
        return cls(at, now)

    @property
    def is_then(self) -> bool:
        """Whether nothing that arrived later counts."""
        return self.known_at == self.at
