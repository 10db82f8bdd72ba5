"""The shell in Chromium: keys, palette, notes, drawer, charts, and nothing the Content-Security-Policy refuses."""

import functools
from typing import Any

import pytest
from django.urls import get_resolver

from tenure.web.shell import navigation
from tenure.web.shell.navigation import NavigationItem
from tests.web.visiting import Open

pytestmark = pytest.mark.browser


@pytest.fixture
def open_style(open_page: Open, live_workspace: Any, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the page of components as the owner of a demo workspace; `page.complaints` holds what went wrong."""
    live_workspace.is_demo = True
    live_workspace.save()
    assert get_resolver().url_patterns  # pages that are loaded later would put themselves into this menu
    monkeypatch.setattr(navigation, "_items", {})
    for key, go, name in (("style", "s", "Components"), ("two_step", "t", "Two-step sign-in")):
        address = {"style": "style", "two_step": "mfa_index"}[key]
        navigation.register(
            NavigationItem(
                key=key,
                label=name,
                url_name=address,
                icon="table",
                go=go,
                order=10,
                in_bottom_bar=True,
                count=lambda r: 3,
            )
        )
    return functools.partial(open_page, "/style", height=800)


def test_breaks_no_rule_of_the_browser_in_light_and_dark(open_style: Open) -> None:
    for scheme in ("light", "dark"):
        page = open_style(scheme=scheme)
        page.locator("#use svg.marks").wait_for()
        page.locator("#use .chart-picture svg").hover(position={"x": 300, "y": 100})
        page.wait_for_timeout(200)

        assert page.complaints == []


def test_refuses_a_script_that_was_smuggled_in(open_style: Open) -> None:
    page = open_style()

    ran = page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.smuggled = true';
            document.body.append(script);
            document.body.insertAdjacentHTML('beforeend', '<img src="/nothing" onerror="window.smuggled = true">');
            return new Promise(done => setTimeout(() => done(window.smuggled === true), 300));
        }"""
    )

    assert ran is False
    assert any("Content Security Policy" in text for text in page.complaints)


def test_palette_finds_and_opens_by_keys_alone(open_style: Open) -> None:
    page = open_style()

    page.keyboard.press("Control+k")
    page.locator("#palette-answers [role=option]").first.wait_for()
    page.keyboard.type("two")
    page.locator("#palette-answers [role=option][aria-selected=true]", has_text="Two-step").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/2fa/")

    assert page.locator("h1").inner_text() == "Two-step sign-in"
    assert page.complaints == []


def test_palette_runs_a_command(open_style: Open) -> None:
    page = open_style()

    page.keyboard.press("Control+k")
    page.keyboard.type("dark")
    page.locator("#palette-answers [aria-selected=true]", has_text="light and dark").wait_for()
    page.keyboard.press("Enter")

    page.locator("html[data-theme=dark]").wait_for()
    assert not page.locator("#palette").is_visible()


def test_palette_offers_what_the_page_can_do(open_style: Open) -> None:
    page = open_style()
    page.evaluate("document.querySelector('[data-key=n]').addEventListener('click', () => (window.pressed = true))")

    page.keyboard.press("Control+k")
    page.keyboard.type("new seg")
    page.locator("#palette-answers [aria-selected=true]", has_text="New segment").wait_for()
    page.keyboard.press("Enter")

    assert page.evaluate("window.pressed") is True
    assert page.complaints == []


def test_letters_go_to_places_but_not_while_typing(open_style: Open) -> None:
    page = open_style()

    page.locator("#f1").fill("")
    page.locator("#f1").press_sequentially("gt?")
    assert page.locator("#f1").input_value() == "gt?"
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("t")

    page.wait_for_url("**/sign-in/2fa/")


def test_question_mark_shows_the_keys_and_escape_closes_them(open_style: Open) -> None:
    page = open_style()

    page.keyboard.press("?")
    page.locator("#keys").wait_for()
    assert "Two-step sign-in" in page.locator("#keys").inner_text()
    page.keyboard.press("Escape")

    assert not page.locator("#keys").is_visible()


def test_j_and_k_walk_the_rows_and_x_selects(open_style: Open) -> None:
    page = open_style()

    for key in "jjjk":
        page.keyboard.press(key)
    assert page.locator(".here .row-link").inner_text() == "Blue Fjord"
    page.keyboard.press("x")

    assert page.locator("input[data-select]:checked").count() == 1
    assert page.locator(".bulk-bar [data-chosen-count]").inner_text() == "1"
    page.keyboard.press("Enter")
    assert page.url.endswith("#row2")


def test_selects_all_and_a_range(open_style: Open) -> None:
    page = open_style()
    boxes = page.locator("input[data-select]")

    page.locator("input[data-select-all]").check()
    assert page.locator(".bulk-bar [data-chosen-count]").inner_text() == "5"
    page.locator("input[data-select-all]").uncheck()
    assert not page.locator(".bulk-bar").is_visible()
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])

    assert page.locator("input[data-select]:checked").count() == 3


