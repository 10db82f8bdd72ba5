"""The world's days as Segment calls: what the product's SDK would have sent, with ids that never change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

import numpy as np

from tenure.connectors.simulator.activity import DayOfUse
from tenure.connectors.simulator.happenings import CANCEL_REASONS, FIRST_STEPS, HAPPENINGS
from tenure.connectors.simulator.places import PLACES, utc_offsets
from tenure.connectors.simulator.types import PlanTerms, SegmentCall, SimulatedAccount, SimulatedPerson, WorldSpec

LIBRARY: SegmentCall = {"name": "tenure-simulator", "version": "1"}

TimedCall: TypeAlias = tuple[int, SegmentCall]
"""Milliseconds since 1970 and the call, still without its id and time."""

_WINTER_OFFSETS = {name: int(utc_offsets(place, date(2026, 1, 15), 1)[0]) for name, place in PLACES.items()}


class CallWriter:
    """Writes the calls of a day: what is told about accounts and people, and what people do."""

    def __init__(self, spec: WorldSpec, accounts: tuple[SimulatedAccount, ...]) -> None:
        self._spec = spec
        self._begins = int(datetime.combine(spec.first_day, time(), UTC).timestamp() * 1000)
        self._accounts = accounts
        self._people = tuple(person for account in accounts for person in account.people)
        self._contexts = [self._context(person) for person in self._people]
        self._joining: dict[int, list[SimulatedPerson]] = defaultdict(list)
        self._renegotiating: dict[int, list[SimulatedAccount]] = defaultdict(list)
        self._signing_up: dict[int, list[SimulatedAccount]] = defaultdict(list)
        for account in accounts:
            if account.signs_up >= 0:
                self._signing_up[account.signs_up].append(account)
            for terms in account.terms[1:]:
                self._renegotiating[terms.day].append(account)
        for person in self._people:
            self._joining[max(person.joins, 0)].append(person)

    def day(self, day: int, use: DayOfUse, held_out: frozenset[str]) -> list[TimedCall]:
        """Write all calls of one local day, in order of time, each with its final `messageId` and `timestamp`."""
        timed = list(self._used(use))
        timed.extend(self._told(day, held_out))
        timed.sort(key=lambda each: each[0])
        stamps = np.datetime_as_string(np.array([each[0] for each in timed], "datetime64[ms]"), timezone="UTC")
        prefix = f"sim-{self._spec.seed}-{self._spec.on(day):%Y%m%d}-"
        for number, ((_, call), stamp) in enumerate(zip(timed, stamps.tolist(), strict=True)):
            call["messageId"] = f"{prefix}{number:05d}"
            call["timestamp"] = stamp
        return timed

    def _used(self, use: DayOfUse) -> Iterator[TimedCall]:
        for person, kind, variant, at in zip(
            use.people.tolist(), use.happenings.tolist(), use.variants.tolist(), use.milliseconds.tolist(), strict=True
        ):
            happening = HAPPENINGS[kind]
            name = "event" if happening.type == "track" else "name"
            yield (
                at,
                {
                    "type": happening.type,
                    name: happening.name,
                    "userId": self._people[person].external_id,
                    "properties": happening.properties[variant % len(happening.properties)],
                    "context": self._contexts[person],
                },
            )

    def _told(self, day: int, held_out: frozenset[str]) -> Iterator[TimedCall]:
        for person in self._joining.get(day, ()):
            account = self._accounts[person.account]
            churns = account.course(held_out).churns
            if churns is not None and churns <= person.joins:
                continue
            yield from self._joins(person, account, day)
        for account in self._signing_up.get(day, ()):
            yield from self._takes_first_steps(account, day)
        for account in self._renegotiating.get(day, ()):
            churns = account.course(held_out).churns
            if churns is None or day < churns:
                yield from self._changes_plan(account, day)
        for account in self._accounts:
            if account.course(held_out).churns == day:
                yield from self._cancels(account, day)

    def _joins(self, person: SimulatedPerson, account: SimulatedAccount, day: int) -> Iterator[TimedCall]:
        """Identify someone; the first person of an account signs it up, having looked around before signing in."""
        rng = self._stream(person.number, 6)
        founds = person is account.people[0]
        at = self.local(account, day, 8.5 + 0.4 * rng.random())
        identify: SegmentCall = {"type": "identify", **self._by(person), "traits": self._person_traits(person, account)}
        if person.joins < 0:
            # Known long before the history begins: told on its first day, as a first import would.
            at = self._begins + person.number
        elif founds:
            anonymous = f"anon-{person.external_id}"
            for minutes, page, path in ((14, "Home", "/"), (9, "Pricing", "/pricing"), (2, "Sign up", "/signup")):
                yield (
                    at - minutes * 60_000,
                    {
                        "type": "page",
                        "name": page,
                        "anonymousId": anonymous,
                        "properties": {"path": path, "title": page},
                        "context": {"library": LIBRARY},
                    },
                )
            identify["anonymousId"] = anonymous
        yield at, identify
        group: SegmentCall = {"type": "group", **self._by(person), "groupId": account.external_id}
        if founds:
            group["traits"] = self._account_traits(account, account.terms_on(day))
        yield at, group
        if founds and person.joins >= 0:
            yield at + 900, self._track(person, "Signed Up", {"plan": account.terms[0].plan})
        elif person.joins >= 0:
            yield at + 900, self._track(person, "Invitation Accepted", {"role": person.role})

    def _takes_first_steps(self, account: SimulatedAccount, day: int) -> Iterator[TimedCall]:
        """Reach most activation milestones in the first hours; later ones happen in the course of use."""
        rng = self._stream(account.number, 7)
        minutes = 40.0
        for step in FIRST_STEPS:
            minutes += 5 + rng.exponential(35)
            if rng.random() < 0.85:
                at = self.local(account, day, 9) + int(minutes * 60_000)
                yield at, self._track(account.people[0], step, {"project": "First project"})

    def _changes_plan(self, account: SimulatedAccount, day: int) -> Iterator[TimedCall]:
        before, after = account.terms_on(day - 1), account.terms_on(day)
        buyer = self._buyer(account, day)
        at = self.local(account, day, 11)
        yield (
            at - 300_000,
            {
                "type": "page",
                "name": "Pricing",
                **self._by(buyer),
                "properties": {"path": "/pricing", "title": "Pricing"},
            },
        )
        change: SegmentCall = {"from": before.plan, "to": after.plan, "mrr_before": before.mrr, "mrr": after.mrr}
        yield at, self._track(buyer, "Plan Changed", change)
        yield (
            at + 500,
            {
                "type": "group",
                **self._by(buyer),
                "groupId": account.external_id,
                "traits": {"plan": after.plan, "seats": after.seats, "mrr": after.mrr},
            },
        )

    def _cancels(self, account: SimulatedAccount, day: int) -> Iterator[TimedCall]:
        rng = self._stream(account.number, 8)
        buyer = self._buyer(account, day)
        reason = CANCEL_REASONS[rng.integers(len(CANCEL_REASONS))]
        at = self.local(account, day, 17.5)
        terms = account.terms_on(day)
        properties: SegmentCall = {"reason": reason, "plan": terms.plan, "mrr": terms.mrr}
        yield at, self._track(buyer, "Subscription Cancelled", properties)
        if rng.random() < 0.3:
            yield at + 240_000, self._track(buyer, "Account Deleted", {"reason": reason})

    def _track(self, person: SimulatedPerson, event: str, properties: SegmentCall) -> SegmentCall:
        return {"type": "track", "event": event, **self._by(person), "properties": properties}

    def _by(self, person: SimulatedPerson) -> SegmentCall:
        return {"userId": person.external_id, "context": self._contexts[person.number]}

    def _buyer(self, account: SimulatedAccount, day: int) -> SimulatedPerson:
        buyers = (person for person in account.people if person.role == "buyer" and person.joins <= day < person.leaves)
        return next(buyers, account.people[0])

    def _context(self, person: SimulatedPerson) -> SegmentCall:
        account = self._accounts[person.account]
        place = PLACES[account.place]
        return {
            "groupId": account.external_id,
            "locale": place.language,
            "timezone": place.timezone,
            "library": LIBRARY,
        }

    def _person_traits(self, person: SimulatedPerson, account: SimulatedAccount) -> SegmentCall:
        place = PLACES[account.place]
        return {
            "name": person.name,
            "email": person.email,
            "role": person.role,
            "title": person.title,
            "language": place.language,
            "timezone": place.timezone,
            "createdAt": self._iso(account, person.joins),
        }

    def _account_traits(self, account: SimulatedAccount, terms: PlanTerms) -> SegmentCall:
        place = PLACES[account.place]
        return {
            "name": account.name,
            "domain": account.domain,
            "industry": account.industry,
            "employees": account.employees,
            "country": place.country,
            "language": place.language,
            "timezone": place.timezone,
            "plan": terms.plan,
            "seats": terms.seats,
            "mrr": terms.mrr,
            "currency": place.currency,
            "renewsOn": self._renews_on(account).isoformat(),
            "createdAt": self._iso(account, account.signs_up),
            "simulated": True,
        }

    def _renews_on(self, account: SimulatedAccount) -> date:
        """Give the first yearly renewal after the end of history."""
        years = max(0, -((account.signs_up - self._spec.history_days) // 365))
        return self._spec.on(account.signs_up) + timedelta(days=365 * max(years, 1))

    def _iso(self, account: SimulatedAccount, day: int) -> str:
        at = datetime.fromtimestamp(self.local(account, day, 8.9) / 1000, UTC)
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def local(self, account: SimulatedAccount, day: int, hour: float) -> int:
        """Give a local hour of a day as UTC milliseconds; summer time is not worth a lookup here."""
        offset = _WINTER_OFFSETS[account.place]
        midnight = datetime.combine(self._spec.on(day), time(), UTC)
        return int((midnight.timestamp() + hour * 3600 - offset) * 1000)

    def _stream(self, number: int, purpose: int) -> np.random.Generator:
        return np.random.default_rng([self._spec.seed, purpose, number])
