"""A hazard is found where the truth is known, refused where there is too little, and never taught by the future."""

import dataclasses

import numpy as np
import pytest

from tenure.risk.rules import band_of, ends_of_use, foretell, joined, learn_hazard, next_after, within
from tenure.risk.rules.calibrating import calibrated, fitted
from tenure.risk.rules.designing import frame_of
from tenure.risk.rules.fitting import covariance, fit, logistic
from tenure.risk.rules.foretelling import foretold
from tenure.risk.types import Refusal, RiskBand, SetAside
from tenure.stats import ranking
from tests.risk.truth import BASE, WEIGHTS, chances_of, lived

NAMES = tuple(WEIGHTS)


def test_finds_the_true_auc_within_its_interval():
    """The truth: the same chances' AUC in a world so large that its interval is a point."""
    world, _ = lived(30_000, 13, seed=1)
    held = 0
    worlds = 10
    for seed in range(worlds):
        rows, _ = lived(1_500, 13, seed=100 + seed)
        learnt = learn_hazard(rows, NAMES)
        assert learnt.quality.by_time
        later = world.of((world.days > 0.6 * 13 * 28) & world.complete(84))
        chances = foretold(learnt.hazard, later.values).chance
        truth = ranking.auc(chances, later.left_within(84)).value
        held += learnt.quality.auc.low <= truth <= learnt.quality.auc.high
    assert held >= worlds - 2


def test_finds_what_raises_the_hazard_and_what_does_not():
    rows, odds = lived(3_000, 13, seed=7)

    learnt = learn_hazard(rows, NAMES)

    found = foretell(learnt.hazard, rows.values)
    assert np.corrcoef([f.odds for f in found], odds)[0, 1] > 0.97
    slope = {p.name: (p.weights[-2] - p.weights[1]) / (p.knots[-2] - p.knots[1]) for p in learnt.hazard.parts}
    assert slope["days_since_use"] == pytest.approx(1.1, abs=0.3)
    assert slope["use_change"] == pytest.approx(-0.8, abs=0.3)
    assert slope["noise"] == pytest.approx(0, abs=0.2)


def test_chances_come_true():
    rows, _ = lived(3_000, 13, seed=3)
    learnt = learn_hazard(rows, NAMES)
    fresh, _ = lived(4_000, 13, seed=4)
    fresh = fresh.of(fresh.complete(84))

    chances = np.array([f.chance for f in foretell(learnt.hazard, fresh.values)])

    for band in ranking.calibration(chances, fresh.left_within(84), bands=5):
        assert band.foretold == pytest.approx(band.came.value, rel=0.25, abs=0.01)


def test_reasons_add_up_to_the_log_odds_and_the_interval_holds_the_chance():
    rows, _ = lived(1_500, 13, seed=5)
    learnt = learn_hazard(rows, NAMES)

    for each in foretell(learnt.hazard, {n: v[:200] for n, v in rows.values.items()}):
        assert each.odds == pytest.approx(learnt.hazard.base + sum(each.adds))
        assert 0 <= each.low <= each.chance <= each.high <= 1


def test_the_interval_of_a_chance_holds_the_true_one_95_times_in_100():
    """The truth: of accounts just like these, told how they go on, how many leave; whole pipeline, calibration and all.

    Worlds of few who left and of more, and one in which most numbers say nothing.
    """
    held = total = 0
    for seed, (accounts, noise) in enumerate([(300, 0)] * 5 + [(700, 0)] * 3 + [(500, 12)] * 2):
        rows, odds = lived(accounts, 13, seed=200 + seed)
        chance = np.random.default_rng(seed)
        more = {f"noise{n}": chance.normal(size=odds.size) for n in range(noise)}
        rows = dataclasses.replace(rows, values={**rows.values, **more})
        learnt = learn_hazard(rows, (*NAMES, *more))
        some = chance.integers(0, odds.size, 200)
        found = foretell(learnt.hazard, {n: v[some] for n, v in rows.values.items()})
        truth = chances_of({n: rows.values[n][some] for n in NAMES}, seed=seed)
        held += sum(f.low <= t <= f.high for f, t in zip(found, truth.tolist(), strict=True))
        total += 200
        assert np.median([f.high / f.low for f in found]) < 12, "an interval that holds everything says nothing"
    assert held / total >= 0.94


def test_an_interval_is_wider_where_accounts_are_alike_week_after_week():
    """Rows told four times are no more than rows told once, when they are of the same account."""
    rows, _ = lived(400, 13, seed=5)
    alike = joined([dataclasses.replace(rows, days=rows.days + n) for n in range(4)])
    others = dataclasses.replace(alike, accounts=alike.accounts + np.repeat(np.arange(4) * 10_000, rows.days.size))

    def width(periods):
        frame = frame_of(NAMES, periods.values)
        columns = frame.design(periods.values)
        left = periods.left_within(28)
        found = fit(frame, columns, left, periods.weight)
        around = np.hstack([np.ones((columns.shape[0], 1)), columns - found.middle])
        spread = covariance(found, columns, left, periods.weight, periods.accounts)
        return np.sqrt(((around @ spread) * around).sum(axis=1)).mean()

    assert width(alike) > 1.4 * width(others)


