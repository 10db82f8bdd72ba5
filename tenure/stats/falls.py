"""How hard the recent use of each account is to explain by chance: what `decline.judge` rests on."""

import dataclasses

import numpy as np
import numpy.typing as npt

from tenure.stats import rhythm
from tenure.stats.rhythm import Ints, Rhythm, Scatter, Weeks
from tenure.stats.survival import Booleans, Floats
from tenure.stats.usage import WEIGHTS, Compared, Series, Terms, Usage

FEWEST_FOR_WIDER = 50
"""With fewer accounts nobody can say how much accounts wander."""
ENOUGH_FOR_WIDER = 10.0
"""So much must be expected of an account for its ups and downs to be told from counting."""
SHORTEST_TOLD = 4
"""A decline is not said to have begun later than so many days ago: of fewer nobody can tell."""
_LENGTHS = 4
_LONGER_TAIL = 0.4
_QUARTER = 0.6745
"""How far the quarters of a standard normal lie from its middle."""
_TINY = 1e-12


@dataclasses.dataclass(frozen=True, eq=False)
class Since:
    """Accounts × start days: what was expected and seen since each start, and what that was learnt from.

    `busy` is how much of an ordinary day's use was to be expected of the days since, on average.
    """

    expected: Floats
    actual: Floats
    before: Floats
    level: Floats
    history: Floats
    busy: Floats

    @property
    def share(self) -> Floats:
        """What was seen of what was expected; infinite where nothing was."""
        return np.where(self.expected > 0, self.actual / np.maximum(self.expected, _TINY), np.inf)


@dataclasses.dataclass(frozen=True, eq=False)
class Told:
    """The comparison by which an account that is not declining is described, in one series."""

    expected: Floats
    actual: Floats
    before: Floats
    level: Floats
    history: Floats


