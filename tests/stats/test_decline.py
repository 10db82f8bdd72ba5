"""Activity decline: what fires, what must not, and how often by chance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tenure.stats.decline import Judged, Verdict, allowance, beyond_one, expectation_band, judge, recovered
from tenure.stats.falls import Looks, Since
from tenure.stats.survival import Floats
from tenure.stats.usage import Series, Terms, Usage

TERMS = Terms()
WEEK = np.array([1.0, 1.05, 1.1, 1.05, 0.9, 0.25, 0.2])
MONDAY = 0


def given_usage(
    rng: np.random.Generator, accounts: int, *, team: int = 8, keen: float = 0.4, factor: Floats | None = None
) -> tuple[Usage, Floats]:
    """Simulate teams of people who use the product on some days; returns it and people × days of each account.

    `factor` (accounts × people × days, or broadcastable) scales how likely each is to be active.
    """
    weekday = WEEK[np.arange(TERMS.days) % 7]
    chance = keen * weekday * (np.ones((accounts, team, TERMS.days)) if factor is None else factor)
    active = rng.random((accounts, team, TERMS.days)) < chance
    people = active.sum(axis=1).astype(np.float64)
    events = (active * (1 + rng.poisson(3, active.shape))).sum(axis=1).astype(np.float64)
    return Usage(events, people, MONDAY), active


def verdict_counts(judged: Judged) -> dict[str, int]:
    names, counts = np.unique(judged.verdict.astype(str), return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def faded(accounts: int, team: int, who: int, people: slice, since: int, to: float) -> Floats:
    factor = np.ones((accounts, team, TERMS.days))
    factor[:who, people, since:] = to
    return factor


def test_finds_whole_teams_that_fade_and_when_they_began() -> None:
    rng = np.random.default_rng(1)
    since = TERMS.days - 14
    usage, _ = given_usage(rng, 200, factor=faded(200, 8, 20, slice(None), since, 0.3))

    judged = judge(usage)

    assert (judged.verdict[:20] == Verdict.DECLINING).sum() == 20
    assert (judged.verdict[20:] == Verdict.DECLINING).sum() <= 4
    assert abs(np.median(judged.since[:20]) - since) <= 2
    assert np.all(judged.ratio[:20] < 0.7)
    assert judged.ratio[20:].mean() == pytest.approx(1, abs=0.05)


def test_expects_what_the_twelve_weeks_before_would_lead_one_to() -> None:
    rng = np.random.default_rng(2)
    usage, _ = given_usage(rng, 300)

    judged = judge(usage)

    truth = 8 * 0.4 * WEEK[np.arange(TERMS.days) % 7][-28:].sum()
    assert set(judged.since[judged.verdict == Verdict.NORMAL].tolist()) == {TERMS.days - 28}
    assert judged.expected_people.mean() == pytest.approx(truth, rel=0.02)
    assert judged.usual.people.sum(axis=1).mean() == pytest.approx(8 * 0.4 * WEEK.sum(), rel=0.02)


def test_stays_calm_when_a_holiday_empties_everybody() -> None:
    rng = np.random.default_rng(3)
    factor = np.ones((1, 1, TERMS.days))
    factor[:, :, -9:] = 0.35
    usage, _ = given_usage(rng, 300, factor=factor)

    judged = judge(usage)

    assert verdict_counts(judged).get(Verdict.DECLINING, 0) <= 3
    assert judged.people.common[-9:-2].mean() == pytest.approx(0.35, abs=0.05)


def test_is_not_blind_to_a_decline_inside_a_holiday() -> None:
    rng = np.random.default_rng(4)
    factor = faded(300, 8, 10, slice(None), TERMS.days - 21, 0.2)
    factor[:, :, -9:-3] *= 0.4

    judged = judge(given_usage(rng, 300, factor=factor)[0])

    assert (judged.verdict[:10] == Verdict.DECLINING).sum() >= 9
    assert (judged.verdict[10:] == Verdict.DECLINING).sum() <= 4


def test_calls_hardly_anybody_declining_on_days_when_nobody_is() -> None:
    called = []
    for seed in range(20):
        usage, _ = given_usage(np.random.default_rng(seed), 400, team=5, keen=0.3)
        called.append(int((judge(usage).verdict == Verdict.DECLINING).sum()))

    assert np.mean([c > 0 for c in called]) <= TERMS.false_share + 0.05


def test_a_quiet_quarter_has_a_tenth_of_a_false_signal_at_most() -> None:
    assert allowance(0, TERMS) == pytest.approx(0.10 / 90)
    assert allowance(8, TERMS) == pytest.approx(0.01)
    assert allowance(89, TERMS) == allowance(10_000, TERMS) == 0.10
    assert allowance(0, TERMS, every=7) == pytest.approx(0.70 / 90)


def test_those_noticed_before_do_not_make_it_easier_for_others() -> None:
    rng = np.random.default_rng(11)
    usage, _ = given_usage(rng, 200, factor=faded(200, 8, 60, slice(None), TERMS.days - 14, 0.2))
    known = np.arange(200) < 60

    judged = judge(usage, known=known)
    alone = judge(usage)

    assert np.all(np.isnan(judged.p_value[:60]))
    assert (judged.verdict[:60] == Verdict.DECLINING).sum() == 0
    assert (alone.verdict[:60] == Verdict.DECLINING).sum() >= 55
    assert (judged.verdict[60:] == Verdict.DECLINING).sum() <= (alone.verdict[60:] == Verdict.DECLINING).sum()


def given_two_zones(seed: int, quiet: float) -> Usage:
    """Simulate 120 accounts of which the first 20 share a time zone that has a holiday of nine days at the end."""
    factor = np.ones((120, 1, TERMS.days))
    factor[:20, :, -9:] = quiet
    usage, _ = given_usage(np.random.default_rng(seed), 120, factor=factor)
    return Usage(usage.events, usage.people, MONDAY, np.where(np.arange(120) < 20, 0, -1))


def test_stays_calm_when_a_time_zone_has_a_holiday() -> None:
    usage = given_two_zones(12, 0.1)

    judged = judge(usage)
    without = judge(Usage(usage.events, usage.people, MONDAY))

    assert (without.verdict[:20] == Verdict.DECLINING).sum() >= 15
    assert (judged.verdict == Verdict.DECLINING).sum() <= 1
    assert judged.people.by_group[0, -9:-2].mean() < 0.3
    assert judged.people.by_group[0, :-9].mean() > 0.9


def test_nobody_is_excused_by_their_own_quiet() -> None:
    factor = np.ones((120, 8, TERMS.days))
    factor[0, :, -14:] = 0.1
    usage, _ = given_usage(np.random.default_rng(13), 120, factor=factor)
    zones = np.where(np.arange(120) < 5, 0, -1)

    judged = judge(Usage(usage.events, usage.people, MONDAY, zones))

    assert judged.verdict[0] == Verdict.DECLINING
    assert judged.people.factor(np.array([0]))[0, -14:].mean() > 0.75


def test_a_time_zone_of_few_says_nothing() -> None:
    usage = given_two_zones(14, 0.1)
    zones = np.where(np.arange(120) < 3, 0, -1)

    judged = judge(Usage(usage.events, usage.people, MONDAY, zones))

    assert judged.people.by_group[0].tolist() == judged.people.common.tolist()


def test_keeps_its_word_when_people_come_in_bursts() -> None:
    """Whole weeks away make counts vary more than Poisson's; the dispersion has to absorb it."""
    called = 0
    for seed in range(20):
        rng = np.random.default_rng(100 + seed)
        away = np.repeat(rng.random((400, 5, TERMS.days // 7 + 1)) < 0.3, 7, axis=2)[:, :, : TERMS.days]
        usage, _ = given_usage(rng, 400, team=5, keen=0.4, factor=np.where(away, 0.0, 1.0))
        judged = judge(usage, rate=allowance(8, TERMS))
        called += int((judged.verdict == Verdict.DECLINING).sum())

    assert called <= 3


def test_never_judges_a_new_account() -> None:
    rng = np.random.default_rng(5)
    usage, _ = given_usage(rng, 100, factor=faded(100, 8, 5, slice(None), TERMS.days - 14, 0.0))
    youngest_judged = TERMS.settling_days + TERMS.history_days + TERMS.shortest_days
    usage.people[:5, : TERMS.days - youngest_judged + 1] = 0
    usage.events[:5, : TERMS.days - youngest_judged + 1] = 0

    judged = judge(usage)

    assert set(judged.verdict[:5].tolist()) == {Verdict.TOO_LITTLE_HISTORY}


def test_has_nothing_to_say_of_hardly_any_use() -> None:
    people = np.zeros((1, TERMS.days))
    people[0, ::40] = 1

    judged = judge(Usage(people, people, MONDAY))

    assert judged.verdict.tolist() == [Verdict.TOO_LITTLE_USE]


def test_says_of_an_account_without_use_that_there_is_no_history() -> None:
    nothing = np.zeros((3, TERMS.days))

    judged = judge(Usage(nothing, nothing, MONDAY))

    assert set(judged.verdict.tolist()) == {Verdict.TOO_LITTLE_HISTORY}
    assert np.all(np.isnan(judged.p_value))
    assert np.all(np.isnan(judged.ratio))


def test_needs_events_to_have_fallen_too() -> None:
    rng = np.random.default_rng(6)
    usage, _ = given_usage(rng, 100, factor=faded(100, 8, 5, slice(None), TERMS.days - 14, 0.3))
    busy = Usage(usage.people * 4, usage.people, MONDAY)
    busy.events[:5, -14:] = busy.events[:5, -42:-28]

    assert (judge(busy).verdict[:5] == Verdict.DECLINING).sum() == 0


def test_refuses_another_number_of_days() -> None:
    with pytest.raises(ValueError, match="154 days"):
        judge(Usage(np.ones((2, 100)), np.ones((2, 100)), MONDAY))


def test_one_absent_person_in_a_busy_team_is_no_fade() -> None:
    account = np.array([0, 0, 0, 0, 0, 0])
    expected = np.array([10.0, 5, 5, 5, 5, 5])
    actual = np.array([0.0, 5, 4, 5, 4, 5])

    assert beyond_one(account, expected, actual, 1, terms=TERMS).tolist() == [False]


def test_four_of_six_absent_people_are_a_fade() -> None:
    account = np.array([1, 1, 1, 1, 1, 1])
    expected = np.full(6, 5.0)
    actual = np.array([0.0, 0, 0, 0, 5, 4])

    assert beyond_one(account, expected, actual, 2, terms=TERMS).tolist() == [True, True]


def test_of_two_people_each_matters() -> None:
    assert beyond_one(np.array([0, 0]), np.array([5.0, 5]), np.array([0.0, 5]), 1, terms=TERMS).tolist() == [True]


people_of_accounts = st.lists(
    st.tuples(st.integers(0, 4), st.floats(0, 20).map(lambda x: round(x, 1)), st.integers(0, 20)), max_size=30
)


@given(people_of_accounts)
def test_sets_aside_the_one_who_faded_most(people: list[tuple[int, float, int]]) -> None:
    columns = np.array(people, dtype=np.float64).reshape(-1, 3)

    found = beyond_one(columns[:, 0].astype(np.intp), columns[:, 1], columns[:, 2], 5, terms=TERMS)

    for account in range(5):
        own = [(e, a) for i, e, a in people if i == account]
        rest = sorted(own, key=lambda p: p[1] - p[0])[1:]
        few = sum(1 for e, _ in own if e >= 0.5) < 3
        drops = sorted((e - a for e, a in own), reverse=True)
        if len(drops) > 1 and np.isclose(drops[0], drops[1]):
            continue  # either may be the one
        threshold = 0.75 * sum(e for e, _ in rest)
        if not np.isclose(sum(a for _, a in rest), threshold):
            assert found[account] == (few or sum(a for _, a in rest) <= threshold)


def test_recovers_only_well_above_the_line_it_fell_under() -> None:
    rng = np.random.default_rng(7)
    before = judge(given_usage(rng, 4, team=30)[0])
    levels = np.array([0.3, 0.75, 0.95, 1.1])
    days = before.usual.people[:, np.arange(TERMS.days) % 7] * levels[:, None]
    now = Usage(days * 4, days, MONDAY)
    usual = before.usual
    even = np.ones((4, TERMS.days))

    back = recovered(now, usual, {Series.PEOPLE: even, Series.EVENTS: even}, [Series.PEOPLE] * 4, TERMS)

    assert back.tolist() == [False, False, True, True]


def test_recovery_forgives_a_holiday() -> None:
    rng = np.random.default_rng(8)
    usual = judge(given_usage(rng, 1, team=30)[0]).usual
    quiet = np.ones((1, TERMS.days))
    quiet[:, -14:] = 0.5
    days = usual.people[:, np.arange(TERMS.days) % 7] * quiet

    now = Usage(days * 9, days, MONDAY)
    assert recovered(now, usual, dict.fromkeys(Series, quiet), [Series.PEOPLE], TERMS).tolist() == [True]
    assert recovered(now, usual, dict.fromkeys(Series, quiet * 2), [Series.PEOPLE], TERMS).tolist() == [False]


def test_minutes_come_back_before_their_signal_passes() -> None:
    rng = np.random.default_rng(8)
    usage, _ = given_usage(rng, 1, team=30)
    usual = judge(Usage(usage.events, usage.people, MONDAY, None, usage.people * 20)).usual
    days = usual.people[:, np.arange(TERMS.days) % 7]
    even = dict.fromkeys(Series, np.ones((1, TERMS.days)))
    short = Usage(days * 9, days, MONDAY, None, days * 15)

    assert recovered(short, usual, even, [Series.MINUTES], TERMS).tolist() == [False]
    assert recovered(short, usual, even, [Series.PEOPLE], TERMS).tolist() == [True]
    assert recovered(Usage(days * 9, days, MONDAY, None, days * 19), usual, even, [Series.MINUTES], TERMS).tolist() == [
        True
    ]


def test_band_holds_nineteen_weeks_in_twenty() -> None:
    rng = np.random.default_rng(9)
    learnt = rng.poisson(30 * 12, 20_000)

    low, high = np.array([expectation_band(np.array([n / 12]), float(n), 1.0) for n in learnt[:2_000]]).squeeze(2).T

    weeks = rng.poisson(30, 2_000)
    assert np.mean((low <= weeks) & (weeks <= high)) == pytest.approx(0.95, abs=0.02)


def slow_tail(actual: float, before: float, share: float) -> tuple[float, float]:
    """Add up the binomial tail term by term, between with and without its last."""
    terms = [float(stats.binom.pmf(k, int(actual + before), share)) for k in range(int(actual) + 1)]
    return sum(terms), sum(terms[:-1])


@pytest.mark.parametrize("keen", [0.1, 0.3, 0.5, 0.7])
@pytest.mark.parametrize("left", [0.0, 0.3, 0.6, 0.8])
def test_few_of_a_known_team_are_as_unlikely_as_a_binomial_says(keen: float, left: float) -> None:
    """A team of which a share comes each day varies less than Poisson's; the tail is the exact one or a longer one."""
    team, days, long = 6, 28, 10_000_000
    expected = team * days * keen
    actual = round(expected * left)
    spread = np.array([1 - keen])
    compared = Since(*(np.array([[each]]) for each in (expected, actual, expected * long, expected / days, 84.0, 1.0)))
    looks = object.__new__(Looks)
    looks.spread, looks.typical = {Series.PEOPLE: spread}, {Series.PEOPLE: spread}
    looks.wider = {Series.PEOPLE: np.ones(1)}

    chance = looks.chance(Series.PEOPLE, np.array([0]), compared)[0, 0]

    exact = float(stats.binom.cdf(actual, team * days, keen))
    assert exact**1.15 / 3 <= chance <= max(exact**0.85, 3 * exact)


def test_a_team_that_comes_every_other_day_varies_less_than_poisson_and_bursts_vary_more() -> None:
    rng = np.random.default_rng(3)
    steady, _ = given_usage(rng, 300, team=6, keen=0.6)
    away = np.repeat(rng.random((300, 6, TERMS.days // 7 + 1)) < 0.3, 7, axis=2)[:, :, : TERMS.days]
    bursts, _ = given_usage(rng, 300, team=6, keen=0.6, factor=np.where(away, 0.0, 1.0))

    truth = 1 - 0.6 * (WEEK**2).sum() / WEEK.sum()
    assert np.median(judge(steady).usual.dispersion) == pytest.approx(truth * 1.1, abs=0.1)
    assert np.median(judge(bursts).usual.dispersion) > 1


def test_every_account_has_a_week_of_its_own() -> None:
    rng = np.random.default_rng(15)
    factor = np.ones((60, 1, TERMS.days))
    weekend = np.isin(np.arange(TERMS.days) % 7, [5, 6])
    # Ten of them come at weekends only; of those, two stop.
    factor[:10] = np.where(weekend, 2.0 / WEEK[np.arange(TERMS.days) % 7] / 2, 0.0)
    factor[:2, :, -21:] *= 0.05
    usage, _ = given_usage(rng, 60, team=12, factor=factor)

    judged = judge(usage)

    assert np.all(judged.usual.people[2:10, 5:].sum(axis=1) > 0.9 * judged.usual.people[2:10].sum(axis=1))
    assert np.all(judged.usual.people[10:, 5:].sum(axis=1) < 0.2 * judged.usual.people[10:].sum(axis=1))
    assert (judged.verdict[:2] == Verdict.DECLINING).all()
    assert (judged.verdict[2:] == Verdict.DECLINING).sum() == 0
    # A Friday evening is no fall of those who come at weekends.
    assert judged.ratio[2:10].mean() == pytest.approx(1, abs=0.1)


def test_nineteen_of_twenty_weeks_of_teams_are_within_their_band() -> None:
    rng = np.random.default_rng(16)
    usage, _ = given_usage(rng, 600, team=6, keen=0.6)
    usual = judge(usage).usual

    inside = [
        low <= week <= high
        for row, week in enumerate(usage.people[:, -7:].sum(axis=1))
        for low, high in [
            expectation_band(usual.people[row].sum(keepdims=True), usual.people_seen[row], usual.dispersion[row])
        ]
    ]

    assert np.mean(inside) == pytest.approx(0.96, abs=0.02)


def test_says_of_each_series_how_far_its_weeks_vary() -> None:
    rng = np.random.default_rng(4)
    usage, _ = given_usage(rng, 200)

    judged = judge(
        Usage(usage.events, usage.people, MONDAY, None, usage.people * rng.gamma(1.0, 20, (200, TERMS.days)))
    )

    assert set(judged.usual.amounts) == {Series.EVENTS, Series.MINUTES}
    for series, counts in ((Series.EVENTS, judged.usual.events), (Series.MINUTES, judged.usual.minutes)):
        spread, seen = judged.usual.amounts[series]
        assert np.all(spread > 1)
        # Twelve weeks of it, less what the youngest comparison leaves out.
        assert (seen / counts.sum(axis=1)).mean() == pytest.approx(12, rel=0.1)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_agrees_with_counting_by_hand(seed: int) -> None:
    """With fewer than twenty accounts and one level all week, the comparison is plain proportion."""
    rng = np.random.default_rng(seed)
    people = rng.poisson(rng.uniform(1, 3, (5, 1)), (5, TERMS.days)).astype(np.float64)
    people[0, -21:] *= rng.random(21) < 0.4
    usage = Usage(people, people, MONDAY)
    looks = Looks(usage, TERMS)

    judged = judge(usage)

    for i in range(5):
        if judged.verdict[i] == Verdict.DECLINING or looks.growing[Series.PEOPLE][i] > 0:
            continue
        start = judged.since[i]
        week = judged.usual.people[i] / judged.usual.people[i].mean()
        exposure = week[np.arange(TERMS.days) % 7]
        settled = int((people[i] > 0).argmax()) + TERMS.settling_days
        begin = max(settled, start - TERMS.baseline_days)
        level = people[i, begin:start].sum() / exposure[begin:start].sum()
        assert judged.actual_people[i] == people[i, start:].sum()
        assert judged.expected_people[i] == pytest.approx(level * exposure[start:].sum())
        rows = np.array([i])
        looks.spread[Series.PEOPLE][i] = looks.typical[Series.PEOPLE][i] = 1.0  # as if people were Poisson's
        chance = looks.chance(Series.PEOPLE, rows, looks.since(Series.PEOPLE, rows))[0]
        for n, s in enumerate(TERMS.starts):
            b = max(settled, s - TERMS.baseline_days)
            share = exposure[s:].sum() / exposure[b:].sum()
            with_last, without = slow_tail(people[i, s:].sum(), people[i, b:s].sum(), share)
            assert without <= chance[n] <= with_last
