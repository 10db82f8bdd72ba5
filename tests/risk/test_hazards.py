"""A hazard is found where the truth is known, refused where there is too little, and never taught by the future."""

import dataclasses

import numpy as np
import pytest

from tenure.risk.rules import band_of, ends_of_use, first_after, foretell, learn_hazard
from tenure.risk.rules.calibrating import calibrated, chosen, fitted
from tenure.risk.rules.hazards import logistic
from tenure.risk.types import Calibrator, Refusal, RiskBand, SetAside
from tenure.stats import ranking
from tests.risk.truth import BASE, WEIGHTS, lived

NAMES = tuple(WEIGHTS)


def test_finds_the_true_auc_within_its_interval():
    """The truth: the same chances' AUC in a world so large that its interval is a point."""
    world, _ = lived(60_000, 13, seed=1)
    held = 0
    worlds = 12
    for seed in range(worlds):
        rows, _ = lived(1_500, 13, seed=100 + seed)
        learnt = learn_hazard(rows, NAMES)
        assert learnt.quality.by_time
        later = world.of((world.days > 0.6 * 13 * 28) & world.complete(84))
        chances = [f.chance for f in foretell(learnt.hazard, later.values)]
        truth = ranking.auc(chances, later.left_within(84)).value
        held += learnt.quality.auc.low <= truth <= learnt.quality.auc.high
    assert held >= worlds - 2


def test_finds_what_raises_the_hazard_and_what_does_not():
    rows, odds = lived(4_000, 13, seed=7)

    learnt = learn_hazard(rows, NAMES)

    found = foretell(learnt.hazard, rows.values)
    assert np.corrcoef([f.odds for f in found], odds)[0, 1] > 0.97
    slope = {p.name: (p.weights[-2] - p.weights[1]) / (p.knots[-2] - p.knots[1]) for p in learnt.hazard.parts}
    assert slope["days_since_use"] == pytest.approx(1.1, abs=0.3)
    assert slope["use_change"] == pytest.approx(-0.8, abs=0.3)
    assert slope["noise"] == pytest.approx(0, abs=0.2)


def test_chances_come_true():
    rows, _ = lived(6_000, 13, seed=3)
    learnt = learn_hazard(rows, NAMES)
    fresh, _ = lived(6_000, 13, seed=4)
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


def test_the_interval_of_a_chance_holds_the_true_one():
    held = total = 0
    for seed in range(6):
        rows, odds = lived(1_500, 13, seed=200 + seed)
        learnt = learn_hazard(rows, NAMES)
        plain = dataclasses_of(learnt.hazard)
        some = np.random.default_rng(seed).integers(0, odds.size, 300)
        found = foretell(plain, {n: v[some] for n, v in rows.values.items()})
        truth = 1 - (1 - 1 / (1 + np.exp(-odds[some]))) ** 3
        held += sum(f.low <= t <= f.high for f, t in zip(found, truth, strict=True))
        total += 300
    assert held / total > 0.8, "the ridge draws to the mean, so a little less often than 95 in 100"


def dataclasses_of(hazard):
    """The same without calibration: what is true is the hazard of a period, carried through three."""
    import msgspec

    return msgspec.structs.replace(hazard, calibrator=Calibrator(kind="as_it_is"))


def test_the_regression_is_scikit_learns():
    from sklearn.linear_model import LogisticRegression

    chance = np.random.default_rng(3)
    columns = chance.normal(size=(600, 7))
    left = chance.random(600) < 1 / (1 + np.exp(2 - columns[:, 0]))
    for penalty in (0.01, 0.3, 1.0):
        weights, base = logistic(columns, left, penalty)
        middle = columns.mean(axis=0)
        other = LogisticRegression(C=penalty, tol=1e-10, max_iter=5000).fit(columns - middle, left)
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


def test_calibrators_never_turn_the_order_round():
    chance = np.random.default_rng(5)
    raw = chance.random(2_000) * 0.5
    came = chance.random(2_000) < raw**2
    days = np.arange(2_000)

    for kind in ("platt", "isotonic"):
        by = fitted(kind, raw, came)
        out = calibrated(np.sort(raw), by)
        assert (np.diff(out) >= -1e-12).all()
        assert abs(calibrated(raw, by).mean() - came.mean()) < 0.01
    assert chosen(raw, came, days) in ("platt", "isotonic")


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


def test_only_the_first_end_after_a_row_counts():
    from datetime import UTC, datetime, timedelta

    begin = datetime(2026, 3, 2, tzinfo=UTC)
    ends = [begin - timedelta(days=1), begin, begin + timedelta(days=3), begin + timedelta(days=9)]

    assert first_after(ends, begin, begin + timedelta(days=30)) == timedelta(days=3)
    assert first_after(ends, begin, begin + timedelta(days=2)) is None