class Looks:
    """One look at the use of all accounts: what is usual, how far below that they are, how likely that is by chance."""

    def __init__(self, usage: Usage, terms: Terms) -> None:
        self.usage, self.terms = usage, terms
        self.seen_from = usage.seen_from(terms.settling_days)
        weekday = rhythm.weekdays(usage.first_weekday, terms.days)
        group = usage.groups
        groups = int(group.max(initial=-1)) + 1
        self.rhythms: dict[Series, Rhythm] = {}
        self.growing: dict[Series, Floats] = {}
        self.spread: dict[Series, Floats] = {}
        self.typical: dict[Series, Floats] = {}
        self.told: dict[Series, Told] = {}
        self.wider: dict[Series, Floats] = {}
        self.told_from = np.zeros(usage.people.shape[0], dtype=np.intp)
        self._low = np.zeros(usage.people.shape[0], dtype=np.bool_)
        for series, counts in usage.series.items():
            found = rhythm.rhythm_of(counts, self.seen_from, weekday, terms.baseline, group, groups)
            self.rhythms[series] = found
            scatter, least = self._weigh(series)
            self.spread[series] = rhythm.dispersion(scatter, least)
            if series != Series.PEOPLE:
                # What is done on a day of use comes or stays away with that day: it is known no better than the days.
                a_day = found.level / np.maximum(self.rhythms[Series.PEOPLE].level, _TINY)
                at_least = np.where(self.rhythms[Series.PEOPLE].level > 0, a_day * self.spread[Series.PEOPLE], 1.0)
                self.spread[series] = np.maximum(self.spread[series], at_least)
            self.typical[series] = least * _typical(self.spread[series] / least, scatter.counts)
            self._survey(series)

    def _weigh(self, series: Series) -> tuple[Scatter, Floats]:
        """Look at the weeks of all accounts: how they grow, how they vary, and how little they can."""
        accounts = len(self.seen_from)
        growing, least = np.zeros(accounts), np.ones(accounts)
        parts = []
        for rows in rhythm.blocks(accounts):
            weeks = Weeks.of(self.rhythms[series], self.usage.series[series], self.terms.baseline, rows)
            growing[rows] = rhythm.growth(weeks)
            parts.append(rhythm.scatter(weeks, growing[rows]))
            if series == Series.PEOPLE:
                least[rows] = rhythm.least_dispersion(weeks)
        self.growing[series] = growing
        columns = ([getattr(part, name) for part in parts] for name in ("chi_square", "freedom", "counts"))
        return Scatter(*(np.concatenate(each) if each else np.zeros(0) for each in columns)), least

    def _survey(self, series: Series) -> None:
        """Compare all accounts once: keep what describes each, who is low at all, and how much accounts wander."""
        terms, accounts = self.terms, self.usage.people.shape[0]
        kept = {name: np.zeros(accounts) for name in ("expected", "actual", "before", "level", "history")}
        told = int(np.flatnonzero(terms.starts == terms.days - terms.told_days)[0])
        lengths = np.linspace(0, len(terms.starts) - 1, _LENGTHS).round().astype(np.intp)
        distance = np.full((accounts, _LENGTHS), np.nan, dtype=np.float32)
        for rows in rhythm.blocks(accounts):
            found = self.since(series, rows)
            # The youngest are told of over fewer days: the most that leave enough to learn from.
            at = np.maximum(told, (found.history >= terms.history_days).argmax(axis=1))
            for name, column in kept.items():
                column[rows] = getattr(found, name)[np.arange(len(at)), at]
            self.told_from[rows] = terms.starts[at]
            if series != Series.PEOPLE:
                self._low[rows] |= (found.share <= 1 - terms.fall).any(axis=1)
            expected, actual = found.expected[:, lengths], found.actual[:, lengths]
            scale = self.spread[series][rows, None] * (1 + expected / np.maximum(found.before[:, lengths], _TINY))
            z = 2 * (np.sqrt(actual + 0.375) - np.sqrt(expected + 0.375)) / np.sqrt(scale)
            telling = (expected >= ENOUGH_FOR_WIDER) & (found.history[:, lengths] >= terms.history_days)
            distance[rows] = np.where(telling, z, np.nan)
        self.told[series] = Told(**kept)
        self.wider[series] = np.interp(np.arange(len(terms.starts)), lengths, _wider(distance))

    def since(self, series: Series, rows: "Ints | slice") -> Since:
        """Compare some accounts from every start day on."""
        terms = self.terms
        counts, exposure, seen = self._exposed(series, rows)
        starts = terms.starts
        begins = np.maximum(starts - terms.baseline_days, 0)
        actual = counts[:, -1:] - counts[:, starts]
        known = exposure[:, -1:] - exposure[:, starts]
        before = counts[:, starts] - counts[:, begins]
        known_before = exposure[:, starts] - exposure[:, begins]
        level = np.where(known_before > 0, before / np.maximum(known_before, _TINY), 0.0)
        return Since(
            expected=level * known,
            actual=actual,
            before=before,
            level=level,
            history=np.maximum(starts - np.maximum(begins, seen[:, None]), 0.0),
            busy=known / (terms.days - starts),
        )

    def _exposed(self, series: Series, rows: "Ints | slice") -> tuple[Floats, Floats, Ints]:
        """Return what some accounts' counts and exposures have come to before each column, and from when they count."""
        seen = self.seen_from[rows]
        counts = rhythm.counted(self.usage.series[series][rows], seen)
        exposure = self.rhythms[series].exposure(rows)
        growing = self.growing[series][rows]
        if growing.any():
            weeks_before = (self.terms.baseline.stop - 1 - np.arange(self.terms.days)) / 7
            exposure *= rhythm.grown_by(growing, weeks_before)
        for n, row in self._with_fewer_seats(rows):
            exposure[n] *= self.usage.allowed[row]
        return (
            np.pad(np.cumsum(counts, axis=1, dtype=np.float64), ((0, 0), (1, 0))),
            np.pad(np.cumsum(exposure, axis=1), ((0, 0), (1, 0))),
            seen,
        )

    def _with_fewer_seats(self, rows: "Ints | slice") -> list[tuple[int, int]]:
        if not self.usage.allowed:
            return []
        chosen = np.arange(len(self.seen_from))[rows].tolist()
        return [(n, row) for n, row in enumerate(chosen) if row in self.usage.allowed]

    def chances(self) -> tuple[Floats, Ints]:
        """Return each account's p (NaN where nothing can be judged) and the number of its leading series.

        Only accounts that are low enough somewhere are worked out; the chance of the others counts as 1.
        """
        accounts = self.usage.people.shape[0]
        p_value = np.where(self._judged(), 1.0, np.nan)
        leading = np.zeros(accounts, dtype=np.intp)
        low = np.flatnonzero(self._low & ~np.isnan(p_value))
        for block in rhythm.blocks(len(low)):
            rows = low[block]
            p_value[rows], leading[rows] = self._chances_of(rows)
        return p_value, leading

    def _judged(self) -> Booleans:
        told = self.told[Series.PEOPLE]
        enough: Booleans = (told.expected > 0) & (told.history >= self.terms.history_days)
        return enough

    def _chances_of(self, rows: Ints) -> tuple[Floats, Ints]:
        terms = self.terms
        found = {series: self.since(series, rows) for series in self.usage.series}
        chance = {series: self.chance(series, rows, each) for series, each in found.items()}
        fell = {series: each.share <= 1 - terms.fall for series, each in found.items()}
        still = {series: each.share[:, -1:] <= terms.recovered for series, each in found.items()}
        amounts = [series for series in found if series != Series.PEOPLE]
        together = fell[Series.PEOPLE] & still[Series.PEOPLE] & np.any([fell[s] for s in amounts], axis=0)
        whole = _harmonic([chance[s] for s in found], [WEIGHTS[s] for s in found])
        alone = [
            np.where((found[s].share <= 1 - terms.amount_fall) & still[s], chance[s] * len(amounts) * 2, 1.0)
            for s in amounts
        ]
        p_value = np.where(together, whole, np.minimum(1.0, np.min(alone, axis=0)))
        enough = found[Series.PEOPLE].history >= terms.history_days
        p_value = np.where(enough, p_value, 1.0)
        hardest = p_value.argmin(axis=1)
        at = np.arange(len(rows))
        paid = np.minimum(1.0, p_value[at, hardest] * terms.looks)
        # A team that fades takes its events and minutes with it: then people are what it is about.
        by_amount = np.array([alone[n][at, hardest] for n in range(len(amounts))]).argmin(axis=0) + 1
        return paid, np.where(together[at, hardest], 0, by_amount)

    def chance(self, series: Series, rows: Ints, found: Since) -> Floats:
        """Return the chance of so little: the lower tail of the recent share of scaled counts (mid-p)."""
        from scipy import special

        spread = np.maximum(self.spread[series][rows], self.typical[series][rows])[:, None] * self.wider[series] ** 2
        # Where days vary less than Poisson's they vary more in a quiet season, when everybody comes less often, and few
        # of them more than many: a binomial's tail is longer than that of scaled counts, by two fifths of the way to
        # Poisson's when nobody comes (their relative entropies).
        less = np.maximum(1 - spread, 0) * np.minimum(found.busy, 1)
        less = less * (1 - _LONGER_TAIL * (1 - np.clip(found.share, 0, 1)))
        spread = np.where(spread < 1, 1 - less, spread)
        few, many = found.actual / spread, found.before / spread
        since = found.expected / np.maximum(found.expected + found.before, _TINY)
        tail: Floats = special.betainc(np.maximum(many, _TINY), few + 0.5, 1 - since)
        return np.where(found.expected > 0, tail, 1.0)

    def began(self, rows: Ints, leading: Ints) -> Ints:
        """Return the column at which the use of some accounts changed most, in their leading series.

        The likeliest point of change from one level to a lower one (Hinkley 1970, Biometrika 57:1) over all days with
        enough before them, not only the last weeks: a slow fade has begun long ago.
        """
        terms = self.terms
        began = np.zeros(len(rows), dtype=np.intp)
        for number, series in enumerate(self.usage.series):
            own = np.flatnonzero(leading == number)
            if not own.size:
                continue
            counts, exposure, seen = self._exposed(series, rows[own])
            columns = np.arange(terms.days - SHORTEST_TOLD + 1)
            before, after = counts[:, columns], counts[:, -1:] - counts[:, columns]
            known, since = exposure[:, columns], exposure[:, -1:] - exposure[:, columns]
            gain = _of(before, known) + _of(after, since)
            lower = before * since > after * known
            possible = lower & (columns >= np.minimum(seen + terms.history_days, terms.starts[-1])[:, None])
            began[own] = np.where(possible, gain, -np.inf).argmax(axis=1)
        return began

    def described(
        self, since: Ints, declining: Ints
    ) -> tuple[dict[Series, Compared], dict[Series, Floats], dict[Series, Floats]]:
        """Return what was expected and seen since each account's start, its usual level, and what that came from."""
        compared, levels, seen_before = {}, {}, {}
        for series, whole in self.told.items():
            expected, actual, level = whole.expected.copy(), whole.actual.copy(), whole.level.copy()
            before = whole.before.copy()
            if declining.size:
                counts, exposure, _seen = self._exposed(series, declining)
                at, start = np.arange(len(declining)), since[declining]
                begin = np.maximum(start - self.terms.baseline_days, 0)
                before[declining] = counts[at, start] - counts[at, begin]
                known = exposure[at, start] - exposure[at, begin]
                level[declining] = np.where(known > 0, before[declining] / np.maximum(known, _TINY), 0.0)
                actual[declining] = counts[:, -1] - counts[at, start]
                expected[declining] = level[declining] * (exposure[:, -1] - exposure[at, start])
            compared[series], levels[series] = Compared(expected, actual), level
            seen_before[series] = before
        return compared, levels, seen_before


