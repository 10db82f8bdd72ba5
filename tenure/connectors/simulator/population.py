"""Who there is: accounts, their people, their plans. Every account is drawn from a stream of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from tenure.connectors.simulator.courses import draw_courses
from tenure.connectors.simulator.names import CULTURES, EMOJI, Culture, Word
from tenure.connectors.simulator.types import PlanTerms, SimulatedAccount, SimulatedPerson, WorldSpec

PRESENT_AT_START = 0.6

SHOWCASE: tuple[tuple[str, str, int], ...] = (
    ("english", "Premium", 16),
    ("mainland chinese", "Enterprise", 29),
    ("english", "Enterprise", 19),
    ("german", "Premium", 24),
    ("arabic", "Premium", 20),
)
"""Culture, plan and days before the end of history at which the first few accounts begin to fade.

A demo must have something to look at today, whatever the seed: some that have just been noticed, some being worked on.
"""

_PLANS = ("Starter", "Premium", "Enterprise")
_PLAN_SHARES = (0.55, 0.33, 0.12)
_SEAT_PRICE = {"Starter": 14, "Premium": 32, "Enterprise": 59}
_INDUSTRIES = ("logistics", "health", "education", "retail", "software", "finance", "media", "manufacturing", "travel")
_TITLES = {
    "administrator": ("Operations lead", "Workspace administrator", "Head of IT", "Founder"),
    "buyer": ("Procurement manager", "Finance director", "Head of purchasing"),
    "executive_sponsor": ("Chief operating officer", "Chief executive", "Vice president, operations"),
    "manager": ("Project manager", "Team lead", "Programme manager"),
    "power_user": ("Project manager", "Scrum master", "Delivery lead"),
    "champion": ("Head of delivery", "Product manager"),
    "user": ("Designer", "Engineer", "Analyst", "Account executive", "Coordinator", "Copywriter"),
}
_ACTIVE_SHARE = {
    "administrator": 0.6,
    "buyer": 0.12,
    "executive_sponsor": 0.07,
    "manager": 0.45,
    "power_user": 0.8,
    "champion": 0.6,
    "user": 0.48,
}
_EXTRA_EVENTS = {
    "administrator": 1.1,
    "buyer": 0.5,
    "executive_sponsor": 0.4,
    "manager": 0.8,
    "power_user": 2.0,
    "champion": 1.3,
    "user": 0.9,
}
_GROWTH_A_YEAR = 0.16
_SHRINKING_A_YEAR = 0.04
_NEVER = 10**6


def draw_population(spec: WorldSpec) -> tuple[SimulatedAccount, ...]:
    """Draw the accounts present at the end of history, then those that will sign up after it."""
    naming = _CompanyNames(spec.seed)
    present = round(spec.accounts * PRESENT_AT_START)
    joining = spec.accounts - present
    later = round(joining * (spec.days - spec.history_days) / max(spec.history_days, 1))
    accounts = []
    people = 0
    for number in range(spec.accounts + later):
        rng = np.random.default_rng([spec.seed, 2, number])
        if number < present:
            signs_up = -int(rng.integers(20, 900))
        elif number < spec.accounts:
            signs_up = int(rng.integers(0, spec.history_days))
        else:
            signs_up = int(rng.integers(spec.history_days, spec.days))
        account = _draw_account(spec, rng, number, signs_up, naming, people)
        people += len(account.people)
        accounts.append(account)
    return tuple(accounts)


class _CompanyNames:
    """Gives each company of a culture a name of its own."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._streams: dict[str, Iterator[tuple[Word, Word, str]]] = {}
        self._domains: Counter[str] = Counter()

    def take(self, culture: Culture) -> tuple[str, str]:
        """Give the next name and domain."""
        if culture.key not in self._streams:
            self._streams[culture.key] = self._stream(culture)
        first, second, round_ = next(self._streams[culture.key])
        name = f"{first.native}{culture.company_joiner}{second.native}{round_}"
        slug = f"{first.latin}-{second.latin}"
        self._domains[slug] += 1
        return name, f"{slug}{self._domains[slug] if self._domains[slug] > 1 else ''}.example"

    def _stream(self, culture: Culture) -> Iterator[tuple[Word, Word, str]]:
        position = [each.key for each in CULTURES].index(culture.key)
        pairs = [(first, second) for first in culture.company_first for second in culture.company_second]
        order = np.random.default_rng([self._seed, 1, position]).permutation(len(pairs))
        round_ = 1
        while True:
            for index in order:
                yield *pairs[index], f" {round_}" if round_ > 1 else ""
            round_ += 1


def _draw_account(
    spec: WorldSpec, rng: np.random.Generator, number: int, signs_up: int, naming: _CompanyNames, first_person: int
) -> SimulatedAccount:
    showcase = SHOWCASE[number] if number < len(SHOWCASE) else None
    culture = CULTURES[rng.choice(len(CULTURES), p=_shares())]
    plan = str(rng.choice(_PLANS, p=_PLAN_SHARES))
    if showcase:
        culture = next(each for each in CULTURES if each.key == showcase[0])
        plan = showcase[1]
        signs_up = min(signs_up, -200)
    name, domain = naming.take(culture)
    if rng.random() < 0.02:
        name = f"{name} {EMOJI[rng.integers(len(EMOJI))]}"
    head_count = _head_count(rng, plan)
    if showcase:
        head_count = max(head_count, 11)
    growth = max(signs_up, 0) + 40 + int(rng.exponential(365 / _GROWTH_A_YEAR))
    grows_from = None if showcase or growth >= spec.days else growth
    people = tuple(_draw_people(rng, culture, domain, number, first_person, signs_up, head_count, grows_from))
    onset = spec.history_days - showcase[2] if showcase else None
    treated, held_out = draw_courses(rng, signs_up=signs_up, days=spec.days, onset=onset)
    return SimulatedAccount(
        number=number,
        external_id=f"org_{1001 + number}",
        name=name,
        domain=domain,
        culture=culture.key,
        place=culture.places[rng.integers(len(culture.places))],
        industry=_INDUSTRIES[rng.integers(len(_INDUSTRIES))],
        employees=max(head_count, int(head_count * rng.lognormal(1.0, 0.7))),
        signs_up=signs_up,
        terms=_draw_terms(rng, plan, head_count, signs_up, grows_from, spec.days),
        grows_from=grows_from,
        people=people,
        treated=treated,
        held_out=held_out,
    )


