"""Charts as Vega-Lite specifications made with Altair: numbers and words in, a specification and its table out.

Colours are the page's own tokens ("token:accent"), which the page resolves for light and dark; `PRINT` has fixed ones
for pictures in mail. Words are given by the caller in the reader's language.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

ACTUAL = "token:accent"
USUAL = "token:ink-soft"
TREATED = "token:accent"
HELD_OUT = "token:watch"
MARK = "token:risk"
SOFT = "token:ink-soft"
PRINT = {
    "token:accent": "#0b6464",
    "token:ink-soft": "#5c5d5e",
    "token:watch": "#855400",
    "token:risk": "#b02a1f",
}
"""What the tokens are on white paper."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart ready to be drawn, read aloud and copied: `columns` and `rows` are its numbers as a table."""

    title: str
    description: str
    spec: Mapping[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    days: tuple[date, ...] = ()
    """Which day each row is of, where rows are of days."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class BandPoint:
    """What was seen on (or in the week to) a day, and between what and what it was to be expected; None: no saying."""

    day: date
    actual: float
    expected: float | None
    low: float | None
    high: float | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class DayMark:
    """Something that happened on a day, drawn on the time axis; `color` is a token."""

    day: date
    label: str
    color: str = SOFT


@dataclasses.dataclass(frozen=True, kw_only=True)
class BandWords:
    """The words of a chart of use against expectation."""

    day: str
    unit: str
    actual: str
    expected: str
    band: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Line:
    """One group's curve as steps: (day, share, low, high)."""

    name: str
    color: str
    steps: tuple[tuple[float, float, float, float], ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class LineWords:
    """The words of a chart of survival curves."""

    days: str
    share: str
    interval: str
    horizon: str


def band_chart(points: Sequence[BandPoint], marks: Sequence[DayMark], words: BandWords) -> dict[str, Any]:
    """Draw what was seen as a line over the band in which it was to be expected, with marks on the time axis."""
    alt = _altair()
    values = [
        {"day": p.day.isoformat(), "actual": p.actual, "expected": p.expected, "low": p.low, "high": p.high}
        for p in points
    ]
    across = alt.X("day:T", title=None, axis=alt.Axis(format="%-d %b", tickCount=8, labelOverlap=True))
    upright = _from_nought([value for p in points for value in (p.actual, p.high)])
    known = alt.Chart(alt.Data(values=[v for v in values if v["expected"] is not None])).encode(x=across)
    seen = alt.Chart(alt.Data(values=values)).encode(x=across)
    told = [
        alt.Tooltip("day:T", title=words.day, format="%-d %b %Y"),
        alt.Tooltip("actual:Q", title=words.actual, format=",.0f"),
    ]
    expected = [
        alt.Tooltip("expected:Q", title=words.expected, format=",.0f"),
        alt.Tooltip("low:Q", title=f"{words.band} ↓", format=",.0f"),
        alt.Tooltip("high:Q", title=f"{words.band} ↑", format=",.0f"),
    ]
    layers = [
        known.mark_area(color=USUAL, opacity=0.16).encode(
            y=alt.Y("low:Q", title=words.unit, scale=upright), y2="high:Q", tooltip=told + expected
        ),
        known.mark_line(color=USUAL, strokeDash=[3, 3], strokeWidth=1).encode(y="expected:Q"),
        seen.mark_line(color=ACTUAL, point=alt.OverlayMarkDef(color=ACTUAL, size=24)).encode(
            y=alt.Y("actual:Q", title=words.unit, scale=upright, axis=alt.Axis(tickMinStep=1)), tooltip=told
        ),
        *_end_labels(points, words),
        *(_mark_layers(marks) if marks else []),
    ]
    return _spec(alt.layer(*layers))


def _from_nought(values: Sequence[float | None]) -> Any:
    """Return a scale from nought; where all is nought, one on which that lies at the bottom."""
    return _altair().Scale(domainMin=0) if any(values) else _altair().Scale(domain=[0, 1])


def curves_chart(lines: Sequence[Line], horizon: float, words: LineWords) -> dict[str, Any]:
    """Draw survival curves as steps with their intervals as bands, each labelled at its end, and mark the horizon."""
    alt = _altair()
    values = [
        {"group": line.name, "day": day, "share": share, "low": low, "high": high}
        for line in lines
        for day, share, low, high in line.steps
    ]
    lowest = min((low for line in lines for _, _, low, _ in line.steps), default=0.0)
    colour = alt.Color(
        "group:N",
        scale=alt.Scale(domain=[line.name for line in lines], range=[line.color for line in lines]),
        legend=None,
    )
    drawn = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("day:Q", title=words.days, scale=alt.Scale(nice=False)), color=colour
    )
    scale = alt.Scale(domain=[max(0.0, int(lowest * 10) / 10), 1.0], nice=False, zero=False)
    upright = alt.Y("share:Q", title=words.share, axis=alt.Axis(format=".0%"), scale=scale)
    told = [
        alt.Tooltip("group:N", title=" "),
        alt.Tooltip("day:Q", title=words.days, format=",.0f"),
        alt.Tooltip("share:Q", title=words.share, format=".1%"),
        alt.Tooltip("low:Q", title=f"{words.interval} ↓", format=".1%"),
        alt.Tooltip("high:Q", title=f"{words.interval} ↑", format=".1%"),
    ]
    ends = sorted(((line.steps[-1], line) for line in lines if line.steps), key=lambda end: -end[0][1])
    at_horizon = alt.Chart(alt.Data(values=[{"day": horizon, "label": words.horizon}])).encode(x="day:Q")
    layers = [
        drawn.mark_area(opacity=0.14, interpolate="step-after").encode(
            y=alt.Y("low:Q", title=words.share, scale=scale), y2="high:Q"
        ),
        drawn.mark_line(interpolate="step-after").encode(y=upright, tooltip=told),
        *(
            alt.Chart(alt.Data(values=[{"group": line.name, "day": end[0], "share": end[1]}]))
            .mark_text(align="right", dx=-4, dy=16 if below else -10, fontWeight=600, color=line.color)
            .encode(x="day:Q", y="share:Q", text="group:N")
            for below, (end, line) in enumerate(ends)
        ),
        at_horizon.mark_rule(color=SOFT, strokeDash=[4, 4]),
        at_horizon.mark_text(color=SOFT, align="left", dx=4, baseline="bottom").encode(
            y=alt.value("height"), text="label:N"
        ),
    ]
    return _spec(alt.layer(*layers))


def line_chart(points: Sequence[tuple[date, float]], *, day: str, unit: str) -> dict[str, Any]:
    """Draw a number by day as a line from zero; `day` and `unit` are the words of its axes."""
    alt = _altair()
    values = [{"day": at.isoformat(), "value": value} for at, value in points]
    drawn = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("day:T", title=None, axis=alt.Axis(format="%-d %b", tickCount=8, labelOverlap=True)),
        y=alt.Y("value:Q", title=unit, scale=_from_nought([v for _, v in points]), axis=alt.Axis(tickMinStep=1)),
        tooltip=[
            alt.Tooltip("day:T", title=day, format="%-d %b %Y"),
            alt.Tooltip("value:Q", title=unit, format=",.0f"),
        ],
    )
    return _spec(alt.layer(drawn.mark_line(color=ACTUAL, interpolate="step-after")))


