"""What is learnt from rows that were drawn is what all of them teach."""

import dataclasses

import numpy as np
import pytest

from tenure.risk.rules import foretell, learn_hazard, sampling
from tenure.risk.rules.judging import calibration, top
from tenure.stats import ranking
from tests.risk.truth import WEIGHTS, chances_of, lived

NAMES = tuple(WEIGHTS)


def by_week(rows):
    return [rows.of(rows.days == day) for day in np.unique(rows.days)]


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(sampling, "MOST_LEFT", 400)
    monkeypatch.setattr(sampling, "MOST_STAYED", 1_200)


def test_of_few_rows_all_are_taken():
    rows, _ = lived(300, 6, seed=1)

    found = sampling.thinned(by_week(rows))

    assert found.weights is None
    assert (found.accounts == rows.accounts).all()
    assert (found.left_within(84) == rows.left_within(84)).all()


def test_holds_no_more_than_it_may_and_each_row_stands_for_many(few):
    rows, _ = lived(3_000, 13, seed=2)

    found = sampling.thinned(by_week(rows))

    left, drawn = rows.left_within(84), found.left_within(84)
    assert 0.85 * 400 < drawn.sum() < 1.15 * 400
    assert 0.9 * 1_200 < (~drawn).sum() < 1.1 * 1_200
    assert found.weight[drawn].sum() == pytest.approx(left.sum(), rel=0.15)
    assert found.weight[~drawn].sum() == pytest.approx((~left).sum(), rel=0.1)
    assert found.accounts_in_all == 3_000


def test_the_same_rows_are_drawn_part_by_part_and_at_once(few):
    rows, _ = lived(3_000, 13, seed=2)

    one, other = sampling.thinned(by_week(rows)), sampling.thinned([rows])

    assert (one.accounts == other.accounts).all()
    assert (one.days == other.days).all()
    assert one.weight == pytest.approx(other.weight)


def test_rows_that_were_drawn_teach_what_all_teach(few):
    rows, _ = lived(6_000, 13, seed=3)
    full, drawn = learn_hazard(rows, NAMES), learn_hazard(sampling.thinned([rows]), NAMES)

    assert drawn.base_rate == pytest.approx(full.base_rate, rel=0.15)
    assert (drawn.rows, drawn.left) == (
        pytest.approx(full.rows, rel=0.1),
        pytest.approx(full.left, rel=0.15),
    )
    assert drawn.accounts == full.accounts
    assert drawn.quality.auc.value == pytest.approx(full.quality.auc.value, abs=0.04)
    fresh, _ = lived(2_000, 6, seed=4)
    some = {n: v[:400] for n, v in fresh.values.items()}
    ours, alls = foretell(drawn.hazard, some), foretell(full.hazard, some)
    assert np.corrcoef([f.odds for f in ours], [f.odds for f in alls])[0, 1] > 0.95
    assert np.mean([f.chance for f in ours]) == pytest.approx(np.mean([f.chance for f in alls]), rel=0.15)
    assert np.median([f.high / f.low for f in ours]) > np.median([f.high / f.low for f in alls])


def test_the_interval_knows_how_few_were_drawn(few):
    held = []
    for seed in range(4):
        rows, _ = lived(3_000, 13, seed=40 + seed)
        learnt = learn_hazard(sampling.thinned([rows]), NAMES)
        some = {n: v[:200] for n, v in rows.values.items()}
        truth = chances_of(some, seed=seed).tolist()
        held += [f.low <= t <= f.high for f, t in zip(foretell(learnt.hazard, some), truth, strict=True)]
    assert np.mean(held) >= 0.93


def test_figures_of_rows_that_stand_for_themselves_are_the_usual_ones():
    chance = np.random.default_rng(4)
    chances = np.round(chance.random(500), 2)
    came = chance.random(500) < chances / 3
    ones = np.ones(500)

    for k in (1, 5, 50, 100):
        assert top(chances, came, ones, k) == ranking.top(chances, came, k)
    ours, usual = calibration(chances, came, ones), ranking.calibration(chances, came, bands=5)
    assert [b.count for b in ours] == [b.count for b in usual]
    assert [b.foretold for b in ours] == pytest.approx([b.foretold for b in usual])
    assert [b.came for b in ours] == [b.came for b in usual]


def test_a_row_that_stands_for_two_counts_as_two():
    chances, came = np.array([0.9, 0.8, 0.2, 0.1]), np.array([True, False, True, False])

    twice = top(chances, came, np.array([2.0, 2.0, 1.0, 1.0]), 2)

    assert (twice.caught, twice.precision.value) == (2, 1.0)
    assert calibration(chances, came, np.full(4, 2.0))[0].count == 2


def test_ranks_are_made_of_rows_that_stand_for_as_many(few):
    rows, _ = lived(3_000, 13, seed=2)
    drawn = sampling.thinned([rows])

    by_horizon = sampling.evened(drawn, drawn.left_within(84))
    by_period = sampling.evened(drawn, drawn.left_within(28))

    assert by_horizon.size == drawn.days.size, "drawn by this outcome: all weigh alike"
    came = drawn.left_within(28)
    kept = dataclasses.replace(drawn).of(by_period)
    assert by_period.size < drawn.days.size
    late = kept.left_within(84) & ~kept.left_within(28)
    all_late = rows.left_within(84) & ~rows.left_within(28)
    assert came[by_period].sum() == came.sum()
    assert late.sum() / (~kept.left_within(28)).sum() == pytest.approx(
        all_late.sum() / (~rows.left_within(28)).sum(), rel=0.4
    )