def _typical(spread: Floats, counts: Floats) -> float:
    """Return by how much accounts that have some use vary more than the least: nobody is taken to be steadier."""
    known = counts > 0
    return float(np.median(spread[known])) if known.any() else 1.0


def _wider(distance: npt.NDArray[np.float32]) -> Floats:
    """Return how much wider than expected accounts spread at each length, by the quarters of them; never under 1."""
    found = np.ones(distance.shape[1])
    for n in range(distance.shape[1]):
        known = distance[~np.isnan(distance[:, n]), n]
        if len(known) >= FEWEST_FOR_WIDER:
            low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
            # Many who fade at once, or grow, pull one side out: the other still says what chance does.
            found[n] = max(1.0, float(min(middle - low, high - middle)) / _QUARTER)
    return found


def _harmonic(chances: list[Floats], weights: list[float]) -> Floats:
    inverse = np.zeros_like(chances[0])
    for chance, weight in zip(chances, weights, strict=True):
        inverse += weight / sum(weights) / np.maximum(chance, 1e-300)
    mean: Floats = 1 / inverse
    return mean


def _of(count: Floats, exposure: Floats) -> Floats:
    """Return the log likelihood of counts at the level that fits them best, but for what does not change."""
    rate = count / np.maximum(exposure, _TINY)
    return np.where(count > 0, count * np.log(np.maximum(rate, _TINY)), 0.0)