def for_print(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the specification with fixed colours for white paper, for pictures in mail."""

    def fixed(value: Any) -> Any:
        match value:
            case str():
                return PRINT.get(value, value)
            case list():
                return [fixed(each) for each in value]
            case dict():
                return {key: fixed(each) for key, each in value.items()}
        return value

    done: dict[str, Any] = fixed(dict(spec))
    return done


def _end_labels(points: Sequence[BandPoint], words: BandWords) -> list["alt.Chart"]:
    """Name the line at its right end, and the band at its left: direct labels before legends."""
    alt = _altair()
    named: list[tuple[date, float | None, str, str, str, int]] = []
    if points:
        last = points[-1]
        named.append((last.day, last.actual, words.actual, ACTUAL, "right", -10))
    known = [p for p in points if p.expected is not None]
    if known:
        named.append((known[0].day, known[0].high, words.band, USUAL, "left", -6))
    return [
        alt.Chart(alt.Data(values=[{"day": day.isoformat(), "at": at, "label": label}]))
        .mark_text(color=color, align=align, dy=dy, fontWeight=600 if color == ACTUAL else 400)
        .encode(x="day:T", y="at:Q", text="label:N")
        for day, at, label, color, align, dy in named
    ]


def _mark_layers(marks: Sequence[DayMark]) -> list["alt.Chart"]:
    alt = _altair()
    colors = list(dict.fromkeys(m.color for m in marks))
    base = alt.Chart(
        alt.Data(values=[{"day": m.day.isoformat(), "label": m.label, "kind": m.color} for m in marks])
    ).encode(
        x="day:T",
        color=alt.Color("kind:N", scale=alt.Scale(domain=colors, range=colors), legend=None),
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("day:T", title=" ", format="%-d %b %Y")],
    )
    return [
        base.mark_rule(strokeWidth=1.5),
        base.mark_text(align="left", baseline="top", dx=4, limit=140).encode(y=alt.value(0), text="label:N"),
    ]


def _spec(layered: "alt.LayerChart") -> dict[str, Any]:
    made: dict[str, Any] = layered.resolve_scale(color="independent").to_dict()
    made.pop("config", None)
    return made


def _altair() -> Any:
    """Import Altair when a chart is first drawn: it takes most of a second, which starting the web should not pay."""
    import altair

    return altair
