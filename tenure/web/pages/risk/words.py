"""What risk is called on pages, and the chart of what was foretold beside what came."""

import math
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenure.risk.types import ChurnKind, Problem, SetAside
from tenure.snapshots import queries as snapshots

KINDS: dict[ChurnKind, Promise] = {
    ChurnKind.CONTRACT: _("the last subscription ends"),
    ChurnKind.USE: _("the product is no longer used"),
}


def range_query(band: Mapping[str, Any]) -> str:
    """Return what asks for those of whom as much was foretold as of a band; empty where nobody wrote down how much."""
    low, high = band.get("low"), band.get("high")
    return "" if low is None or high is None else urlencode({"from": repr(low), "to": repr(high)})


def range_asked(query: QueryDict) -> tuple[float | None, float | None]:
    """Read between what the foretold is asked for."""

    def number(name: str) -> float | None:
        try:
            value = float(query.get(name, ""))
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    return number("from"), number("to")


def calibration_chart(bands: Sequence[Mapping[str, Any]], opens: str) -> dict[str, Any] | None:
    """Draw what came, with its interval, over what was foretold; on the diagonal, chances come true.

    Each point leads to `opens` with what asks for those behind it.
    """
    points = [
        {
            "foretold": band["foretold"],
            "count": band["count"],
            **band["came"],
            "href": f"{opens}?{query}" if (query := range_query(band)) else "",
        }
        for band in bands
        if band["came"]["value"] is not None
    ]
    if not points:
        return None
    most = min(1.0, max([0.05, *(p["foretold"] for p in points), *(p["high"] or 0 for p in points)]))
    scaled = {"type": "quantitative", "scale": {"domain": [0, most]}, "axis": {"format": "%"}}
    foretold = {"field": "foretold", "title": gettext("Foretold"), **scaled}
    diagonal = {
        "data": {"values": [{"foretold": 0, "value": 0}, {"foretold": most, "value": most}]},
        "mark": {"type": "line", "strokeDash": [4, 4], "color": "token:line"},
        "encoding": {"x": foretold, "y": {"field": "value", **scaled}},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "height": 220,
        "width": "container",
        "data": {"values": points},
        "layer": [
            diagonal,
            {
                "mark": {"type": "rule", "color": "token:accent"},
                "encoding": {"x": foretold, "y": {"field": "low", **scaled}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 90, "color": "token:accent", "cursor": "pointer"},
                "encoding": {
                    "x": foretold,
                    "y": {"field": "value", "title": gettext("Left"), **scaled},
                    "href": {"field": "href", "type": "nominal"},
                    "tooltip": [
                        {"field": "foretold", "type": "quantitative", "title": gettext("Foretold"), "format": ".0%"},
                        {"field": "value", "type": "quantitative", "title": gettext("Left"), "format": ".0%"},
                        {
                            "field": "count",
                            "type": "quantitative",
                            "title": gettext("Weeks of accounts"),
                            "format": ",",
                        },
                    ],
                },
            },
        ],
    }


def left_out_words(each: Mapping[str, Any]) -> str:
    """Say why a number takes no part."""
    name = {"name": snapshots.feature_name(each["name"])}
    match each["why"]:
        case SetAside.DATED_AFTER:
            return gettext("%(name)s: known only after the week it stands for") % name
        case SetAside.ENCODES_THE_LABEL:
            return gettext("%(name)s: alone it tells who left, as only the outcome itself can") % name
        case SetAside.GIVEN_WITH_THE_LABEL:
            return gettext("%(name)s: given only for those who left, or only for those who stayed") % name
        case SetAside.ALWAYS_THE_SAME if not each["seen"].get("value"):
            return gettext("%(name)s: not known of anybody") % name
        case _:
            return gettext("%(name)s: the same for everybody") % name


def problem_words(problem: Problem) -> str:
    """Say what is wrong with a text, and in which line."""
    said: Mapping[str, str] = {
        "text_too_long": gettext("the text is too long"),
        "not_yaml": gettext("this is not YAML"),
        "not_lines": gettext("it is written as lines of name: value"),
        "key_unknown": gettext("“%(key)s” is not known; there are leaving, horizon_days and gap_days"),
        "key_twice": gettext("“%(key)s” is there twice"),
        "key_missing": gettext("“%(key)s” is missing"),
        "value_wrong": gettext("“%(key)s” has one value"),
        "leaving_wrong": gettext("leaving is contract or use"),
        "days_wrong": gettext("“%(key)s” is a whole number from %(least)s to %(most)s"),
    }
    words = said[problem.code] % {"key": problem.key, "least": problem.least, "most": problem.most}
    return gettext("Line %(line)d: %(words)s") % {"line": problem.line, "words": words}
