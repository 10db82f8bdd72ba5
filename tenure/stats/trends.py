"""Charts of metrics: lines over time or age, retention triangles, funnels. Like `charts`: numbers and words in."""

import dataclasses
from collections.abc import Sequence
from datetime import date
from typing import Any

from tenure.stats.charts import ACTUAL, SOFT, _altair, _spec

PALETTE = (ACTUAL, "token:watch", "token:info", "token:good", "token:risk", SOFT)
"""One colour a line, in this order everywhere."""
LABEL_WIDTH = 130
"""Pixels beside the plot; longer names are cut with an ellipsis."""
LABEL_HEIGHT = 0.075
"""How much of the height of a chart a line's name takes."""
ENDS = "ends"
"""The layer of the names at the ends of lines; where there is no room beside a chart, the page names them above it."""
WRITTEN_ROWS = 13
"""Into how many rows of a triangle the shares fit as text."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trend:
    """A line over time; a day without a value breaks it."""

    name: str
    points: tuple[tuple[date, float | None], ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class AgeLine:
    """A line over periods since the beginning: (age, share, low, high)."""

    name: str
    points: tuple[tuple[int, float, float, float], ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class TriangleCell:
    """One cell of a triangle; `label` says it in words."""

    cohort: str
    age: int
    share: float
    label: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Bar:
    """One step of a funnel with its interval."""

    name: str
    share: float
    low: float
    high: float


def trend_chart(lines: Sequence[Trend], *, period: str, unit: str, is_share: bool = False) -> dict[str, Any]:
    """Draw numbers over time as lines, from zero or below, each named at its end; `period` and `unit` are words."""
    alt = _altair()
    values = [
        {"name": line.name, "day": day.isoformat(), "value": value} for line in lines for day, value in line.points
    ]
    colour = _colours(alt, [line.name for line in lines])
    highest = max((value for line in lines for _, value in line.points if value is not None), default=0.0)
    monthly = all(day.day == 1 for line in lines for day, _ in line.points)
    form = ".0%" if is_share else "~s" if highest >= 10_000 else ",~r"
    lowest = min((value for line in lines for _, value in line.points if value is not None), default=0)
    drawn = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X(
            "day:T", title=None, axis=alt.Axis(format="%b %Y" if monthly else "%-d %b", tickCount=8, labelOverlap=True)
        ),
        y=alt.Y("value:Q", title=unit, scale=alt.Scale(domainMin=min(0, lowest)), axis=alt.Axis(format=form)),
        color=colour,
    )
    told = [
        *([alt.Tooltip("name:N", title=" ")] if len(lines) > 1 else []),
        alt.Tooltip("day:T", title=period, format="%-d %b %Y"),
        alt.Tooltip("value:Q", title=unit, format=".1%" if is_share else ",.1~f"),
    ]
    known = {line.name: [p for p in line.points if p[1] is not None] for line in lines}
    ends: list[dict[str, Any]] = [
        {"name": name, "day": points[-1][0].isoformat(), "value": points[-1][1]}
        for name, points in known.items()
        if points
    ]
    last = max((end["day"] for end in ends), default="")
    ends = [end | {"day": last} for end in ends]
    _keep_apart(ends, "value", (highest - min(0, lowest)) * LABEL_HEIGHT, floor=min(0, lowest))
    layers = [
        drawn.mark_line().encode(),
        drawn.mark_point(filled=True, size=22).encode(tooltip=told),
    ]
    if len(lines) > 1:
        layers.append(
            alt.Chart(alt.Data(values=ends))
            .mark_text(align="left", dx=8, fontWeight=600, limit=LABEL_WIDTH)
            .encode(x="day:T", y="value:Q", text="name:N", color=colour)
            .properties(name=ENDS)
        )
    return _shared(alt.layer(*layers))


def age_chart(lines: Sequence[AgeLine], *, age: str, share: str, interval: str) -> dict[str, Any]:
    """Draw retention by age as lines with their intervals as bands, each named at its end."""
    alt = _altair()
    values = [
        {"name": line.name, "age": n, "share": s, "low": low, "high": high}
        for line in lines
        for n, s, low, high in line.points
    ]
    colour = _colours(alt, [line.name for line in lines])
    scale = alt.Scale(domain=[0, 1])
    upright = alt.Y("share:Q", title=share, axis=alt.Axis(format=".0%"), scale=scale)
    drawn = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("age:Q", title=age, axis=alt.Axis(tickMinStep=1, format="d")), color=colour
    )
    told = [
        *([alt.Tooltip("name:N", title=" ")] if len(lines) > 1 else []),
        alt.Tooltip("age:Q", title=age, format="d"),
        alt.Tooltip("share:Q", title=share, format=".1%"),
        alt.Tooltip("low:Q", title=f"{interval} ↓", format=".1%"),
        alt.Tooltip("high:Q", title=f"{interval} ↑", format=".1%"),
    ]
    layers = [
        drawn.mark_area(opacity=0.14).encode(y=alt.Y("low:Q", title=share, scale=scale), y2="high:Q"),
        drawn.mark_line().encode(y=upright),
        drawn.mark_point(filled=True, size=26).encode(y=upright, tooltip=told),
    ]
    if len(lines) > 1:
        last = max((line.points[-1][0] for line in lines if line.points), default=0)
        ends = [{"name": line.name, "age": last, "share": line.points[-1][1]} for line in lines if line.points]
        _keep_apart(ends, "share", LABEL_HEIGHT)
        layers.append(
            alt.Chart(alt.Data(values=ends))
            .mark_text(align="left", dx=8, fontWeight=600, limit=LABEL_WIDTH)
            .encode(x="age:Q", y="share:Q", text="name:N", color=colour)
            .properties(name=ENDS)
        )
    return _shared(alt.layer(*layers))


def triangle_chart(cells: Sequence[TriangleCell], *, cohort: str, age: str, share: str) -> dict[str, Any]:
    """Draw a retention triangle: the stronger the colour, the larger the share, which is also written into the cell."""
    alt = _altair()
    values = [{"cohort": c.cohort, "age": c.age, "share": c.share, "label": c.label} for c in cells]
    order = list(dict.fromkeys(c.cohort for c in cells))
    drawn = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("age:O", title=age, axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("cohort:N", title=cohort, sort=order),
    )
    told = [
        alt.Tooltip("cohort:N", title=cohort),
        alt.Tooltip("age:O", title=age),
        alt.Tooltip("share:Q", title=share, format=".1%"),
        alt.Tooltip("label:N", title=" "),
    ]
    layers = [
        drawn.mark_rect(color=ACTUAL).encode(
            opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 0.6]), legend=None), tooltip=told
        ),
    ]
    if len(order) <= WRITTEN_ROWS:
        layers.append(drawn.mark_text(fontSize=11).encode(text=alt.Text("share:Q", format=".0%")))
    return _spec(alt.layer(*layers))


def funnel_chart(bars: Sequence[Bar], *, share: str, interval: str) -> dict[str, Any]:
    """Draw a funnel as bars from zero with their intervals, the first step on top."""
    alt = _altair()
    values = [{"name": b.name, "share": b.share, "low": b.low, "high": b.high} for b in bars]
    drawn = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("name:N", title=None, sort=[b.name for b in bars], axis=alt.Axis(labelLimit=220))
    )
    scale = alt.Scale(domain=[0, 1])
    across = alt.X("share:Q", title=share, axis=alt.Axis(format=".0%"), scale=scale)
    told = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("share:Q", title=share, format=".1%"),
        alt.Tooltip("low:Q", title=f"{interval} ↓", format=".1%"),
        alt.Tooltip("high:Q", title=f"{interval} ↑", format=".1%"),
    ]
    layers = [
        drawn.mark_bar(color=ACTUAL, opacity=0.75).encode(x=across, tooltip=told),
        drawn.mark_rule(color=SOFT, strokeWidth=2).encode(x=alt.X("low:Q", title=share, scale=scale), x2="high:Q"),
    ]
    return _spec(alt.layer(*layers))


def _keep_apart(labels: list[dict[str, Any]], at: str, gap: float, *, floor: float = 0.0) -> None:
    """Move labels down until none covers the one above it, and up again from the floor those that fell through it."""
    above: float | None = None
    for label in sorted(labels, key=lambda each: -each[at]):
        if above is not None and label[at] > above - gap:
            label[at] = above - gap
        above = label[at]
    below = floor - gap
    for label in sorted(labels, key=lambda each: each[at]):
        label[at] = below = max(label[at], below + gap)


def _colours(alt: Any, names: Sequence[str]) -> Any:
    colours = [PALETTE[n % len(PALETTE)] for n in range(len(names))]
    return alt.Color("name:N", scale=alt.Scale(domain=list(names), range=colours), legend=None)


def _shared(layered: Any) -> dict[str, Any]:
    made: dict[str, Any] = layered.to_dict()
    made.pop("config", None)
    return made
