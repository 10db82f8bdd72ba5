"""Charts of metrics: what is drawn, and that names at the ends of lines do not cover each other."""

from datetime import date

from tenure.stats.trends import AgeLine, Bar, Trend, TriangleCell, age_chart, funnel_chart, trend_chart, triangle_chart


def _data(spec):
    return [row for name in spec.get("datasets", {}).values() for row in name] or [
        row for layer in spec["layer"] for row in layer.get("data", spec.get("data", {})).get("values", [])
    ]


def test_lines_break_where_nothing_is_known():
    spec = trend_chart(
        [Trend(name="All", points=((date(2026, 1, 1), 3.0), (date(2026, 2, 1), None)))], period="Month", unit="People"
    )

    assert {"name": "All", "day": "2026-02-01", "value": None} in _data(spec)
    assert not any(layer["mark"]["type"] == "text" for layer in spec["layer"])


def test_names_at_the_ends_keep_apart():
    lines = [
        Trend(name=name, points=((date(2026, 1, 1), value),))
        for name, value in (("a", 100.0), ("b", 99.0), ("c", 98.0))
    ]

    spec = trend_chart(lines, period="Day", unit="People")

    [names] = [layer["data"]["values"] for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    assert [(n["name"], round(n["value"], 6)) for n in names] == [("a", 100.0), ("b", 92.5), ("c", 85.0)]


def test_names_at_the_floor_are_moved_up_and_stand_beside_the_last_day():
    lines = [
        Trend(name="a", points=((date(2026, 1, 1), 100.0), (date(2026, 2, 1), 1.0))),
        Trend(name="b", points=((date(2026, 1, 1), 0.5),)),
    ]

    spec = trend_chart(lines, period="Day", unit="People")

    [names] = [layer["data"]["values"] for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    assert {n["name"]: round(n["value"], 6) for n in names} == {"a": 7.5, "b": 0.0}
    assert {n["day"] for n in names} == {"2026-02-01"}


def test_each_line_has_its_own_colour():
    spec = age_chart(
        [AgeLine(name=name, points=((0, 1.0, 0.9, 1.0),)) for name in ("Premium", "Basic")],
        age="Months",
        share="Active",
        interval="Interval",
    )

    scale = spec["layer"][1]["encoding"]["color"]["scale"]
    assert scale == {"domain": ["Premium", "Basic"], "range": ["token:accent", "token:watch"]}


def test_a_large_triangle_is_drawn_without_text():
    def drawn(rows):
        cells = [TriangleCell(cohort=f"{n:02}", age=0, share=1.0, label="1 of 1") for n in range(rows)]
        return [layer["mark"]["type"] for layer in triangle_chart(cells, cohort="C", age="A", share="S")["layer"]]

    assert drawn(12) == ["rect", "text"]
    assert drawn(26) == ["rect"]


def test_a_funnel_keeps_the_order_of_its_steps():
    spec = funnel_chart(
        [Bar(name="2. b", share=1.0, low=0.9, high=1.0), Bar(name="1. a", share=0.5, low=0.4, high=0.6)],
        share="Share",
        interval="Interval",
    )

    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["2. b", "1. a"]