def test_the_regression_is_scikit_learns():
    from sklearn.linear_model import LogisticRegression

    chance = np.random.default_rng(3)
    columns = chance.normal(size=(600, 7))
    left = chance.random(600) < 1 / (1 + np.exp(2 - columns[:, 0]))
    weight = chance.choice([1.0, 7.5], 600)
    for penalty in (0.01, 0.3, 1.0):
        weights, base = logistic(columns, left, weight, np.full(7, 1 / penalty))
        middle = weight @ columns / weight.sum()
        other = LogisticRegression(C=penalty, tol=1e-10, max_iter=5000).fit(
            columns - middle, left, sample_weight=weight
        )
        assert weights == pytest.approx(other.coef_[0], abs=1e-4)
        assert base == pytest.approx(other.intercept_[0] - middle @ other.coef_[0], abs=1e-4)


def test_refuses_too_few_and_says_how_many():
    rows, _ = lived(60, 8, seed=2)

    learnt = learn_hazard(rows, NAMES)

    assert (learnt.hazard, learnt.refusal) == (None, Refusal.TOO_FEW_LEFT)
    assert learnt.left < 20


def test_refuses_noise():
    rows, _ = lived(1_500, 13, seed=9)
    shuffled = np.random.default_rng(0).permutation(rows.accounts.size)
    noise = {n: v[shuffled] for n, v in rows.values.items()}

    learnt = learn_hazard(dataclasses.replace(rows, values=noise), NAMES)

    assert (learnt.hazard, learnt.refusal) == (None, Refusal.NO_BETTER_THAN_CHANCE)
    assert learnt.quality.auc.low <= 0.5


def test_refuses_a_past_that_is_not_there():
    rows, _ = lived(50, 2, seed=2)

    assert learn_hazard(dataclasses.replace(rows, known_until=0), NAMES).refusal is Refusal.NO_PAST


def test_numbers_dated_after_their_row_are_refused_by_name():
    rows, _ = lived(1_500, 13, seed=6)

    learnt = learn_hazard(dataclasses.replace(rows, known_at=rows.days + 1), NAMES)

    assert (learnt.hazard, learnt.refusal) == (None, Refusal.NO_FEATURES)
    assert [(each.name, each.why) for each in learnt.left_out] == [(n, SetAside.DATED_AFTER) for n in NAMES]


def test_a_number_that_encodes_the_label_is_left_out_by_name():
    rows, _ = lived(1_500, 13, seed=6)
    leak = np.where(rows.left_within(28), 1.0, 0.0) + 0.01 * np.random.default_rng(1).normal(size=rows.days.size)
    after = np.where(rows.left_within(28), rows.left_after, np.nan)
    leaking = dataclasses.replace(rows, values={"cancel_reason": leak, "ended": after, **rows.values})

    learnt = learn_hazard(leaking, ("cancel_reason", "ended", *NAMES))

    assert {each.name: each.why for each in learnt.left_out} == {
        "cancel_reason": SetAside.ENCODES_THE_LABEL,
        "ended": SetAside.GIVEN_WITH_THE_LABEL,
    }
    assert [p.name for p in learnt.hazard.parts] == list(NAMES)


def test_what_was_told_late_was_not_known_before():
    """An end teaches from when it was told, not from when it was; of a past told later all was told at once."""
    rows, _ = lived(200, 6, seed=3)
    told = dataclasses.replace(rows, told_after=rows.left_after + 40)

    found = told.until(112)

    ended, heard = rows.days + np.nan_to_num(rows.left_after, nan=np.inf), rows.days + told.told_after
    before = rows.days < 112
    assert found.left_within(28).tolist() == ((ended <= 112) & (heard <= 112) & rows.left_within(28))[before].tolist()
    assert 0 < found.left_within(28).sum() < rows.until(112).left_within(28).sum()
    later = dataclasses.replace(told, known_at=rows.days + 500, is_told_later=True)
    assert later.until(112).left_within(28).tolist() == rows.until(112).left_within(28).tolist()


def test_few_who_left_teach_a_few_numbers_only():
    rows, _ = lived(500, 13, seed=11, base=BASE - 0.4)
    many = {f"more{n}": np.random.default_rng(n).normal(size=rows.days.size) for n in range(30)}

    learnt = learn_hazard(dataclasses.replace(rows, values={**rows.values, **many}), (*NAMES, *many))

    assert learnt.hazard is not None
    assert len(learnt.hazard.parts) == learnt.left // 4


