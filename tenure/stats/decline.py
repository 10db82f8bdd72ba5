"""Which accounts use the product well under their own normal, since when, and how sure that is.

Up to three series of use are looked at: *days of use* (each person active on a day counts one, so that one person's
very busy week weighs no more than a colleague's quiet one), *events* (all, or the key ones), and *minutes* in the
product. For each series and start day in the last eight weeks, the use since then is compared with what the twelve
weeks before would lead one to expect (`rhythm`). If nothing had changed, the recent share of all counts would be
binomial; the chance of so few is its lower tail (the conditional test of two Poisson rates: Przyborowski and Wilenski
1940, Biometrika 31:313; mid-p: Lancaster 1961, JASA 56:223). Counts vary more than Poisson's, so they are divided by
the account's dispersion, or the typical one where that is larger, and by how much more accounts wander over the weeks
than their single weeks let one think (an empirical null: Efron 2004, JASA 99:96).

The series say one thing together: their chances are combined by a weighted harmonic mean, which for small chances is
the Cauchy combination and holds however the series depend on each other (Liu and Xie 2020, JASA 115:393). The start
that is hardest to explain by chance counts; looking at many starts is paid for by Bonferroni, many accounts by
Benjamini and Hochberg at a rate that the caller chooses for the day (`allowance` says which, so that over the days,
too, only so many signals are false). A decline has to be large as well as sure. Whether it is more than one person's
absence is for `beyond_one` to say, which needs to know the people.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from tenure.stats import rhythm
from tenure.stats.falls import Looks
from tenure.stats.rhythm import Ints, Rhythm
from tenure.stats.shares import discoveries
from tenure.stats.survival import Booleans, Floats
from tenure.stats.usage import Compared, Series, Terms, Usage

_TINY = 1e-12


class Verdict(StrEnum):
    """What is said of one account."""

    TOO_LITTLE_HISTORY = "too_little_history"
    TOO_LITTLE_USE = "too_little_use"
    NORMAL = "normal"
    DECLINING = "declining"
    RECOVERED = "recovered"


@dataclasses.dataclass(frozen=True, eq=False)
class Usual:
    """What is usual for each account: per weekday (accounts × 7), and how much its weeks vary (1 = like Poisson's).

    `people_seen` is the exposure the level was learnt from, in usual days of use; an expectation built on little of it
    is itself uncertain. `minutes` is None where nobody counts them. `amounts` says of the other series how much their
    weeks vary and how much their level was learnt from, as `dispersion` and `people_seen` do of days of use.
    """

    people: Floats
    events: Floats
    dispersion: Floats
    people_seen: Floats
    minutes: Floats | None = None
    amounts: Mapping[Series, tuple[Floats, Floats]] = dataclasses.field(default_factory=dict)

    @property
    def series(self) -> dict[Series, Floats]:
        """The usual week of each series that is known."""
        known = {Series.PEOPLE: self.people, Series.EVENTS: self.events}
        return known if self.minutes is None else known | {Series.MINUTES: self.minutes}


@dataclasses.dataclass(frozen=True, eq=False)
class Judged:
    """One entry an account. `since` is the column the comparison starts at; p is NaN where nothing can be judged.

    `q_value` is the share of false ones among all accounts with a p so small. `leading` is the series in which the
    fall shows most surely.
    """

    verdict: npt.NDArray[np.object_]
    since: Ints
    p_value: Floats
    q_value: Floats
    leading: npt.NDArray[np.object_]
    compared: Mapping[Series, Compared]
    usual: Usual
    rhythms: Mapping[Series, Rhythm]

    @property
    def people(self) -> Rhythm:
        """The rhythm of days of use."""
        return self.rhythms[Series.PEOPLE]

    @property
    def events(self) -> Rhythm:
        """The rhythm of events."""
        return self.rhythms[Series.EVENTS]

    @property
    def expected_people(self) -> Floats:
        """Days of use to be expected since the start."""
        return self.compared[Series.PEOPLE].expected

    @property
    def actual_people(self) -> Floats:
        """Days of use seen since the start."""
        return self.compared[Series.PEOPLE].actual

    @property
    def ratio(self) -> Floats:
        """Days of use against expectation; NaN where nothing was expected."""
        return self.compared[Series.PEOPLE].ratio


def allowance(found_lately: int, terms: Terms, every: int = 1) -> float:
    """Return the rate for Benjamini and Hochberg today, when so many signals opened in the last `memory_days`.

    Judged anew each day at the full rate, an account book in which nobody ever declines would still have a false signal
    now and then, and they would be all it has. Each day gets its part of the whole instead, and more as there is more
    to find: batches in even parts over a sliding memory (Zrnic, Jiang, Ramdas and Jordan 2020, AISTATS 108:3806). Who
    looks only `every` so many days has the parts of those days.
    """
    return terms.false_share * min(1.0, (1 + found_lately) * every / terms.memory_days)


def judge(
    usage: Usage, *, terms: Terms | None = None, known: Booleans | None = None, rate: float | None = None
) -> Judged:
    """Judge every account at the end of the last column; `usage` has `terms.days` columns.

    `known` marks accounts whose decline was noticed before: they are not tested again, so that they do not make it
    easier for others to be called declining. `rate` is the share of those called declining today that may be so by
    chance, from `allowance`; `terms.false_share` unless told.
    """
    terms = terms or Terms()
    shape = (usage.people.shape[0], terms.days)
    if any(counts.shape != shape for counts in usage.series.values()):
        raise ValueError(f"usage needs {terms.days} days of events and of people")
    looks = Looks(usage, terms)
    accounts = shape[0]
    p_value, leading = looks.chances()
    p_value = p_value if known is None else np.where(known, np.nan, p_value)
    rate = terms.false_share if rate is None else rate
    declining = discoveries(p_value, rate=rate)
    since = looks.told_from.copy()
    found = np.flatnonzero(declining)
    since[found] = looks.began(found, leading[found])
    told = looks.told[Series.PEOPLE]
    enough_history = told.history >= terms.history_days
    enough_use = told.expected >= terms.fewest_expected
    verdict = np.full(accounts, Verdict.NORMAL, dtype=object)
    verdict[~enough_use] = Verdict.TOO_LITTLE_USE
    verdict[~enough_history] = Verdict.TOO_LITTLE_HISTORY
    verdict[declining] = Verdict.DECLINING
    compared, levels, before = looks.described(since, found)
    return Judged(
        verdict=verdict,
        since=since,
        p_value=p_value,
        q_value=_adjusted(p_value),
        leading=np.array(list(usage.series), dtype=object)[leading],
        compared=compared,
        usual=Usual(
            people=levels[Series.PEOPLE][:, None] * looks.rhythms[Series.PEOPLE].profile,
            events=levels[Series.EVENTS][:, None] * looks.rhythms[Series.EVENTS].profile,
            dispersion=looks.spread[Series.PEOPLE],
            people_seen=before[Series.PEOPLE],
            minutes=levels[Series.MINUTES][:, None] * looks.rhythms[Series.MINUTES].profile
            if Series.MINUTES in levels
            else None,
            amounts={each: (looks.spread[each], before[each]) for each in usage.series if each != Series.PEOPLE},
        ),
        rhythms=looks.rhythms,
    )


def _adjusted(p_values: Floats) -> Floats:
    """Return for each p the lowest rate at which Benjamini and Hochberg would pick it; NaN stays."""
    q_values = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    scaled = p_values[order] * len(order) / np.arange(1, len(order) + 1)
    q_values[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return q_values


def recovered(
    usage: Usage, usual: Usual, factors: Mapping[Series, Floats], leading: Sequence[Series], terms: Terms
) -> Booleans:
    """Say which accounts are back: the last `recovery_days` against the `usual` of before they declined.

    The factors are those of their days (accounts × days, as `Rhythm.factor`). The line for coming back lies above the
    line for falling, so that nobody flickers between the two: days of use, and what the decline showed in most, have
    to be nearly as before, the rest at least not fallen.
    """
    last = slice(-terms.recovery_days, None)
    weekday = rhythm.weekdays(usage.first_weekday, usage.people.shape[1])[last]
    back = np.ones(usage.people.shape[0], dtype=np.bool_)
    for series, week in usual.series.items():
        if series not in usage.series:
            continue
        expected = (week[:, weekday] * factors[series][:, last]).sum(axis=1)
        seen = usage.series[series][:, last].sum(axis=1)
        leads = np.array([each == series or series == Series.PEOPLE for each in leading], dtype=np.bool_)
        back &= np.where(
            leads, seen >= terms.recovered * expected, (seen > (1 - terms.fall) * expected) | (expected <= 0)
        )
    return back


def beyond_one(
    account: npt.NDArray[np.intp], expected: Floats, actual: Floats, accounts: int, *, terms: Terms
) -> Booleans:
    """Say for each account whether it has faded even without the person who faded most.

    One entry a person: which account (0 … accounts − 1), use expected since the start, and seen. Where fewer
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
