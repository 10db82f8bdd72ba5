"""Runs the benches: every module of this package that has `measure()`, which yields figures as it finds them."""

import dataclasses
import importlib
import json
import pkgutil
import sys
import time
from collections.abc import Iterator
from typing import Literal

from rich.console import Console
from rich.table import Table

import bench


@dataclasses.dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number.

    `baseline` is the same number for the thing compared with, in the same unit and the same run; `ratio` is how many
    times better we are, and is what `bar` judges. A figure without a bar is there to be known.
    """

    figure: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    bar: float | None = None
    keep: Literal["at least", "at most"] = "at least"

    @property
    def ok(self) -> bool | None:
        """Whether the bar is kept: by the ratio when there is one, else by the value. None without a bar."""
        if self.bar is None:
            return None
        judged = self.value if self.ratio is None else self.ratio
        return judged >= self.bar if self.keep == "at least" else judged <= self.bar


def main(names: list[str]) -> int:
    """Run the named benches, or all; print a table and a JSON line for each figure. Returns 1 when a bar is missed."""
    table = Table(title="Tenure, measured", title_justify="left")
    for column in ("bench", "figure", "value", "baseline", "ratio", "bar", ""):
        table.add_column(column, justify="left" if column in {"bench", "figure", ""} else "right")
    lines = []
    missed = False
    for name in names or benches():
        for one in importlib.import_module(f"bench.{name}").measure():
            missed |= one.ok is False
            table.add_row(name, one.figure, *_cells(one))
            lines.append(_line(name, one))
            print(f"  {time.strftime('%H:%M:%S')} {name}: {one.figure}", file=sys.stderr)
    Console(width=150).print(table)
    for line in lines:
        print(line)
    return int(missed)


def benches() -> Iterator[str]:
    """Return the names of the modules that measure something."""
    for module in pkgutil.iter_modules(bench.__path__):
        if module.name not in {"run", "rig", "make_events", "__main__"} and not module.ispkg:
            yield module.name


def _cells(one: Figure) -> list[str]:
    return [
        f"{one.value:,.4g} {one.unit}" if one.value < 1_000 else f"{one.value:,.0f} {one.unit}",
        "" if one.baseline is None else f"{one.baseline:,.4g}" if one.baseline < 1_000 else f"{one.baseline:,.0f}",
        "" if one.ratio is None else f"{one.ratio:,.1f} ×" if one.ratio >= 1 else f"{one.ratio:,.3f} ×",
        "" if one.bar is None else f"{'≥' if one.keep == 'at least' else '≤'} {one.bar:g}",
        {None: "", True: "✓", False: "✗ missed"}[one.ok],
    ]


def _line(name: str, one: Figure) -> str:
    said = {"bench": name, "figure": one.figure, "value": one.value, "unit": one.unit, "baseline": one.baseline}
    return json.dumps({**said, "ratio": one.ratio, "bar": one.bar, "ok": one.ok})
