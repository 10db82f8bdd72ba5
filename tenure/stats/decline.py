"""Which accounts use the product well under their own normal, since when, and how sure that is.

For each account and each start day in the last four weeks, the use since then is compared with what the twelve weeks
before would lead one to expect (`rhythm`). If nothing had changed, the recent share of all counts would be binomial;
the chance of so few is its lower tail, with counts divided by the account's dispersion (the conditional test of two
Poisson rates: Przyborowski and Wilenski 1940, Biometrika 31:313). The start that is hardest to explain by chance is
when the decline began; four weeks of looking are paid for by Bonferroni, many accounts by Benjamini and Hochberg. As
this is asked anew every day, the chance of a false alarm a day has to be small.

Use is counted in *days of use*: each person active on a day counts one, so that one person's very busy week weighs no
more than a colleague's quiet one. Events must have fallen too. Whether it is more than one person's absence is for
`beyond_one` to say, which needs to know the people.
"""

import dataclasses
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from tenure.stats import rhythm
from tenure.stats.rhythm import Rhythm
from tenure.stats.shares import discoveries
from tenure.stats.survival import Booleans, Floats

_TINY = 1e-12


@dataclasses.dataclass(frozen=True, kw_only=True)
class Terms:
    """What is agreed to be a decline. Days are whole days; shares are of the account's own expectation."""

    settling_days: int = 14
    baseline_days: int = 84
    history_days: int = 28
    shortest_days: int = 7
    longest_days: int = 28
    fall: float = 0.30
    rest_fall: float = 0.25
    false_chance: float = 0.03
    fewest_expected: float = 4.0
    recovery_days: int = 14
    recovered: float = 0.85

    @property
    def days(self) -> int:
        """How many days of use a judgement looks at."""
        return self.settling_days + self.baseline_days + self.longest_days


class Verdict(StrEnum):
    """What is said of one account."""

    TOO_LITTLE_HISTORY = "too_little_history"
    TOO_LITTLE_USE = "too_little_use"
    NORMAL = "normal"
    DECLINING = "declining"
    RECOVERED = "recovered"


@dataclasses.dataclass(frozen=True, eq=False)
class Usage:
    """Use by account and day: events and days of use (active people), accounts × days, the last day complete.

    `first_weekday` is the weekday (0 = Monday) of the first column. `group` numbers what an account shares holidays
    with (its time zone) from 0, −1 for unknown; None when nothing is known of any.
    """

    events: Floats
    people: Floats
    first_weekday: int
    group: npt.NDArray[np.intp] | None = None

    @property
    def groups(self) -> npt.NDArray[np.intp]:
        """The group of each account."""
        return np.full(self.people.shape[0], -1) if self.group is None else self.group

    def of(self, rows: Sequence[int] | npt.NDArray[np.intp]) -> "Usage":
        """Return the use of some accounts only."""
        chosen = np.asarray(rows, dtype=np.intp)
        return Usage(self.events[chosen], self.people[chosen], self.first_weekday, self.groups[chosen])

    def seen(self, settling_days: int) -> Booleans:
        """Mark the days that count: from so long after the account's first active day in these columns.

        One already active in the first `settling_days` columns is known from before.
        """
        active = self.people > 0
        first = np.where(active.any(axis=1), active.argmax(axis=1), self.people.shape[1])
        since: Booleans = np.arange(self.people.shape[1]) >= first[:, None] + settling_days
        return since


@dataclasses.dataclass(frozen=True, eq=False)
class Usual:
    """What is usual for each account: per weekday (accounts × 7), and how much its weeks vary (1 = like Poisson's).

    `people_seen` is the exposure the level was learnt from, in usual days of use; an expectation built on little of it
    is itself uncertain.
    """

    people: Floats
    events: Floats
    dispersion: Floats
    people_seen: Floats


