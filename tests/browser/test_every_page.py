"""Every kind of page, found by following links: it answers, breaks no rule of the browser, and fits a telephone."""

import re

import pytest

from tools.browsing import kinds_of_pages

pytestmark = pytest.mark.browser
SPEAKS_ENGLISH = {"style"}  # shows components to those who build Tenure


def _walk(open_page, demo, **choices):
    page = open_page("/", **choices)
    for kind in kinds_of_pages(page, demo):
        yield page, kind


def test_answers_without_complaints_at_full_width(open_page, demo):
    routes, silent = [], []
    for page, kind in _walk(open_page, demo):
        routes.append(kind.route)
        if page.locator("h1").count() != 1:
            silent.append(kind)

    assert "?" not in routes, "a link leads nowhere"
    assert silent == [], "each page has one heading"
    assert page.complaints == []
    assert len(routes) >= 25, routes


def test_fits_a_telephone_in_the_dark(open_page, demo):
    wide = []
    for page, kind in _walk(open_page, demo, width=360, scheme="dark"):
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            wide.append((kind.route, overflow))

    assert wide == []
    assert page.complaints == []


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_speaks_chinese_in_headings_buttons_and_labels(open_page, demo, language):
    english = {}
    for page, kind in _walk(open_page, demo, language=language):
        if kind.route in SPEAKS_ENGLISH:
            continue
        spoken = page.eval_on_selector_all(
            "main h1, main h2, main button, main label, main th, nav a, .topbar button",
            "es => es.filter(e => e.offsetParent && !e.closest('[data-customer], [translate=no], pre, code'))"
            ".map(e => e.textContent.trim().replace(/\\s+/g, ' '))",
        )
        title = page.title()
        left = [t for t in spoken if re.search(r"[A-Za-z]{3,}", t) and not re.search(r"[\u4e00-\u9fff]", t)]
        left = [t for t in left if not _is_a_name(t)]
        if not re.search(r"[\u4e00-\u9fff]", title) and kind.route not in NAMED_BY_CUSTOMERS:
            left.append(title)
        if left:
            english[kind.route] = left[:5]
    assert english == {}


NAMED_BY_CUSTOMERS = {"account", "person", "account_trait", "person_trait", "plan_event"}
"""Pages whose title is what a customer called something."""


def _is_a_name(text: str) -> bool:
    """Tell what may stay as it is: names, addresses, units and what customers wrote."""
    return bool(
        re.fullmatch(
            r"(Tenure|CSV|API|YAML|JSON(L| Lines)?|Stripe|Webhook|MRR|NPS|Ctrl.*|English|[A-Z]{2,5}|.*@.*|wk_.*|tk_.*)",
            text,
        )
    )