def test_the_later_part_is_judged_by_what_was_known_before():
    """Outcomes that reach into the judged part teach nothing: turned round there, they change no chance."""
    rows, _ = lived(1_500, 13, seed=12)
    quality = learn_hazard(rows, NAMES).quality
    cut = int(np.quantile(rows.days[rows.complete(84)], 0.7))
    reaching = (rows.days <= cut) & (rows.days + np.nan_to_num(rows.left_after, nan=1e9) > cut)
    told = np.where(reaching, np.nan, rows.left_after)

    assert learn_hazard(dataclasses.replace(rows, left_after=told), NAMES).quality.auc == quality.auc


def test_an_end_that_was_told_in_the_judged_part_teaches_nothing_before_it():
    rows, _ = lived(1_500, 13, seed=12)
    cut = int(np.quantile(rows.days[rows.complete(84)], 0.7))
    late = (rows.days <= cut) & (np.random.default_rng(1).random(rows.days.size) < 0.5)
    told_after = np.where(late, 400.0, rows.left_after)

    honest = learn_hazard(dataclasses.replace(rows, told_after=told_after), NAMES).quality
    untold = learn_hazard(dataclasses.replace(rows, left_after=np.where(late, np.nan, rows.left_after)), NAMES).quality

    assert honest.auc == untold.auc
    assert honest.auc != learn_hazard(rows, NAMES).quality.auc


def test_the_calibrator_never_turns_the_order_round_and_comes_true():
    chance = np.random.default_rng(5)
    raw = chance.random(4_000) * 0.5
    came = chance.random(4_000) < raw**2
    accounts = np.arange(4_000)

    by = fitted(raw, came, np.ones(4_000), accounts)

    out = calibrated(np.sort(raw), by)
    assert (np.diff(out) >= -1e-12).all()
    assert abs(calibrated(raw, by).mean() - came.mean()) < 0.01
    assert by.kind == "platt"
    of_slope, _both, of_shift = by.spread
    assert 0 < of_slope < 0.05
    assert 0 < of_shift < 0.05


def test_of_few_the_calibrator_says_little():
    chance = np.random.default_rng(5)
    raw = chance.random(60) * 0.4
    came = chance.random(60) < raw

    by = fitted(raw, came, np.ones(60), np.arange(60))

    assert by.x[0] == pytest.approx(1, abs=0.25)
    assert fitted(raw, np.zeros(60, bool), np.ones(60), np.arange(60)).kind == "as_it_is"


def test_bands_do_not_flap():
    rows, _ = lived(1_500, 13, seed=5)
    model = learn_hazard(rows, NAMES).hazard

    assert band_of(model.high, model) is RiskBand.HIGH
    assert band_of(model.high * 0.95, model) is RiskBand.RAISED
    assert band_of(model.high * 0.95, model, RiskBand.HIGH) is RiskBand.HIGH
    assert band_of(model.raised * 0.95, model, RiskBand.RAISED) is RiskBand.RAISED
    assert band_of(model.raised * 0.85, model, RiskBand.HIGH) is RiskBand.USUAL


def test_use_ends_when_nobody_came_for_the_gap():
    assert ends_of_use([1, 5, 40, 41], 30, 60) == [35]
    assert ends_of_use([1, 5, 40, 41], 30, 71) == [35, 71]
    assert ends_of_use([], 30, 71) == []


def test_the_next_end_after_each_row_is_found_as_one_would_by_hand():
    chance = np.random.default_rng(1)
    of, moments = chance.integers(0, 12, 60), chance.integers(0, 40, 60)
    accounts, begins = chance.integers(0, 14, 300), chance.integers(-2, 42, 300)

    found = next_after(accounts, begins, of, moments)

    by_hand = [
        min((m for o, m in zip(of.tolist(), moments.tolist(), strict=True) if o == a and m > b), default=-1)
        for a, b in zip(accounts.tolist(), begins.tolist(), strict=True)
    ]
    assert np.where(found < 0, -1, moments[found]).tolist() == by_hand
    assert (of[found[found >= 0]] == accounts[found >= 0]).all()
    assert next_after(accounts, begins, of[:0], moments[:0]).tolist() == [-1] * 300


def test_a_span_holds_from_its_begin_up_to_its_end():
    chance = np.random.default_rng(2)
    of, begins = chance.integers(0, 12, 30), chance.integers(0, 40, 30)
    ends = begins + chance.integers(1, 9, 30)
    accounts, moments = chance.integers(0, 14, 300), chance.integers(-2, 50, 300)

    found = within(accounts, moments, of, begins, ends)

    spans = list(zip(of.tolist(), begins.tolist(), ends.tolist(), strict=True))
    assert found.tolist() == [
        any(o == a and b <= m < e for o, b, e in spans)
        for a, m in zip(accounts.tolist(), moments.tolist(), strict=True)
    ]
