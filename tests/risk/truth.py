"""Accounts whose hazard is known: what a model of them should find."""

from typing import Any

import numpy as np

from tenure.risk.types import Periods

WEIGHTS = {"days_since_use": 1.1, "use_change": -0.8, "noise": 0.0}
BASE = -4.2


def lived(accounts: int, periods: int, *, seed: int, horizon: int = 84, base: float = BASE) -> tuple[Periods, Any]:
    """Let accounts live, a period at a time, until they leave; returns the rows and each row's true log-odds.

    Features wander slowly, so that rows of one account are alike.
    """
    chance = np.random.default_rng(seed)
    state = {name: chance.normal(size=accounts) for name in WEIGHTS}
    alive = np.ones(accounts, bool)
    left_in = np.full(accounts, np.inf)
    rows: list[tuple[Any, ...]] = []
    for period in range(periods):
        odds = base + sum(w * state[n] for n, w in WEIGHTS.items())
        ids = np.flatnonzero(alive)
        rows.append((ids, np.full(ids.size, period * 28), odds[ids], {n: state[n][ids] for n in WEIGHTS}))
        leaves = alive & (chance.random(accounts) < 1 / (1 + np.exp(-odds)))
        left_in[leaves] = period * 28 + chance.integers(1, 28, leaves.sum())
        alive &= ~leaves
        for name in WEIGHTS:
            state[name] = 0.9 * state[name] + np.sqrt(1 - 0.81) * chance.normal(size=accounts)
    account = np.concatenate([r[0] for r in rows])
    day = np.concatenate([r[1] for r in rows])
    made = Periods(
        values={n: np.concatenate([r[3][n] for r in rows]) for n in WEIGHTS},
        accounts=account,
        days=day,
        known_at=day,
        left_after=np.where(np.isinf(left_in[account]), np.nan, left_in[account] - day),
        known_until=periods * 28,
        horizon_days=horizon,
    )
    return made, np.concatenate([r[2] for r in rows])


def chances_of(values: Any, *, periods: int = 3, futures: int = 1_000, seed: int, base: float = BASE) -> Any:
    """Let accounts that stand so go on in many futures; returns the share of these in which each leaves."""
    chance = np.random.default_rng(seed)
    state = np.repeat(np.column_stack([values[n] for n in WEIGHTS])[:, None, :], futures, axis=1)
    stays = np.ones(state.shape[:2])
    for _ in range(periods):
        stays *= 1 / (1 + np.exp(base + state @ np.array(list(WEIGHTS.values()))))
        state = 0.9 * state + np.sqrt(1 - 0.81) * chance.normal(size=state.shape)
    return 1 - stays.mean(axis=1)
