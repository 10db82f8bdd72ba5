"""Who is who, and where a person's use counts at which time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tenure.customers.types import Micros


class Ownership(NamedTuple):
    """An id belongs to the user id `owner`, as was first said at `at`; `value` breaks ties."""

    owner: int
    at: Micros
    value: str


class Home(NamedTuple):
    """Unnamed use of a person counts for `account_id` from `since` (None: from the beginning) until the next home."""

    since: Micros | None
    account_id: int


class Place(NamedTuple):
    """A person's place at an account; `role` where a member said it, `chosen` when one made it the primary account."""

    account_id: int
    since: Micros
    external_id: str
    role: str = ""
    chosen: Micros | None = None

    def joined_with(self, other: "Place") -> "Place":
        """Return the place that two people had at one account, once they are found to be one."""
        chosen = max((c for c in (self.chosen, other.chosen) if c is not None), default=None)
        first = min(self, other, key=lambda p: p.since)
        return first._replace(role=self.role or other.role, chosen=chosen)


def roots(nodes: Iterable[int], owned: Mapping[int, Ownership]) -> dict[int, int]:
    """Find who each id finally belongs to.

    Every id has at most one owner. Should owners form a circle, the youngest link of it is not believed, so that the
    answer does not depend on the order in which the links were learnt.
    """
    found: dict[int, int] = {}
    for node in nodes:
        path: list[int] = []
        on_path: dict[int, int] = {}
        here = node
        while here not in found and here in owned and here not in on_path:
            on_path[here] = len(path)
            path.append(here)
            here = owned[here].owner
        if here in on_path:
            circle = path[on_path[here] :]
            root = max(circle, key=lambda n: (owned[n].at, owned[n].value, n))
        else:
            root = found.get(here, here)
        found.update(dict.fromkeys([*path, here], root))
    return found


def homes(places: Sequence[Place]) -> list[Home]:
    """Say where unnamed use counts over time: each account from when the person joined it, the first from ever.

    An account that a member made the primary one counts again from that moment.
    """
    turns = [(p.since, p.external_id, p.account_id) for p in places]
    turns += [(p.chosen, p.external_id, p.account_id) for p in places if p.chosen is not None]
    return [Home(None if i == 0 else at, account_id) for i, (at, _, account_id) in enumerate(sorted(turns))]


def home_at(intervals: Sequence[Home], at: Micros) -> int:
    """Return the account that use at this moment counts for; 0 when there is none."""
    account_id = 0
    for home in intervals:
        if home.since is not None and home.since > at:
            break
        account_id = home.account_id
    return account_id
