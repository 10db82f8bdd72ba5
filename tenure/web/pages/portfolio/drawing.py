"""The map as it is drawn: a point for each account, or squares, over where the quarters meet."""

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from tenure.web.pages.portfolio.places import Height, Place, Squares, median_of
from tenure.web.shell import formats

Layer: TypeAlias = dict[str, Any]
BRUSH = {"name": "brush", "select": {"type": "interval", "encodings": ["x", "y"], "translate": False, "zoom": False}}
"""A rectangle drawn over the map; the page opens the list of who stands in it."""


def points_spec(placed: Sequence[Place], height: Height, by: str, currency: str) -> dict[str, Any]:
    """Draw one point for each account, which opens it."""
    if by == "stage":
        domain = list(dict.fromkeys(p.stage_name for p in placed))
        scale: dict[str, Any] = {"domain": domain}
    else:
        names = {
            "risk": _("poor"), "watch": _("fair"), "info": _("in between"), "good": _("good"), "unknown": _("no score"),
        }  # fmt: skip
        colours = {"unknown": "ink-soft"}
        there = [tone for tone in names if tone != "info" or any(p.tone == tone for p in placed)]
        domain = [names[tone] for tone in there]
        scale = {"domain": domain, "range": [f"token:{colours.get(tone, tone)}" for tone in there]}
    values = [
        {
            "name": p.name,
            "mrr": max(p.mrr, 1),
            "y": p.height,
            "colour": p.stage_name if by == "stage" else names[p.tone],
            "signals": p.signals,
            "href": p.href,
            "revenue": formats.money(formats.minor_units(p.mrr, currency), currency),
        }
        for p in placed
    ]
    lines, words = _rules([(p.mrr, p.height, 1) for p in placed], height)
    return {
        "data": {"values": values},
        "height": 380,
        "layer": [
            *lines,
            {
                "params": [BRUSH],
                "mark": {"type": "circle", "opacity": 0.8, "cursor": "pointer"},
                "encoding": {
                    **_axes(height, _shown_up_to(height, placed)),
                    "color": {
                        "field": "colour",
                        "type": "nominal",
                        "title": None,
                        "scale": scale,
                        "legend": {"orient": "top"},
                    },
                    "size": {
                        "field": "signals",
                        "type": "quantitative",
                        "scale": {"type": "linear", "domain": [0, 4], "range": [45, 320], "clamp": True},
                        "legend": None,
                    },
                    "href": {"field": "href", "type": "nominal"},
                    "tooltip": [
                        {"field": "name", "type": "nominal", "title": _("Account")},
                        {"field": "revenue", "type": "nominal", "title": "MRR"},
                        {"field": "y", "type": "quantitative", "title": height.title, "format": _number(height)},
                        {"field": "signals", "type": "quantitative", "title": _("Open signals")},
                    ],
                },
            },
            *words,
        ],
    }


def squares_spec(found: Squares, height: Height) -> dict[str, Any]:
    """Draw squares that are darker the more accounts stand in them, and open the list of these."""
    values = [
        {"x": s.low_mrr, "x2": s.high_mrr, "y": s.low, "y2": s.high, "n": s.count, "href": s.href}
        for s in found.squares
    ]
    axes = _axes(height, found.shown)
    lines, words = _rules(found.standing, height)
    return {
        "data": {"values": values},
        "height": 380,
        "layer": [
            {
                "params": [BRUSH],
                "mark": {"type": "rect", "cursor": "pointer"},
                "encoding": {
                    "x": {**axes["x"], "field": "x"},
                    "x2": {"field": "x2"},
                    "y": {**axes["y"], "field": "y"},
                    "y2": {"field": "y2"},
                    "color": {
                        "field": "n",
                        "type": "quantitative",
                        "title": _("Accounts"),
                        "scale": {"type": "log", "range": ["token:line", "token:accent"]},
                        "legend": {"orient": "top"},
                    },
                    "href": {"field": "href", "type": "nominal"},
                    "tooltip": [
                        {"field": "n", "type": "quantitative", "title": _("Accounts"), "format": ","},
                        {"field": "x", "type": "quantitative", "title": _("MRR from"), "format": ",.0f"},
                        {"field": "y", "type": "quantitative", "title": height.title, "format": _number(height)},
                    ],
                },
            },
            *lines,
            *words,
        ],
    }


def _shown_up_to(height: Height, placed: Sequence[Place]) -> float:
    """Return how far up the map reaches: chances far under 1 would all lie on its floor."""
    if height.turned:
        return height.top
    highest = max((p.height for p in placed), default=height.top)
    return min(height.top, max(2 * height.split, math.ceil(highest * 22) / 20))


def _axes(height: Height, shown: float) -> dict[str, Any]:
    return {
        "x": {
            "field": "mrr",
            "type": "quantitative",
            "scale": {"type": "log", "nice": False, "padding": 16},
            "title": _("MRR, on a logarithmic scale"),
            "axis": {"format": "~s", "tickCount": 5},
        },
        "y": {
            "field": "y",
            "type": "quantitative",
            "scale": {"domain": [0, shown], "type": "linear" if height.turned else "sqrt"},
            "title": height.title if height.turned else _("Churn risk, on a square-root scale"),
            "axis": {"format": _number(height), "tickCount": 5},
        },
    }


def _rules(placed: Sequence[tuple[float, float, int]], height: Height) -> tuple[list[Layer], list[Layer]]:
    """Draw where the quarters meet, and say over everything what each is about."""
    mark = {"type": "rule", "strokeDash": [4, 4]}
    corners = (
        (_("talk to them first"), "right", "top"),
        (_("grow with them"), "right", "bottom"),
        (_("help with journeys"), "left", "top"),
        (_("let them tell others"), "left", "bottom"),
    )
    halo = {"stroke": "token:surface", "strokeWidth": 4, "strokeJoin": "round", "color": "token:surface"}
    words = [
        {
            "data": {"values": [{}]},
            "mark": {
                "type": "text", "text": said, "align": side, "baseline": end, **colours,
                "dx": -6 if side == "right" else 6, "dy": 6 if end == "top" else -6,
            },
            "encoding": {
                "x": {"value": "width" if side == "right" else 0},
                "y": {"value": 0 if end == "top" else "height"},
            },
        }
        for colours in (halo, {"color": "token:ink-soft"})
        for said, side, end in corners
    ]  # fmt: skip
    lines = [
        {
            "data": {"values": [{}]},
            "mark": mark,
            "encoding": {"x": {"datum": max(median_of(placed), 1), "type": "quantitative"}},
        },
        {"data": {"values": [{}]}, "mark": mark, "encoding": {"y": {"datum": height.split, "type": "quantitative"}}},
    ]
    return lines, words


def _number(height: Height) -> str:
    return "d" if height.turned else ".0%"
