"""Made-up content for the page of all components."""

from datetime import timedelta
from typing import Any

from tenure.kernel import clock

_NAMES = (
    ("Northwind Ltd", "Premium", 480_000, "risk"),
    ("Blue Fjord", "Starter", 49_00, "good"),
    ("甘霖科技股份有限公司", "Premium", 1_250_000, "watch"),
    ("مؤسسة النور", "Free", 0, "info"),
    ("Kestrel & Sons <b>of the very long company name that has to be cut somewhere</b>", "Business", 99_000, "good"),
)


def _spec() -> dict[str, Any]:
    now = clock.now()
    days = [now - timedelta(days=back) for back in range(84, -1, -1)]
    expected = [120 - 70 * (day.weekday() >= 5) for day in days]
    falling = [1.0 if at < 63 else max(0.35, 1 - (at - 62) * 0.05) for at in range(85)]
    values = [
        {
            "day": day.date().isoformat(),
            "expected": usual,
            "low": usual * 0.8,
            "high": usual * 1.2,
            "actual": round(usual * part * (1 + 0.1 * ((at * 7919) % 13 - 6) / 6)),
        }
        for at, (day, usual, part) in enumerate(zip(days, expected, falling, strict=True))
    ]
    x = {"field": "day", "type": "temporal", "title": None}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": values},
        "encoding": {"x": x},
        "layer": [
            {
                "mark": {"type": "area", "color": "token:line"},
                "encoding": {
                    "y": {"field": "low", "type": "quantitative", "title": "Events a day"},
                    "y2": {"field": "high"},
                },
            },
            {
                "mark": {"type": "line", "color": "token:accent", "tooltip": True},
                "encoding": {
                    "y": {"field": "actual", "type": "quantitative"},
                    "tooltip": [
                        {"field": "day", "type": "temporal", "title": "Day"},
                        {"field": "actual", "type": "quantitative", "title": "Events"},
                        {"field": "expected", "type": "quantitative", "title": "Expected"},
                    ],
                },
            },
        ],
    }


def contents() -> dict[str, Any]:
    """Return what the page shows."""
    now = clock.now()
    return {
        "now": now,
        "rows": [
            {
                "name": name,
                "plan": plan,
                "mrr": mrr,
                "tone": tone,
                "seen": now - timedelta(minutes=37 * 9**at),
                "week": [(at * 5 + day * 3) % 11 for day in range(14)],
            }
            for at, (name, plan, mrr, tone) in enumerate(_NAMES)
        ],
        "spec": _spec(),
        "earlier": now - timedelta(hours=3, minutes=5),
        "yesterday": now - timedelta(days=1, hours=2),
        "snippet": "from segment import analytics\nanalytics.write_key = 'wk_…'\nanalytics.track('u1', 'Exported')",
        "length": timedelta(hours=3, minutes=10),
    }