@dataclasses.dataclass(frozen=True, eq=False)
class Judged:
    """One entry an account. `since` is the column the comparison starts at; p is NaN where nothing can be judged."""

    verdict: npt.NDArray[np.object_]
    since: npt.NDArray[np.intp]
    expected_people: Floats
    actual_people: Floats
    expected_events: Floats
    actual_events: Floats
    p_value: Floats
    usual: Usual
    people: Rhythm
    events: Rhythm

    @property
    def ratio(self) -> Floats:
        """Days of use against expectation; NaN where nothing was expected."""
        expected = np.where(self.expected_people > 0, self.expected_people, np.nan)
        return self.actual_people / expected


@dataclasses.dataclass(frozen=True, eq=False)
class _Compared:
    """Accounts × start days: what was expected and seen since each start, and the tail probability."""

    starts: npt.NDArray[np.intp]
    expected: Floats
    actual: Floats
    before: Floats
    level: Floats
    history: Floats
    p_value: Floats


def judge(usage: Usage, *, terms: Terms | None = None, known: Booleans | None = None) -> Judged:
    """Judge every account at the end of the last column; `usage` has `terms.days` columns.

    `known` marks accounts whose decline was noticed before: they are not tested again, so that they do not make it
    easier for others to be called declining. On a day on which nobody's use has changed, the chance that anybody is
    called declining is at most `terms.false_chance`; on other days at most that share of those called are so by chance.
    """
    terms = terms or Terms()
    if usage.people.shape != usage.events.shape or usage.people.shape[1] != terms.days:
        raise ValueError(f"usage needs {terms.days} days of events and of people")
    seen = usage.seen(terms.settling_days)
    weekday = rhythm.weekdays(usage.first_weekday, terms.days)
    baseline = np.arange(terms.settling_days, terms.days - terms.longest_days)

    group = usage.groups
    groups = int(group.max(initial=-1)) + 1
    of_people = rhythm.rhythm_of(usage.people, seen, weekday, baseline, group, groups)
    of_events = rhythm.rhythm_of(usage.events, seen, weekday, baseline, group, groups)
    spread = rhythm.dispersion(usage.people[:, baseline], of_people.exposure[:, baseline], seen[:, baseline])
    people = _compare(usage.people, of_people.exposure, seen, spread, terms)
    events = _compare(usage.events, of_events.exposure, seen, np.ones_like(spread), terms)

    rows = np.arange(usage.people.shape[0])
    hardest = np.where(np.isnan(people.p_value), 2.0, people.p_value).argmin(axis=1)
    p_value = np.minimum(1.0, people.p_value[rows, hardest] * (terms.longest_days / terms.shortest_days))
    p_value = p_value if known is None else np.where(known, np.nan, p_value)
    low_enough = (_share(people)[rows, hardest] <= 1 - terms.fall) & (_share(events)[rows, hardest] <= 1 - terms.fall)
    still = _share(people)[:, -1] <= terms.recovered
    declining = discoveries(p_value, rate=terms.false_chance) & low_enough & still

    # One that is not declining is described by the longest comparison, whose baseline is the oldest.
    chosen = np.where(declining, hardest, 0)
    enough_history = people.history[:, 0] >= terms.history_days
    enough_use = people.expected[:, 0] >= terms.fewest_expected
    verdict = np.full(rows.shape, Verdict.NORMAL, dtype=object)
    verdict[declining] = Verdict.DECLINING
    verdict[~declining & ~enough_use] = Verdict.TOO_LITTLE_USE
    verdict[~declining & ~enough_history] = Verdict.TOO_LITTLE_HISTORY
    return Judged(
        verdict=verdict,
        since=people.starts[chosen],
        expected_people=people.expected[rows, chosen],
        actual_people=people.actual[rows, chosen],
        expected_events=events.expected[rows, chosen],
        actual_events=events.actual[rows, chosen],
        p_value=p_value,
        usual=Usual(
            people=people.level[rows, chosen][:, None] * of_people.profile,
            events=events.level[rows, chosen][:, None] * of_events.profile,
            dispersion=spread,
            people_seen=people.before[rows, chosen],
        ),
        people=of_people,
        events=of_events,
    )


