"""Numbers in addresses and forms that are none, or longer than anything can hold."""

from typing import Any

import pytest

from tenure.web.asked import whole
from tests.segments.given import NOW
from tests.web.visiting import visit


@pytest.mark.parametrize(("said", "number"), [("7", 7), ("007", 7), ("9" * 18, 10**18 - 1), ("0", 0)])
def test_reads_a_number(said: str, number: int) -> None:
    assert whole(said) == number


@pytest.mark.parametrize("said", ["", " 7", "-7", "7.0", "²", "٣", "1e3", "9" * 19, "9" * 5_000])
def test_takes_nothing_else_for_one(said: str) -> None:
    assert whole(said) is None


def test_takes_no_more_digits_than_asked_for() -> None:
    assert (whole("9999", digits=4), whole("10000", digits=4)) == (9999, None)


@pytest.mark.parametrize("number", ["²", "9" * 18, "9" * 30, "-1"])
def test_no_page_breaks_on_a_number_that_leads_nowhere(at: Any, workspace: Any, number: str) -> None:
    at(NOW)
    browser = visit()

    for address in (
        "/journeys/new/?copy=", "/journeys/templates/new/?copy=", "/settings/audit/?member=", "/settings/plan/?page=",
        "/signals/?owner=", "/settings/imports/?page=", "/segments/new/?like=", "/segments/overlap/?s=",
        "/lifecycle/?days=",
        "/effects/?horizon=", "/health/?band=", "/tickets/?account_id=", "/risk/?page=", "/risk/?from=", "/risk/?to=",
        "/backtests/?page=", "/portfolio/map/area/?mrr_from=", "/accounts/?page=",
    ):  # fmt: skip
        answer = browser.get(address + number, follow=True)
        assert answer.status_code in (200, 400, 404), address
