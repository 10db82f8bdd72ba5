"""Learning who leaves from a hundred thousand accounts' weeks, against plain scikit-learn on every row.

A year of a hundred thousand accounts is written down by week, as it is kept: thirteen periods of twenty numbers, of
which six say who leaves (two of them with a bend), some are missing, and one account in a hundred leaves in four weeks.
*Ours* reads a week at a time, draws, fits, judges on the later past, calibrates and says how sure it is. *Plain* reads
all rows and fits scikit-learn's logistic regression once, with the same bends (`SplineTransformer`), for the same
outcome. Either runs in a process of its own; processor seconds and the most memory above that of an empty one are those
of the process. Both foretell another hundred thousand accounts, whose ends decide.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.run import Figure

ACCOUNTS, PERIODS, NUMBERS, PERIOD, HORIZON = 100_000, 13, 20, 28, 84
NAMES = tuple(f"number_{n}" for n in range(NUMBERS))
BASE = -5.0


def measure() -> Iterator[Figure]:
    """Measure processor time, memory, and how well both foretell."""
    with tempfile.TemporaryDirectory(prefix="tenure-bench-") as folder:
        _write(Path(folder) / "past", 1)
        _write(Path(folder) / "fresh", 2, periods=4)
        empty, ours, plain = (_run(kind, folder) for kind in ("empty", "ours", "plain"))
    rows = plain["rows"]
    yield Figure(figure="rows of accounts at weeks", value=rows, unit="rows")
    yield Figure(
        figure="processor time of learning, judging and calibrating, against one plain fit of every row",
        value=ours["cpu"], unit="CPU-s", baseline=plain["cpu"], ratio=plain["cpu"] / ours["cpu"], bar=1,
    )  # fmt: skip
    yield Figure(
        figure="memory above an empty process",
        value=ours["memory"] - empty["memory"], unit="MB", baseline=plain["memory"] - empty["memory"],
        ratio=(plain["memory"] - empty["memory"]) / (ours["memory"] - empty["memory"]), bar=2,
    )  # fmt: skip
    yield Figure(
        figure="AUC on accounts not learnt from, lost to the plain fit of every row",
        value=plain["auc"] - ours["auc"], unit="", bar=0.01, keep="at most",
    )  # fmt: skip
    yield Figure(figure="AUC on accounts not learnt from", value=ours["auc"], unit="", baseline=plain["auc"])
    yield Figure(
        figure="distance of foretold from come, mean of ten bands",
        value=ours["distance"], unit="", baseline=plain["distance"], bar=0.01, keep="at most",
    )  # fmt: skip
    yield Figure(figure="95 % intervals that hold the true chance", value=ours["held"], unit="", bar=0.9)


def _write(folder: Path, seed: int, *, periods: int = PERIODS) -> None:
    folder.mkdir()
    chance = np.random.default_rng(seed)
    state = chance.normal(size=(ACCOUNTS, NUMBERS)).astype(np.float32)
    alive, left_at = np.ones(ACCOUNTS, bool), np.full(ACCOUNTS, np.nan)
    weeks = []
    for period in range(periods + HORIZON // PERIOD):
        odds = _odds(state)
        ids = np.flatnonzero(alive)
        if period < periods:
            weeks.append((ids, state[ids].copy(), odds[ids]))
        gone = alive & (chance.random(ACCOUNTS) < 1 / (1 + np.exp(-odds)))
        left_at[gone] = period * PERIOD + chance.integers(1, PERIOD, gone.sum())
        alive &= ~gone
        state = 0.9 * state + np.sqrt(1 - 0.81) * chance.normal(size=state.shape).astype(np.float32)
    for period, (ids, values, odds) in enumerate(weeks):
        seen = np.where(chance.random(values.shape) < 0.02, np.nan, values.astype(np.float64))
        seen[:, :6] = values[:, :6]
        columns = {name: seen[:, n] for n, name in enumerate(NAMES)}
        rows = pa.table(
            {"account": ids, "left_after": left_at[ids] - period * PERIOD, "odds": odds.astype(np.float64), **columns}
        )
        pq.write_table(rows, folder / f"{period:02}.parquet")


def _odds(state: Any) -> Any:
    bent = np.maximum(state[:, 4], 0) - 0.4 + 0.8 * np.minimum(state[:, 5] + 1, 0)
    return BASE + 0.9 * state[:, 0] - 0.6 * state[:, 1] + 0.4 * state[:, 2] - 0.3 * state[:, 3] + bent


def _run(kind: str, folder: str) -> dict[str, float]:
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    said = subprocess.run(
        [sys.executable, "-m", "bench.risk", kind, folder],
        check=True, capture_output=True, text=True, env={**os.environ, **one_thread},
    )  # fmt: skip
    found: dict[str, float] = json.loads(said.stdout)
    return found


def _weeks(folder: Path) -> Iterator[Any]:
    from tenure.risk.types import Periods

    files = sorted(folder.glob("*.parquet"))
    for period, file in enumerate(files):
        rows = pq.read_table(file, memory_map=True)
        size, day = rows.num_rows, period * PERIOD
        left = rows["left_after"].to_numpy()
        known_until = len(files) * PERIOD
        yield Periods(
            values={name: rows[name].to_numpy() for name in NAMES},
            accounts=rows["account"].to_numpy(),
            days=np.full(size, day),
            known_at=np.full(size, day),
            left_after=np.where(day + left > known_until, np.nan, left),
            known_until=known_until,
            horizon_days=HORIZON,
        )


def _ours(folder: Path) -> dict[str, float]:
    from tenure.risk.rules import learn_hazard, thinned
    from tenure.risk.rules.foretelling import foretold

    began = time.process_time()
    learnt = learn_hazard(thinned(_weeks(folder / "past")), NAMES)
    cpu, memory = time.process_time() - began, _memory()
    if learnt.hazard is None:
        raise RuntimeError("nothing was learnt")
    fresh, came, odds = _fresh(folder)
    found = foretold(learnt.hazard, fresh)
    some = np.random.default_rng(3).integers(0, odds.size, 400)
    truth = _truth(np.column_stack([fresh[n][some] for n in NAMES]))
    held = float(((found.low[some] <= truth) & (truth <= found.high[some])).mean())
    return {"cpu": cpu, "memory": memory, "held": held, **_how_well(found.chance, came)}


def _plain(folder: Path) -> dict[str, float]:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import SplineTransformer

    began = time.process_time()
    files = sorted((folder / "past").glob("*.parquet"))
    tables = [pq.read_table(file) for file in files[: -(HORIZON // PERIOD)]]
    rows = pa.concat_tables(tables)
    columns = np.column_stack([rows[name].to_numpy() for name in NAMES])
    came = np.nan_to_num(rows["left_after"].to_numpy(), nan=np.inf) <= HORIZON
    model = make_pipeline(
        SimpleImputer(strategy="median"),
        SplineTransformer(n_knots=5, degree=1, knots="quantile", extrapolation="constant"),
        LogisticRegression(max_iter=200),
    ).fit(columns, came)
    cpu, memory = time.process_time() - began, _memory()
    fresh, ends, _odds_of = _fresh(folder)
    chances = model.predict_proba(np.column_stack([fresh[n] for n in NAMES]))[:, 1]
    every = sum(pq.read_metadata(file).num_rows for file in files)
    return {"cpu": cpu, "memory": memory, "rows": every, **_how_well(chances, ends)}


def _fresh(folder: Path) -> tuple[dict[str, Any], Any, Any]:
    rows = pq.read_table(folder / "fresh" / "00.parquet")
    left = np.nan_to_num(rows["left_after"].to_numpy(), nan=np.inf) <= HORIZON
    return {name: rows[name].to_numpy() for name in NAMES}, left, rows["odds"].to_numpy()


def _truth(state: Any, futures: int = 500) -> Any:
    chance = np.random.default_rng(4)
    stands = np.repeat(np.nan_to_num(state), futures, axis=0)
    stays = np.ones(stands.shape[0])
    for _ in range(HORIZON // PERIOD):
        stays *= 1 / (1 + np.exp(_odds(stands)))
        stands = 0.9 * stands + np.sqrt(1 - 0.81) * chance.normal(size=stands.shape)
    return 1 - stays.reshape(-1, futures).mean(axis=1)


def _how_well(chances: Any, came: Any) -> dict[str, float]:
    from tenure.stats import ranking

    bands = ranking.calibration(chances, came, bands=10)
    apart = [abs(band.foretold - (band.came.value or 0.0)) for band in bands]
    return {"auc": ranking.auc(chances, came).value or 0.5, "distance": float(np.mean(apart))}


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


def _empty(_folder: Path) -> dict[str, float]:
    import sklearn.linear_model  # noqa: F401

    import tenure.risk.rules  # noqa: F401

    return {"memory": _memory()}


if __name__ == "__main__":
    kinds = {"ours": _ours, "plain": _plain, "empty": _empty}
    print(json.dumps(kinds[sys.argv[1]](Path(sys.argv[2]))))
