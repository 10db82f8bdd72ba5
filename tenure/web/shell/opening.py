"""Charts that open: every point leads to the accounts behind it, or to the account's own evidence."""

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from tenure.stats.charts import Chart
from tenure.tracking.types import Section

Spec: TypeAlias = dict[str, Any]
REACH = 220
"""The area in pixels around a point on which a finger meets it."""
_HREF = {"field": "href", "type": "nominal"}


def opening(spec: Mapping[str, Any], address: Callable[[Mapping[str, Any]], str]) -> Spec:
    """Return a specification in which everything that says something when pointed at opens, too.

    `address` is given a datum and returns where it leads, "" for nowhere. A line is met at its points.
    """
    made: Spec = copy.deepcopy(dict(spec))
    layers: list[Spec] = made.get("layer", [made])
    reached: list[Spec] = []
    for layer in layers:
        kind = layer["mark"]["type"]
        if "tooltip" not in layer["encoding"] or kind == "area":
            continue
        for datum in (layer.get("data") or made["data"])["values"]:
            datum["href"] = address(datum)
        if kind in ("line", "point"):
            reached.append(_reach(layer))
        else:
            layer["mark"] |= {"cursor": "pointer"}
            layer["encoding"]["href"] = _HREF
            _open_words(layers, layer)
    if reached:
        made["layer"] = [*(_alone(made) if "layer" not in made else made["layer"]), *reached]
        if "mark" in made:
            del made["mark"], made["encoding"]
    return made


def rows_opening(chart: Chart, addresses: Iterable[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the rows of a chart's table, each with where it leads: for the keyboard, and without scripts."""
    return list(zip(addresses, chart.rows, strict=True))


def opening_use(chart: Chart, whose: str) -> Spec:
    """Return what a template needs of a chart by day whose points open what was done up to then.

    `whose` is the address of the account's page.
    """

    def up_to(day: str) -> str:
        return f"{whose}?show={Section.USE.value}&to={day}#timeline"

    return {
        "chart": chart,
        "spec": opening(chart.spec, lambda point: up_to(point["day"])),
        "chart_rows": rows_opening(chart, (up_to(day.isoformat()) for day in chart.days)),
    }


def opens(spec: Mapping[str, Any]) -> bool:
    """Tell whether anything in a chart leads somewhere; in one that shows nothing there is nothing to lead from."""
    layers = spec.get("layer", [spec])
    shows = any(each.get("data", {}).get("values") for each in (spec, *layers))
    return not shows or any("href" in layer.get("encoding", {}) for layer in layers)


def _open_words(layers: list[Spec], under: Spec) -> None:
    """Let what is written over a shape, of the same data, say and open what the shape does."""
    for layer in layers:
        if layer["mark"]["type"] == "text" and layer.get("data") == under.get("data"):
            layer["mark"] |= {"cursor": "pointer"}
            layer["encoding"] |= {"href": _HREF, "tooltip": under["encoding"]["tooltip"]}


def _reach(layer: Spec) -> Spec:
    """Return what cannot be seen and is met around each point of a layer."""
    kept = {name: layer["encoding"][name] for name in ("x", "y", "tooltip")}
    return {
        **({"data": layer["data"]} if "data" in layer else {}),
        "mark": {"type": "point", "filled": True, "opacity": 0, "size": REACH, "cursor": "pointer"},
        "encoding": {**kept, "href": _HREF},
    }


def _alone(spec: Spec) -> list[Spec]:
    return [{"mark": spec["mark"], "encoding": spec["encoding"]}]
