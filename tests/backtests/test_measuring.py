"""What flags came to: exact on small pasts, true on simulated worlds whose truth is known."""

from datetime import date

import numpy as np
import pytest

from tenure.backtests.rules import Rows, by_lot, cells, flags, judge, moments
from tenure.risk.rules import taught_and_foretold
from tenure.stats import ranking
from tests.risk.truth import WEIGHTS, lived

NAMES = tuple(WEIGHTS)


def rows(*said: tuple[int, int, float | None, float]) -> Rows:
    """Account, day, days until it left, what it paid."""
    return Rows(
        accounts=np.array([s[0] for s in said]),
        days=np.array([s[1] for s in said]),
        left_after=np.array([np.nan if s[2] is None else s[2] for s in said], float),
        mrr=np.array([s[3] for s in said], float),
        horizon_days=60,
    )


PAST = rows((1, 0, 50, 900), (2, 0, None, 100), (3, 0, 80, 100), (4, 0, None, 0),
            (1, 28, 22, 700), (2, 28, None, 100), (3, 28, 52, 300), (4, 28, None, 0))  # fmt: skip
SCORES = np.array([0.9, 0.2, 0.1, 0.8, 0.7, 0.6, 0.3, np.nan])


def test_flags_the_highest_at_each_moment():
    assert flags(PAST, SCORES, 0.25, yes_or_no=False).tolist() == [True, False, False, False, True, False, False, False]
    assert flags(PAST, SCORES, 0.5, yes_or_no=False).tolist() == [True, False, False, True, True, True, False, False]
    equal = flags(PAST, np.ones(8), 0.25, yes_or_no=False)
    assert equal.tolist() == [True, False, False, False, True, False, False, False], "the smaller id of equals"


def test_a_yes_or_no_flags_whom_it_says():
    said = np.array([0.0, 1.0, np.nan, 0.0, 0.7, 0.0, 0.0, 0.0])

    assert flags(PAST, said, 0.01, yes_or_no=True).tolist() == [False, True, False, False, True, False, False, False]


def test_counts_churns_once_however_often_they_were_flagged():
    flagged = flags(PAST, SCORES, 0.5, yes_or_no=False)

    found = judge("own", PAST, SCORES, flagged, 1_000)

    assert (found.rows, found.left, found.churns) == (8, 3, 2)
    assert (found.flagged, found.caught, found.churns_caught) == (4, 2, 1)
    assert found.precision.value == 0.5
    assert found.recall.value == 0.5
    assert found.lift == pytest.approx(0.5 / (3 / 8))
    assert found.lead_days == 50, "from the first flag"
    assert found.cost_per_caught == 4_000
    assert found.mrr_caught == 700
    assert cells(PAST, flagged) == [
        "caught", "quiet", "quiet", "false_alarm", "caught", "false_alarm", "missed", "quiet"
    ]  # fmt: skip
    by_day = moments(PAST, flagged, np.datetime64("2026-01-05"))
    assert [(m.day, m.accounts, m.flagged, m.caught, m.left) for m in by_day] == [
        (date(2026, 1, 5), 4, 2, 1, 1),
        (date(2026, 2, 2), 4, 2, 1, 2),
    ]


def test_nothing_flagged_catches_nothing():
    found = judge("own", PAST, np.zeros(8), np.zeros(8, bool), 1_000)

    assert (found.flagged, found.churns_caught, found.lead_days, found.cost_per_caught) == (0, 0, None, None)
    assert found.precision.value is None


def test_lots_come_to_what_many_draws_come_to_on_average():
    world, _ = lived(400, 13, seed=5)
    there = world.complete(84)
    some = world.of(there)
    mrr = 100.0 + some.accounts % 7
    rows = Rows(accounts=some.accounts, days=some.days, left_after=some.left_after, mrr=mrr, horizon_days=84)
    rng = np.random.default_rng(1)

    draws = [judge("own", rows, rng.random(some.days.size), rng.random(some.days.size) < 0.1, 1_000) for _ in range(60)]
    found = by_lot(rows, 0.1, 1_000)

    def mean(of):
        return float(np.mean([of(each) for each in draws]))

    assert (found.rows, found.left, found.churns) == (draws[0].rows, draws[0].left, draws[0].churns)
    assert (found.auc.value, found.lift, found.precision.value) == (0.5, 1.0, found.left / found.rows)
    assert mean(lambda d: d.auc.value) == pytest.approx(0.5, abs=0.02)
    assert mean(lambda d: d.precision.value) == pytest.approx(found.precision.value, rel=0.05)
    assert mean(lambda d: d.flagged) == pytest.approx(found.flagged, rel=0.02)
    assert mean(lambda d: d.churns_caught) == pytest.approx(found.churns_caught, rel=0.05)
    assert mean(lambda d: d.recall.value) == pytest.approx(found.recall.value, rel=0.05)
    assert mean(lambda d: d.mrr_caught) == pytest.approx(found.mrr_caught, rel=0.05)
    assert mean(lambda d: d.lead_days) == pytest.approx(found.lead_days, abs=5)
    assert mean(lambda d: d.cost_per_caught) == pytest.approx(found.cost_per_caught, rel=0.05)


def test_finds_the_true_auc_of_a_score_within_its_interval():
    """The truth is the same score's AUC over a world so large that its interval is a point."""
    large, odds = lived(60_000, 13, seed=1)
    there = large.complete(84)
    truth = ranking.auc(odds[there], large.left_within(84)[there]).value
    held = 0
    for seed in range(40):
        world, odds = lived(400, 13, seed=300 + seed)
        there = world.complete(84)
        some = world.of(there)
        made = Rows(
            accounts=some.accounts, days=some.days, left_after=some.left_after,
            mrr=np.ones(some.days.size), horizon_days=84,
        )  # fmt: skip
        flagged = flags(made, odds[there], 0.1, yes_or_no=False)
        found = judge("own", made, odds[there], flagged, 100)
        held += found.auc.low <= truth <= found.auc.high
    assert held >= 35


def test_a_model_taught_before_each_moment_knows_nothing_of_after():
    """Turning round everything that happened from a moment on changes no chance foretold at it."""
    world, _ = lived(1_500, 13, seed=8)
    day = 7 * 28
    there = world.of(world.days == day)
    chances = taught_and_foretold(world.until(day), there, NAMES)
    import dataclasses

    ends = world.days + np.nan_to_num(world.left_after, nan=np.inf)
    other = dataclasses.replace(
        world,
        left_after=np.where(ends > day, np.nan, world.left_after),
        values={n: np.where(world.days >= day, -v, v) for n, v in world.values.items()},
    )

    assert (taught_and_foretold(other.until(day), there, NAMES) == chances).all()
    assert np.isnan(taught_and_foretold(world.until(14), there, NAMES)).all(), "no period was over by then"
    odds = ranking.auc_of_groups(chances, there.left_within(84), there.accounts)
    assert odds.low > 0.6


def test_a_leak_is_taught_to_nobody():
    world, _ = lived(1_500, 13, seed=8)
    day = 7 * 28
    leak = np.where(world.left_within(28), 1.0, 0.0)
    import dataclasses

    leaking = dataclasses.replace(world, values={"left_next_month": leak, **world.values})
    there = leaking.of(world.days == day)

    honest = taught_and_foretold(world.until(day), world.of(world.days == day), NAMES)
    assert (taught_and_foretold(leaking.until(day), there, ("left_next_month", *NAMES)) == honest).all()
