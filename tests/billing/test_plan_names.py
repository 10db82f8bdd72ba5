"""Several plans written in one text, told apart."""

import pytest

from tenure.billing.rules.plan_names import plans_in

NAMES = {"Pro, annual", "Pro, annual, EU"}


@pytest.mark.parametrize(
    ("text", "plans"),
    [
        ("", []),
        ("Pro", ["Pro"]),
        ("Basic, Pro", ["Basic", "Pro"]),
        ("Pro, annual", ["Pro, annual"]),
        ("Basic, Pro, annual, Support", ["Basic", "Pro, annual", "Support"]),
        ("Pro, annual, EU", ["Pro, annual, EU"]),
        ("annual, Pro", ["annual", "Pro"]),
    ],
)
def test_are_told_apart_by_the_names_that_hold_a_comma(text, plans):
    assert plans_in(text, NAMES) == plans
