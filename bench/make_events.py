"""Makes product use up: accounts of very different sizes, people with habits of their own, as rows of the lake.

    python -m bench.make_events FOLDER --events 5000000 --accounts 4000 --people 60000 --days 180 --seed 7

writes one Parquet file a day. Weekday rhythm (a tenth of the accounts work at weekends), a holiday week, 8 % of
accounts that fade with a half-life of ten days and then end, 40 % that sign up on the way, people who join later and
leave for good. Equal seeds give equal worlds, and any day can be made alone.
"""

import argparse
import dataclasses
import datetime as dt
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tenure.tracking.types.lake import EVENTS

FIRST_DAY = dt.date(2026, 1, 5)
"""A Monday."""
HOLIDAYS = range(84, 88)
WEEK = np.array([1, 1.05, 1.1, 1.05, 0.9, 0.25, 0.2])
NAMES = [
    "login", "view_dashboard", "view_account", "search", "export", "create_report", "edit_report", "comment",
    "project_created", "integration_connected", "report_shared", "invite_teammate", "api_call", "filter_saved",
    "alert_set", "dashboard_created", "settings_changed", "mobile_open", "bulk_import", "ai_assist", "billing_view",
    "help_open", "logout", "error",
]  # fmt: skip
POPULARITY = 1 / np.arange(1, len(NAMES) + 1) ** 0.8
PROPERTIES = [
    json.dumps({"page": f"/p/{i % 97}", "v": f"3.{i % 7}", "os": ["mac", "win", "ios", "linux"][i % 4], "n": i})
    for i in range(4_000)
]
NEVER = 10**6

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Size:
    """How large a world is."""

    events: int = 5_000_000
    accounts: int = 4_000
    people: int = 60_000
    days: int = 180
    seed: int = 7


class World:
    """Who there is and how much each of them uses the product on each day."""

    def __init__(self, size: Size) -> None:
        rng = np.random.default_rng(size.seed)
        self.size = size
        self.account_of = np.repeat(np.arange(size.accounts), _seats(rng, size.accounts, size.people))
        self.signed_up = np.where(
            rng.random(size.accounts) < 0.6,
            -rng.integers(1, 700, size.accounts),
            rng.integers(0, max(size.days - 9, 1), size.accounts),
        )
        fades = rng.random(size.accounts) < 0.08
        self.fades_from = np.where(
            fades, np.maximum(self.signed_up, 0) + rng.integers(20, max(size.days, 21), size.accounts), NEVER
        )
        self.ends = np.where(fades, self.fades_from + rng.integers(25, 45, size.accounts), NEVER)
        self._works_at_weekends = rng.random(size.accounts) < 0.10
        self._busy = rng.lognormal(0, 0.6, size.accounts)
        late = rng.random(size.people) < 0.5
        after = np.where(late, rng.exponential(90, size.people).astype(np.int64), rng.integers(0, 5, size.people))
        self._joined = self.signed_up[self.account_of] + after
        stays = rng.random(size.people) < 0.4
        self._stays = np.where(stays, NEVER, rng.exponential(120, size.people).astype(np.int64) + 1)
        self._habit = rng.lognormal(0, 1.0, size.people)
        whole = np.array([self.rates(day).sum() for day in range(size.days)])
        self.events_on: Ints = np.round(whole / whole.sum() * size.events).astype(np.int64)

    def rates(self, day: int) -> Floats:
        """Say how much each person uses the product on a day, relative to the others."""
        weekday = (FIRST_DAY + dt.timedelta(days=day)).weekday()
        rhythm = np.where(self._works_at_weekends, 1.0 if weekday >= 5 else 0.5, WEEK[weekday])
        faded = 0.5 ** (np.maximum(day - self.fades_from, 0) / 10)
        of_account = self._busy * rhythm * (0.4 if day in HOLIDAYS else 1.0) * faded * (day < self.ends)
        age = day - self._joined
        is_there = (age >= 0) & (age < self._stays)
        rates: Floats = of_account[self.account_of] * self._habit * is_there * np.where(age < 14, 1.5, 1.0)
        return rates

    def events(self, day: int, count: int | None = None, batch: int = 0) -> pa.Table:
        """Make the events of a day; `count` and `batch` make so many others of the same day."""
        rng = np.random.default_rng([self.size.seed, day + 1_000, batch])
        n = int(self.events_on[day]) if count is None else count
        pace = np.cumsum(self.rates(day))
        people = np.sort(np.searchsorted(pace, rng.random(n) * pace[-1])).astype(np.int64)
        date = FIRST_DAY + dt.timedelta(days=day)
        midnight = int(dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC).timestamp()) * 1_000_000
        ts = midnight + (np.clip(rng.normal(13.5, 3.2, n), 0, 23.999) * 3_600_000_000).astype(np.int64)
        marks = pa.array(np.arange(n)).cast(pa.string())
        moments = pa.array(ts).cast(pa.timestamp("us", tz="UTC"))
        return pa.table(
            [
                pc.binary_join_element_wise(f"{date}-{batch}", marks, "-"),
                pa.array(people + 1),
                pa.array(self.account_of[people] + 1),
                pa.repeat(True, n),
                pa.repeat("track", n),
                _chosen(rng, NAMES, n, POPULARITY / POPULARITY.sum()),
                moments,
                moments,
                pa.repeat("sdk", n),
                _chosen(rng, PROPERTIES, n),
                pa.repeat("{}", n),
                pa.repeat(pa.scalar(date, pa.date32()), n),
            ],
            schema=EVENTS.schema,
        )


def _seats(rng: np.random.Generator, accounts: int, people: int) -> Ints:
    """Share people out among accounts: a few have very many, most have few, each has one."""
    weight = rng.permutation(1 / np.arange(1, accounts + 1) ** 0.75)
    seats = np.maximum(1, np.floor(weight / weight.sum() * (people - accounts)).astype(np.int64) + 1)
    while (missing := people - int(seats.sum())) != 0:
        np.add.at(seats, rng.integers(0, accounts, abs(missing)), np.sign(missing))
        seats = np.maximum(seats, 1)
    return seats


def _chosen(rng: np.random.Generator, texts: list[str], n: int, weights: Floats | None = None) -> pa.Array:
    codes = pa.array(rng.choice(len(texts), n, p=weights).astype(np.int32))
    return pa.DictionaryArray.from_arrays(codes, pa.array(texts)).cast(pa.string())


def main() -> None:
    """Write a world's days as Parquet files."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    for field in dataclasses.fields(Size):
        arguments.add_argument(f"--{field.name}", type=int, default=field.default)
    chosen = vars(arguments.parse_args())
    folder = chosen.pop("folder")
    folder.mkdir(parents=True, exist_ok=True)
    world = World(Size(**chosen))
    for day in range(world.size.days):
        rows = world.events(day)
        pq.write_table(rows, folder / f"{FIRST_DAY + dt.timedelta(days=day)}.parquet", compression="zstd")


if __name__ == "__main__":
    main()
