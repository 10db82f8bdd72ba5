"""A chart of what came and went by month: bars up and down from zero. Like `charts`: numbers and words in."""

import dataclasses
from collections.abc import Sequence
from datetime import date
from typing import Any

from tenure.stats.charts import ACTUAL, SOFT, _altair

COLORS = (ACTUAL, "token:good", "token:info", "token:watch", "token:risk")
"""One colour a kind, in the order they are given."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Flow:
    """How much of one kind came (positive) or went (negative) in each month, and the same in words."""

    name: str
    amounts: tuple[tuple[date, float, str], ...]


def flow_chart(flows: Sequence[Flow], *, month: str, unit: str, net: str) -> dict[str, Any]:
    """Draw months as stacked bars, gains above zero and losses below, with a mark where the month came out."""
    alt = _altair()
    values = [
        {"name": flow.name, "order": n, "month": day.isoformat(), "value": value, "said": said}
        for n, flow in enumerate(flows)
        for day, value, said in flow.amounts
        if value
    ]
    sums: dict[str, float] = {}
    for flow in flows:
        for day, value, _ in flow.amounts:
            sums[day.isoformat()] = sums.get(day.isoformat(), 0) + value
    across = alt.X("month:O", title=None, timeUnit="yearmonth", axis=alt.Axis(format="%b %y", labelOverlap=True))
    names = [flow.name for flow in flows]
    bars = (
        alt.Chart(alt.Data(values=values))
        .mark_bar(size=16)
        .encode(
            x=across,
            y=alt.Y("value:Q", title=unit, axis=alt.Axis(format="~s")),
            color=alt.Color(
                "name:N",
                scale=alt.Scale(domain=names, range=list(COLORS[: len(names)])),
                legend=alt.Legend(title=None, orient="top"),
            ),
            order="order:Q",
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("month:T", title=month, format="%b %Y"),
                alt.Tooltip("said:N", title=unit),
            ],
        )
    )
    marks = (
        alt.Chart(alt.Data(values=[{"month": day, "value": value, "name": net} for day, value in sums.items()]))
        .mark_tick(color=SOFT, thickness=2, size=22)
        .encode(x=across, y="value:Q", tooltip=[alt.Tooltip("value:Q", title=net, format=",.0f")])
    )
    made: dict[str, Any] = alt.layer(bars, marks).to_dict()
    made.pop("config", None)
    return made
