"""What is called leaving, as text: both ways, and wrong lines named."""

import pytest

from tenure.risk.rules import read_text, to_text
from tenure.risk.types import GAPS, HORIZONS, Choices, ChurnKind, Problem

USE = Choices(kind=ChurnKind.USE, horizon_days=120, gap_days=21, is_chosen=True)


@pytest.mark.parametrize("kind", list(ChurnKind))
def test_what_is_written_is_read(kind):
    chosen = Choices(kind=kind, horizon_days=120, gap_days=21, is_chosen=True)

    assert read_text(to_text(chosen), HORIZONS, GAPS) == (chosen, [])


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("leaving: [", [Problem(line=1, code="not_yaml")]),
        ('leaving: "\\U00110000"', [Problem(line=1, code="not_yaml")]),
        ("just words", [Problem(line=1, code="not_lines")]),
        ("x: 1\n" * 900, [Problem(line=1, code="text_too_long")]),
        (
            "leaving: contract\nhorizon_days: 90\n",
            [Problem(line=1, code="key_missing", key="gap_days")],
        ),
        (
            "leaving: never\nhorizon_days: 9\ngap_days: soon\n",
            [
                Problem(line=1, code="leaving_wrong", key="leaving"),
                Problem(line=2, code="days_wrong", key="horizon_days", least=28, most=365),
                Problem(line=3, code="days_wrong", key="gap_days", least=7, most=84),
            ],
        ),
        (
            "leaving: use\nleaving: use\nhorizon_days: 90\ngap_days: [30]\nmore: 1\n",
            [
                Problem(line=2, code="key_twice", key="leaving"),
                Problem(line=4, code="value_wrong", key="gap_days"),
                Problem(line=5, code="key_unknown", key="more"),
            ],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, problems):
    assert read_text(text, HORIZONS, GAPS) == (None, problems)


def test_a_name_of_half_a_character_is_told_without_it():
    _, problems = read_text(to_text(USE) + '"a\\ud800b": 1\n', HORIZONS, GAPS)

    assert problems == [Problem(line=4, code="key_unknown", key="ab")]