def test_keeps_light_or_dark_without_a_flash(open_style: Open) -> None:
    page = open_style()

    page.get_by_label("Light or dark").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()

    assert background == "rgb(22, 23, 24)"
    assert page.content().startswith('<!DOCTYPE html><html lang="en" data-theme="dark"')
    page.locator("#use svg.marks").wait_for()
    colour = page.locator("#use path[aria-roledescription='line mark'], #use .mark-line path").first.get_attribute(
        "stroke"
    )
    assert colour == "rgb(95, 199, 193)"


def test_a_telephone_has_a_bottom_bar_and_a_drawer(open_style: Open) -> None:
    page = open_style(width=360)

    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert not page.locator(".sidebar").is_visible()
    assert page.locator(".bottom-bar a").count() == 2
    page.get_by_role("button", name="More", exact=True).last.click()
    page.locator(".sidebar").wait_for()
    page.keyboard.press("Escape")
    page.locator(".sidebar").wait_for(state="hidden")

    small = page.eval_on_selector_all(
        ".topbar :is(button, summary), .bottom-bar :is(a, button), main :is(button, .btn, .chip a, select)",
        """all => all.filter(each => each.offsetParent)
            .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
            .filter(([, box]) => box.height < 44 || box.width < 24)
            .map(([html, box]) => `${html} ${box.width}x${box.height}`)""",
    )
    assert small == []


def test_definitions_open_on_focus_and_close_on_escape(open_style: Open) -> None:
    page = open_style()

    page.locator(".stat .definition button").first.focus()
    page.locator(".definition-words", has_text="What the scorecard says").wait_for()
    page.keyboard.press("Escape")

    assert not page.locator(".definition-words", has_text="What the scorecard says").is_visible()


def test_notes_can_be_undone(open_style: Open) -> None:
    page = open_style()
    undone: list[str] = []
    page.route("**/tasks/1/undo", lambda route: (undone.append(route.request.method), route.fulfill(status=204))[1])

    page.evaluate(
        "document.body.dispatchEvent(new CustomEvent('toast',"
        " {bubbles: true, detail: {value: [{text: 'Task done.', undo: '/tasks/1/undo'}]}}))"
    )
    page.get_by_role("button", name="Undo").click()
    page.locator(".toast-note").wait_for(state="detached")

    assert undone == ["POST"]
    assert page.complaints == []


def test_a_chart_has_its_numbers_beside_it(open_style: Open) -> None:
    page = open_style()
    page.locator("#use svg.marks").wait_for()

    page.locator("#use summary", has_text="Numbers").click()

    assert page.locator("#use table tbody tr").count() == 5
    before = page.locator("#use svg.marks").get_attribute("width")
    page.set_viewport_size({"width": 800, "height": 800})
    page.wait_for_function("w => document.querySelector('#use svg.marks').getAttribute('width') !== w", arg=before)
    assert page.complaints == []


def test_the_head_of_a_list_stays_in_sight(open_style: Open) -> None:
    page = open_style()
    page.set_viewport_size({"width": 1440, "height": 500})

    page.locator(".list thead").nth(1).evaluate("head => scrollTo(0, head.getBoundingClientRect().top + scrollY + 20)")
    page.wait_for_timeout(100)

    assert page.locator(".list thead th").nth(5).bounding_box()["y"] == 48
    assert page.locator(".table-frame").nth(1).get_attribute("tabindex") == "-1"
    page.set_viewport_size({"width": 360, "height": 500})
    page.locator(".table-frame[tabindex='0']", has_text="Northwind").wait_for()


def test_keeps_what_was_typed_until_it_is_sent(open_style: Open) -> None:
    page = open_style()
    page.get_by_role("button", name="Open a dialog").click()
    page.locator("#d1").fill("She asked for the export guide")

    page.reload()
    page.get_by_role("button", name="Open a dialog").click()
    assert page.locator("#d1").input_value() == "She asked for the export guide"
    page.get_by_role("button", name="Log the call").click()
    page.wait_for_url("**/style?notes=She*")

    assert page.locator("#d1").input_value() == ""


def test_tabs_switch_by_arrow_keys(open_style: Open) -> None:
    page = open_style()

    page.get_by_role("tab", name="Form").focus()
    page.keyboard.press("ArrowRight")

    assert page.locator("#text").is_visible()
    assert not page.locator("#form").is_visible()


def test_every_control_has_a_name(open_style: Open) -> None:
    page = open_style()
    page.keyboard.press("Control+k")
    page.locator("#palette-answers [role=option]").first.wait_for()

    unnamed = page.eval_on_selector_all(
        "button, a[href], input:not([type=hidden]), select, summary, [role=img]",
        """all => all.filter(each => !(each.textContent.trim() || each.getAttribute('aria-label') || each.title
            || each.labels?.length || each.querySelector('[role=img][aria-label]')))
            .map(each => each.outerHTML.slice(0, 120))""",
    )
    assert unnamed == []
