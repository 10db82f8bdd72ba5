"""What flags came to: exact on small pasts, true on simulated worlds whose truth is known."""

from datetime import date

import numpy as np
import pytest

from tenure.backtests.rules import (
    Rows,
    as_many_as,
    at_tops,
    budget_of,
    by_lot,
    cells,
    highest,
    judge,
    moments,
    named,
    reaches_shown,
    read_reach,
    written_reach,
)
from tenure.backtests.types import Reach
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


def touched(rows: Rows, scores: np.ndarray, reach: Reach) -> np.ndarray:
    return highest(rows, scores, budget_of(rows, scores, reach))


def test_flags_the_highest_at_each_moment():
    first = [True, False, False, False, True, False, False, False]
    assert touched(PAST, SCORES, Reach(share=0.25)).tolist() == first
    assert touched(PAST, SCORES, Reach(count=1)).tolist() == first
    half = [True, False, False, True, True, True, False, False]
    assert touched(PAST, SCORES, Reach(share=0.5)).tolist() == half
    assert touched(PAST, SCORES, Reach(count=2)).tolist() == half
    assert touched(PAST, SCORES, Reach(count=50)).tolist() == (~np.isnan(SCORES)).tolist(), "no more than there are"


def test_equal_scores_are_taken_by_lot_and_always_the_same():
    """By their ids it would be the oldest customers, at every moment."""
    accounts, days = np.tile(np.arange(1, 401), 12), np.repeat(np.arange(12) * 28, 400)
    past = Rows(accounts=accounts, days=days, left_after=np.full(4_800, np.nan), mrr=np.ones(4_800), horizon_days=60)

    drawn = touched(past, np.ones(4_800), Reach(count=40))

    times = np.bincount(accounts[drawn])[1:]
    assert (drawn == touched(past, np.ones(4_800), Reach(count=40))).all()
    assert times.sum() == 480
    assert times.max() < 7, "not the same ones each time"
    assert abs(np.corrcoef(np.arange(400), times)[0, 1]) < 0.2, "neither the old nor the new ones"


def test_what_names_accounts_may_be_touched_as_often_by_what_ranks():
    flagged = named(np.array([1.0, 1, 1, 0, 0, 0.2, np.nan, 0]))

    assert as_many_as(PAST, flagged) == {0: 3, 28: 1}
    assert highest(PAST, SCORES, as_many_as(PAST, flagged)).sum() == 4
    assert by_lot(PAST, as_many_as(PAST, flagged), 100).flagged == 4
    assert by_lot(PAST, {}, 100).churns_caught == 0


@pytest.mark.parametrize("seed", range(3))
def test_each_number_of_touches_comes_to_what_walking_through_them_does(seed):
    """The oracle sorts every moment by hand and counts churns one by one."""
    rng = np.random.default_rng(seed)
    world, odds = lived(60, 8, seed=seed)
    mrr = rng.integers(1, 9, world.days.size).astype(float)
    past = Rows(accounts=world.accounts, days=world.days, left_after=world.left_after, mrr=mrr, horizon_days=84)
    scores = np.where(rng.random(odds.size) < 0.1, np.nan, odds + rng.random(odds.size) * 1e-6)
    simple = rng.random(odds.size)
    reaches = [Reach(count=3), Reach(share=0.1), Reach(count=1_000)]

    found = at_tops(past, scores, simple, reaches, 700)

    churns = {(a, round(d + n, 3)) for a, d, n in _rows_of(past) if n <= 84}
    for reach, top in zip(reaches, found, strict=True):
        flagged, by_simple = [], []
        for day in sorted(set(past.days.tolist())):
            there = [i for i in range(scores.size) if past.days[i] == day]
            known = sorted((i for i in there if scores[i] == scores[i]), key=lambda i: -scores[i])
            some = known[: reach.of(len(known))]
            flagged += some
            by_simple += sorted(there, key=lambda i: -simple[i])[: len(some)]
        caught = {(a, round(d + n, 3)): [] for a, d, n in _rows_of(past, flagged) if n <= 84}
        for account, day, after in _rows_of(past, flagged):
            if after <= 84:
                caught[account, round(day + after, 3)].append(after)
        right = sum(map(len, caught.values()))
        assert (top.reach, top.flagged, top.caught) == (reach, len(flagged), right)
        assert top.churns_caught == len(caught)
        assert top.precision.value == pytest.approx(right / len(flagged))
        assert top.recall.value == pytest.approx(len(caught) / len(churns))
        assert top.lead_days == pytest.approx(np.median([max(each) for each in caught.values()]))
        assert top.cost_per_caught == round(700 * len(flagged) / len(caught))
        assert top.simple_caught == len({(a, round(d + n, 3)) for a, d, n in _rows_of(past, by_simple) if n <= 84})


def test_more_touches_than_there_are_named_accounts_come_to_the_same_and_are_left_out():
    said = np.array([0.9, 0.2, 0.0, 0.0, 0.7, 0.0, 0.0, 0.0])
    reaches = [Reach(count=1), Reach(count=2), Reach(count=3), Reach(count=4)]

    found = at_tops(PAST, said, SCORES, reaches, 100, above=0.0)

    assert [(t.count, t.flagged) for t in found] == [(1, 2), (2, 3)]


def _rows_of(past: Rows, chosen: list[int] | None = None) -> list[tuple[int, int, float]]:
    rows_ = zip(past.accounts.tolist(), past.days.tolist(), past.left_after.tolist(), strict=True)
    every = [(a, d, n if n == n else float("inf")) for a, d, n in rows_]
    return every if chosen is None else [every[i] for i in chosen]


def test_a_number_of_touches_is_read_and_written():
    assert [read_reach(text) for text in ("20", "7 %", "0,5%", " 2.5% ")] == [
        Reach(count=20), Reach(share=0.07), Reach(share=0.005), Reach(share=0.025),
    ]  # fmt: skip
    assert [read_reach(text) for text in ("", "0", "1.5", "51%", "0%", "-3", "many", "9999999", "1e3")] == [None] * 9
    for reach in (Reach(count=20), Reach(share=0.07), Reach(share=0.001)):
        assert read_reach(written_reach(reach)) == reach


def test_shows_the_numbers_that_fit_and_the_one_that_was_chosen():
    def shown(chosen: Reach, accounts: int) -> list[str]:
        return [written_reach(each) for each in reaches_shown(chosen, accounts)]

    assert shown(Reach(share=0.1), 120) == ["5%", "10", "10%", "20", "20%", "50"]
    assert shown(Reach(count=15), 12) == ["15"]
    assert shown(Reach(share=0.1), 10_000) == ["10", "20", "50", "100", "1%", "5%", "10%", "20%"]


def test_a_yes_or_no_flags_whom_it_says():
    said = np.array([0.0, 1.0, np.nan, 0.0, 0.7, 0.0, 0.0, 0.0])

    assert named(said).tolist() == [False, True, False, False, True, False, False, False]


def test_counts_churns_once_however_often_they_were_flagged():
    flagged = touched(PAST, SCORES, Reach(share=0.5))

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
    found = by_lot(rows, budget_of(rows, rows.mrr, Reach(share=0.1)), 1_000)

    def mean(of):
        return float(np.mean([of(each) for each in draws]))

    assert (found.rows, found.left, found.churns) == (draws[0].rows, draws[0].left, draws[0].churns)
    assert (found.auc.value, found.lift) == (0.5, 1.0)
    assert found.precision.value == pytest.approx(found.left / found.rows, rel=0.01)
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
        flagged = touched(made, odds[there], Reach(share=0.1))
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