def _shares() -> Sequence[float]:
    total = sum(culture.share for culture in CULTURES)
    return [culture.share / total for culture in CULTURES]


def _head_count(rng: np.random.Generator, plan: str) -> int:
    match plan:
        case "Starter":
            return 1 + min(int(rng.poisson(1.5)), 5)
        case "Premium":
            return 3 + min(int(rng.gamma(2.0, 2.1)), 18)
        case _:
            return 9 + min(int(rng.exponential(8)), 36)


def _draw_terms(
    rng: np.random.Generator, plan: str, head_count: int, signs_up: int, grows_from: int | None, days: int
) -> tuple[PlanTerms, ...]:
    discount = 1 - 0.2 * rng.random()
    roominess = 1 + 0.6 * rng.random()

    def terms(day: int, plan: str, people: float) -> PlanTerms:
        seats = max(1, int(np.ceil(people * roominess)))
        return PlanTerms(day=day, plan=plan, seats=seats, mrr=round(seats * _SEAT_PRICE[plan] * discount))

    drawn = [terms(signs_up, plan, head_count)]
    if grows_from is not None:
        step = _PLANS.index(plan)
        upgrade = grows_from + int(rng.integers(10, 60))
        if upgrade < days:
            drawn.append(terms(upgrade, _PLANS[min(step + 1, 2)], head_count * 1.6))
    elif plan != "Starter":
        day = max(signs_up, 0) + 60 + int(rng.exponential(365 / _SHRINKING_A_YEAR))
        if day < days:
            drawn.append(terms(day, _PLANS[_PLANS.index(plan) - 1], head_count * 0.7))
    return tuple(drawn)


def _draw_people(
    rng: np.random.Generator,
    culture: Culture,
    domain: str,
    account: int,
    first_person: int,
    signs_up: int,
    head_count: int,
    grows_from: int | None,
) -> Iterator[SimulatedPerson]:
    newcomers = int(np.ceil(head_count * rng.uniform(0.3, 0.9))) if grows_from is not None else 0
    total = head_count + newcomers
    addresses: Counter[str] = Counter()
    ranks = (rng.permutation(total) + rng.random(total)) / total
    for index in range(total):
        role = _role(rng, index, head_count)
        name, address = _person_name(rng, culture)
        addresses[address] += 1
        if addresses[address] > 1:
            address = f"{address}{addresses[address]}"
        if index == 0:
            joins = signs_up
        elif index >= head_count:
            joins = (grows_from or 0) + int(rng.exponential(40))
        elif rng.random() < 0.7:
            joins = signs_up + int(rng.exponential(5))
        else:
            joins = signs_up + 5 + int(rng.exponential(110))
        leaves = joins + 45 + int(rng.exponential(365 / 0.13)) if index > 0 else _NEVER
        yield SimulatedPerson(
            number=first_person + index,
            external_id=f"usr_{10001 + first_person + index}",
            account=account,
            name=name,
            email=f"{address}@{domain}",
            role=role,
            title=_TITLES[role][rng.integers(len(_TITLES[role]))],
            joins=joins,
            leaves=leaves,
            active_share=float(np.clip(_ACTIVE_SHARE[role] * rng.lognormal(0, 0.25), 0.03, 0.95)),
            extra_events=float(_EXTRA_EVENTS[role] * rng.lognormal(0, 0.35)),
            fade_rank=float(ranks[index]) if total > 2 else 0.0,
            absences=_draw_absences(rng, joins),
        )


def _role(rng: np.random.Generator, index: int, head_count: int) -> str:
    if index == 0 or (head_count >= 6 and index % 6 == 0):
        return "administrator"
    if index == 1 and head_count >= 3:
        return "buyer"
    if index == 2 and head_count >= 6:
        return "executive_sponsor"
    roles = ("user", "power_user", "manager", "champion")
    return str(rng.choice(roles, p=(0.66, 0.16, 0.13, 0.05)))


def _person_name(rng: np.random.Generator, culture: Culture) -> tuple[str, str]:
    given = culture.given[rng.integers(len(culture.given))]
    family = culture.family[rng.integers(len(culture.family))]
    parts = (family.native, given.native) if culture.family_first else (given.native, family.native)
    name = culture.name_joiner.join(parts)
    if rng.random() < 0.004:
        name = f"{name} {EMOJI[rng.integers(len(EMOJI))]}"
    return name, f"{given.latin}.{family.latin}"


def _draw_absences(rng: np.random.Generator, joins: int) -> tuple[tuple[int, int], ...]:
    """Draw about two absences a year for four years: a holiday, an illness, a project elsewhere."""
    absences = []
    day = joins + int(rng.exponential(180))
    start = max(joins, 0)
    while day < start + 4 * 365:
        back = day + int(rng.integers(6, 18))
        absences.append((day, back))
        day = back + int(rng.exponential(170))
    return tuple(absences)
