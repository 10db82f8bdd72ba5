"""The slow, obvious way to say what a set of calls comes to: everything at once, in no order."""

import dataclasses
from collections import defaultdict
from datetime import datetime
from typing import Any

USE = {"track", "page"}


@dataclasses.dataclass(frozen=True)
class Told:
    """A call, as the oracle reads it."""

    type: str
    at: datetime
    user: str | None = None
    anonymous: str | None = None
    group: str | None = None
    event: str = ""
    traits: tuple[tuple[str, Any], ...] = ()


class World:
    """What is true after these calls, whatever order they came in. Accounts of one are called solo:<user>."""

    def __init__(self, calls: list[Told]) -> None:
        self.calls = calls
        owner: dict[str, tuple[datetime, str]] = {}
        for c in calls:
            if c.user and c.anonymous:
                link = (c.at, c.user)
                owner[c.anonymous] = min(owner.get(c.anonymous, link), link)
        self.owner = {anonymous: user for anonymous, (_, user) in owner.items()}
        self.joined: dict[str, dict[str, datetime]] = defaultdict(dict)
        for c in calls:
            who = self.person(c)
            if who and c.group:
                self.joined[who][c.group] = min(self.joined[who].get(c.group, c.at), c.at)

    def person(self, c: Told) -> str | None:
        if c.user:
            return c.user
        return self.owner.get(c.anonymous, f"visitor:{c.anonymous}") if c.anonymous else None

    def home(self, who: str, at: datetime) -> str | None:
        places = sorted((since, group) for group, since in self.joined[who].items())
        if not places:
            return None if who.startswith("visitor:") else f"solo:{who}"
        return [group for n, (since, group) in enumerate(places) if n == 0 or since <= at][-1]

    def account(self, c: Told) -> str | None:
        who = self.person(c)
        return c.group or (self.home(who, c.at) if who else None)

    def person_days(self) -> dict[tuple[Any, ...], tuple[int, datetime, datetime]]:
        days = defaultdict(list)
        for c in self.calls:
            if c.type in USE:
                days[c.at.date(), self.account(c), self.person(c), c.event].append(c.at)
        return {key: (len(ats), min(ats), max(ats)) for key, ats in days.items()}

    def account_days(self) -> dict[tuple[Any, ...], tuple[int, int]]:
        events, people = defaultdict(int), defaultdict(set)
        for (day, account, who, _), (n, _, _) in self.person_days().items():
            if account:
                events[day, account] += n
                people[day, account].add(who)
        return {key: (n, len(people[key])) for key, n in events.items()}

    def people(self) -> dict[str, dict[str, Any]]:
        known = {c.user for c in self.calls if c.user}
        return {
            who: self._last_words([c for c in self.calls if c.type == "identify" and c.user == who]) for who in known
        }

    def accounts(self) -> dict[str, dict[str, Any]]:
        known = {c.group for c in self.calls if c.group} | {self.home(who, c.at) for c in self.calls if (who := c.user)}
        found = {}
        for account in known:
            if account.startswith("solo:"):
                found[account] = self.people()[account.removeprefix("solo:")]
            else:
                said = [c for c in self.calls if c.type == "group" and c.group == account]
                found[account] = self._last_words(said)
        return found

    def seen(self) -> dict[str, tuple[datetime, datetime | None]]:
        """When something was first heard of each account, and when it was used last."""
        found = {}
        for account in self.accounts():
            mine = [c for c in self.calls if self.account(c) == account]
            used = [c.at for c in mine if c.type in USE]
            found[account] = (min(c.at for c in mine), max(used, default=None))
        return found

    def lives(self) -> dict[str, tuple[datetime | None, datetime | None]]:
        """When each account ended and came back; only where nobody is at two accounts."""
        doubtful = {group for groups in self.joined.values() if len(groups) > 1 for group in groups}
        found = {}
        for account in set(self.accounts()) - doubtful:
            mine = [c for c in self.calls if c.type in USE and self.account(c) == account]
            ends = [c.at for c in mine if c.event == "Subscription Cancelled"]
            starts = [c.at for c in mine if c.event == "Subscription Started"]
            after = [e for e in ends if not starts or e > max(starts)]
            back = [s for s in starts if ends and s >= max(ends)]
            found[account] = (min(after, default=None), min(back, default=None))
        return found

    @staticmethod
    def _last_words(said: list[Told]) -> dict[str, Any]:
        words = {}
        for c in sorted(said, key=lambda c: c.at):
            words |= dict(c.traits)
        return {name: value for name, value in words.items() if value is not None}
