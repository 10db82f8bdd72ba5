"""Chart specifications: valid Vega-Lite, with the page's colours and everything drawn."""

import json
from datetime import date, timedelta

import altair as alt

from tenure.stats.charts import (
    ACTUAL,
    HELD_OUT,
    MARK,
    TREATED,
    BandPoint,
    BandWords,
    DayMark,
    Line,
    LineWords,
    band_chart,
    curves_chart,
    for_print,
)

WORDS = BandWords(day="Week to", unit="Days of use", actual="Seen", expected="Expected", band="Expected range")
CURVE_WORDS = LineWords(days="Days", share="Still customers", interval="95% interval", horizon="180 days")


def points(weeks: int, known_from: int = 0) -> list[BandPoint]:
    return [
        BandPoint(
            day=date(2026, 1, 4) + timedelta(weeks=n),
            actual=40.0,
            expected=41.0 if n >= known_from else None,
            low=30.0 if n >= known_from else None,
            high=52.0 if n >= known_from else None,
        )
        for n in range(weeks)
    ]


def test_band_chart_is_valid_and_has_line_band_and_marks() -> None:
    spec = band_chart(points(16, known_from=4), [DayMark(day=date(2026, 3, 1), label="Signal", color=MARK)], WORDS)

    alt.Chart.from_dict(spec)
    marks = [layer["mark"]["type"] for layer in spec["layer"]]
    assert marks == ["area", "line", "line", "text", "text", "rule", "text"]
    assert len(spec["layer"][0]["data"]["values"]) == 12
    assert len(spec["layer"][2]["data"]["values"]) == 16
    assert json.dumps(spec).count(ACTUAL) >= 2


def test_band_chart_of_nothing_is_still_a_chart() -> None:
    alt.Chart.from_dict(band_chart([], [], WORDS))


def test_a_band_chart_of_noughts_lies_at_the_bottom() -> None:
    nothing = [BandPoint(day=p.day, actual=0.0, expected=None, low=None, high=None) for p in points(3, known_from=9)]

    idle, used = (band_chart(of, [], WORDS)["layer"][2]["encoding"]["y"] for of in (nothing, points(3, known_from=0)))

    assert idle["scale"] == {"domain": [0, 1]}
    assert (used["scale"], used["axis"]["tickMinStep"]) == ({"domainMin": 0}, 1)


def test_curves_are_steps_with_bands_and_labels_at_their_ends() -> None:
    steps = ((0.0, 1.0, 1.0, 1.0), (20.0, 0.9, 0.8, 0.95), (90.0, 0.9, 0.8, 0.95))
    lines = [Line(name="Treated", color=TREATED, steps=steps), Line(name="Held out", color=HELD_OUT, steps=steps[:2])]

    spec = curves_chart(lines, 180, CURVE_WORDS)

    alt.Chart.from_dict(spec)
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["area", "line", "text", "text", "rule", "text"]
    assert spec["layer"][1]["mark"]["interpolate"] == "step-after"
    assert [layer["data"]["values"][0]["group"] for layer in spec["layer"][2:4]] == ["Treated", "Held out"]


def test_print_has_fixed_colours() -> None:
    spec = for_print(band_chart(points(3), [], WORDS))

    assert "token:" not in json.dumps(spec)