def recovered(usage: Usage, usual: Usual, factor_people: Floats, factor_events: Floats, terms: Terms) -> Booleans:
    """Say which accounts are back: the last `recovery_days` against the `usual` of before they declined.

    The factors are those of their days (accounts × days, as `Rhythm.factor`). The line for coming back lies above the
    line for falling, so that nobody flickers between the two.
    """
    last = slice(-terms.recovery_days, None)
    weekday = rhythm.weekdays(usage.first_weekday, usage.people.shape[1])[last]
    people = (usual.people[:, weekday] * factor_people[:, last]).sum(axis=1)
    events = (usual.events[:, weekday] * factor_events[:, last]).sum(axis=1)
    back: Booleans = (usage.people[:, last].sum(axis=1) >= terms.recovered * people) & (
        usage.events[:, last].sum(axis=1) > (1 - terms.fall) * events
    )
    return back


def beyond_one(
    account: npt.NDArray[np.intp], expected: Floats, actual: Floats, accounts: int, *, terms: Terms
) -> Booleans:
    """Say for each account whether it has faded even without the person who faded most.

    One entry a person: which account (0 … accounts − 1), days of use expected since the start, and seen. Where fewer
    than three people were to be expected at all, each of them matters and the answer is yes.
    """
    regular = np.bincount(account, expected >= 0.5, accounts)
    drop = expected - actual
    order = np.lexsort((-drop, account))
    most = np.zeros(account.shape, dtype=np.bool_)
    if account.size:
        of = account[order]
        most[order[np.r_[True, of[1:] != of[:-1]]]] = True
    rest_expected = np.bincount(account[~most], expected[~most], accounts)
    rest_actual = np.bincount(account[~most], actual[~most], accounts)
    faded: Booleans = (regular < 3) | (rest_actual <= (1 - terms.rest_fall) * rest_expected)
    return faded


def expectation_band(expected: Floats, seen_before: float, dispersion: float) -> tuple[Floats, Floats]:
    """Return between which counts 19 in 20 sums with this expectation fall, given what the level was learnt from."""
    from scipy import special

    z = float(special.ndtri(0.975))
    spread = z * np.sqrt(dispersion * expected * (1 + expected / max(seen_before, _TINY)))
    return np.maximum(expected - spread, 0.0), expected + spread


def _compare(counts: Floats, exposure: Floats, seen: Booleans, spread: Floats, terms: Terms) -> _Compared:
    from scipy import special

    days = counts.shape[1]
    starts = days - np.arange(terms.longest_days, terms.shortest_days - 1, -1)
    begins = np.maximum(starts - terms.baseline_days, 0)
    up_to_counts, up_to_exposure, up_to_seen = (
        np.pad(np.cumsum(each, axis=1, dtype=np.float64), ((0, 0), (1, 0)))
        for each in (np.where(seen, counts, 0.0), exposure, seen)
    )
    actual = up_to_counts[:, -1:] - up_to_counts[:, starts]
    known = up_to_exposure[:, -1:] - up_to_exposure[:, starts]
    before = up_to_counts[:, starts] - up_to_counts[:, begins]
    known_before = up_to_exposure[:, starts] - up_to_exposure[:, begins]
    history = up_to_seen[:, starts] - up_to_seen[:, begins]
    level = np.where(known_before > 0, before / np.maximum(known_before, _TINY), 0.0)
    expected = level * known
    recent_share = known / np.maximum(known + known_before, _TINY)
    few, many = actual / spread[:, None], before / spread[:, None]
    tail = special.betainc(np.maximum(many, _TINY), few + 1, 1 - recent_share)
    judged = (history >= terms.history_days) & (expected > 0)
    return _Compared(
        starts=starts,
        expected=expected,
        actual=actual,
        before=before,
        level=level,
        history=history,
        p_value=np.where(judged, tail, np.nan),
    )


def _share(compared: _Compared) -> Floats:
    return np.where(compared.expected > 0, compared.actual / np.maximum(compared.expected, _TINY), np.inf)
