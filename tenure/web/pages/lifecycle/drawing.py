"""The stages drawn side by side, with an arrow for every way from one to another: sizes for the page's SVG."""

import dataclasses
from collections.abc import Mapping, Sequence

from tenure.lifecycle.types import Machine

WIDE, HIGH, GAP, MARGIN = 132, 56, 44, 12
RISE = 30
"""How much higher an arrow arches for each stage it passes over."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Box:
    """One stage."""

    key: str
    name: str
    accounts: int
    x: int
    y: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Arrow:
    """One way from a stage to another."""

    path: str
    label: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Drawing:
    """All of it, and how large it is."""

    width: int
    height: int
    boxes: Sequence[Box]
    arrows: Sequence[Arrow]


def draw(machine: Machine, names: Mapping[str, str], accounts: Mapping[str, int]) -> Drawing:
    """Lay the stages out in their order; ways on arch above, ways back below."""
    places = {key: n for n, key in enumerate(machine.keys)}
    ways = sorted({(places[t.source], places[t.target]) for t in machine.transitions})
    above = max([RISE * (b - a) for a, b in ways if b > a + 1], default=0)
    below = max([RISE * (a - b) for a, b in ways if b < a], default=0)
    top = MARGIN + above
    boxes: list[Box] = [
        Box(
            key=stage.key,
            name=names.get(stage.key, stage.name),
            accounts=accounts.get(stage.key, 0),
            x=MARGIN + n * (WIDE + GAP),
            y=top,
        )
        for n, stage in enumerate(machine.stages)
    ]
    return Drawing(
        width=2 * MARGIN + len(boxes) * (WIDE + GAP) - GAP,
        height=top + HIGH + below + MARGIN,
        boxes=boxes,
        arrows=[
            Arrow(path=_path(boxes[a], boxes[b], b - a), label=f"{boxes[a].name} → {boxes[b].name}") for a, b in ways
        ],
    )


def _path(begin: Box, end: Box, steps: int) -> str:
    if steps == 1:
        return f"M{begin.x + WIDE} {begin.y + HIGH // 2} H{end.x - 5}"
    if steps > 1:
        x1, x2, y = begin.x + WIDE * 2 // 3, end.x + WIDE // 3, begin.y
        high = y - RISE * steps
        return f"M{x1} {y} C{x1} {high}, {x2} {high}, {x2} {y - 5}"
    x1, x2, y = begin.x + WIDE // 3, end.x + WIDE * 2 // 3, begin.y + HIGH
    low = y + RISE * -steps
    return f"M{x1} {y} C{x1} {low}, {x2} {low}, {x2} {y + 5}"
