"""The builder of scorecards in Chromium: what it would say follows every change, and the text with it."""

import pytest

from tenure.health import queries
from tests.health.given import given_account, given_scorecard, measure
from tests.web.visiting import Open

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 360])
def test_what_it_would_say_follows_the_fields(open_page: Open, width: int) -> None:
    given_account("fjord", seats=9)
    given_account("pine", seats=2)
    card = given_scorecard("Seats", measure("Seats", {"trait": "seats"}))
    page = open_page(f"/health/scorecards/{card.pk}/edit/", width=width)

    page.fill('input[name="high:measures[0]"]', "20")
    page.get_by_text("Good → Poor").wait_for()
    page.select_option('select[name="kind:measures"]', "seen")
    page.click('button[value="add:measures"]')
    page.wait_for_selector('input[name="weight:measures[1]"]')
    page.fill('input[name="weight:measures[1]"]', "3")
    page.click('button[name="op"][value="text"]')
    page.wait_for_selector("#text:visible")
    text = page.input_value("#text")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.click('button[name="op"][value="save"]')
    page.wait_for_url(f"**/health/scorecards/{card.pk}/")

    found = queries.read_text(text).definition.measures
    assert [(m.name, m.weight) for m in found] == [("Seats", 1), ("Last seen", 3)]
    assert queries.scorecard(card.pk).version == 2
    assert (overflow, page.complaints) == (0, [])
