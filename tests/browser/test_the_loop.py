"""One customer through the loop: signal, playbook, logged call, timeline; letters, lots, and what they did."""

import re
from datetime import UTC, datetime, timedelta

import pytest

pytestmark = pytest.mark.browser

CHART = ".chart-picture svg, .chart-picture canvas"
FADING = "Usage is fading"
FADING_CALL = "Call about fading use"
LETTERS = {"welcome": "Welcome to Halyard", "discovery": "Two weeks in: what teams discover next"}
WITHIN_10_S = 10_000


def _open_signals_with_a_run(page):
    """Yield the path of every open signal whose account has a run of the playbook; the page is left on it."""
    page.goto("/signals/")
    for path in page.eval_on_selector_all("main tbody a.row-link", "as => as.map(a => a.getAttribute('href'))"):
        page.goto(path)
        if page.locator("main").get_by_role("link", name=FADING).count():
            yield path


def _at_an_open_call(page):
    """Go from an open signal over its run to a call that is still to be made; return the paths of all three."""
    for signal in _open_signals_with_a_run(page):
        page.locator("main").get_by_role("link", name=FADING).first.click()
        page.wait_for_url(re.compile(r"/runs/\d+/$"))
        call = page.locator("main li[data-row]", has_text=FADING_CALL).first
        if call.locator(".pill-info").count():
            run, task = page.url, call.get_by_role("link", name=FADING_CALL).get_attribute("href")
            page.goto(task)
            return signal, run, task
    raise AssertionError("every call that an open signal asked for has been made")


def _at_the_day_of_somebody_busy(page):
    """Open My day of the first member with something to do; return the forms that complete it."""
    for member in page.eval_on_selector_all("select[name=of] option", "os => os.map(o => o.value)"):
        page.goto(f"/?of={member}")
        forms = page.locator("main form[action$='/complete/']")
        if forms.count():
            return forms
    raise AssertionError("nobody has anything to do")


def _share(text):
    return float(re.search(r"(\d+(?:\.\d+)?)\s*%", text)[1])


def test_a_signal_says_why_in_words_and_a_chart(open_page):
    page = open_page("/signals/")
    first = page.locator("main tbody tr").first
    account, headline = first.locator("th").inner_text(), first.locator("td").nth(1).inner_text()
    assert len(headline.split()) >= 4, headline

    first.get_by_role("link", name=account).click()
    page.wait_for_url(re.compile(r"/signals/\d+/$"))
    assert page.locator("h1").inner_text().startswith(account)
    assert page.locator(".page-lead").inner_text() in headline
    page.locator(CHART).first.wait_for()
    assert page.locator("figure[data-chart] figcaption").inner_text().strip() != ""
    page.get_by_text("Numbers", exact=True).click()
    assert page.locator("figure[data-chart] .chart-table tbody tr").count() >= 14

    page.get_by_role("link", name="Open account").click()
    page.wait_for_url(re.compile(r"/accounts/\d+/$"))
    assert page.locator("#noticed a").first.inner_text() in headline
    page.locator("#use_chart svg, #use_chart canvas").first.wait_for()
    assert page.complaints == []


def test_the_call_of_a_fading_account_is_logged_and_told(open_page):
    page = open_page()
    signal, run, task = _at_an_open_call(page)
    account = page.locator("main a[href^='/accounts/']").first.get_attribute("href")
    owner = page.locator("dt:text-is('Owner') + dd").inner_text().strip()
    assert page.locator(".script").inner_text() != ""

    in_three_days = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    notes = f"They moved reporting to a spreadsheet at {datetime.now(UTC):%H:%M:%S} and want a template."
    form = page.locator("form[action$='/call/']")
    form.get_by_label("What came of it").select_option("reached")
    form.get_by_label("Minutes").fill("17")
    form.get_by_label("Notes").fill(notes)
    form.get_by_label("Next step").fill("Send the reporting template")
    form.get_by_label("Kind").select_option("email")
    form.get_by_label("Date").fill(in_three_days)
    form.get_by_role("button", name="Log the call").click()
    page.get_by_text("The call is logged.").wait_for()

    page.goto(account)
    timeline = page.locator("#timeline")
    timeline.get_by_text(notes).wait_for(timeout=WITHIN_10_S)
    logged = timeline.locator(".timeline-entry", has_text=notes)
    assert re.search(r"called.*: Reached", logged.locator(".timeline-words").inner_text())
    page.locator("main").get_by_text("Send the reporting template").first.wait_for()

    page.goto(run)
    done = page.locator("main li[data-row]", has_text=FADING_CALL).first
    assert done.locator(".pill-good").count() == 1
    page.goto(signal)
    assert page.locator("main").get_by_role("link", name=FADING).count() >= 1

    page.goto("/")
    page.goto(f"/?of={page.locator('select[name=of] option', has_text=owner).first.get_attribute('value')}")
    assert page.locator(f"main form[action='{task}complete/']").count() == 0, "it is not due any more"
    assert page.locator(f"main form[action='{task}undo/']").count() == 1, "it is among what was done today"
    assert page.complaints == []


def test_a_completed_task_is_taken_back(open_page):
    page = open_page()
    form = _at_the_day_of_somebody_busy(page).first.get_attribute("action")
    page.goto(form.removesuffix("complete/"))
    task, title = page.url, page.locator(".breadcrumb-trail [aria-current]").inner_text()

    page.get_by_role("button", name="Complete", exact=True).click()
    page.get_by_text(f"Done: {title}").wait_for()
    page.goto(task)
    assert page.locator("h1 .pill-good").inner_text().strip() == "closed"

    page.locator("main").get_by_role("button", name="Undo").click()
    page.get_by_text(f"Open again: {title}").wait_for()
    page.goto(task)
    assert page.locator("h1 .pill-good").count() == 0
    page.get_by_role("button", name="Complete", exact=True).wait_for()
    assert page.complaints == []


@pytest.mark.parametrize("letter", LETTERS)
def test_a_journey_has_sent(open_page, letter):
    page = open_page("/outbox/?" + f"q={LETTERS[letter].replace(' ', '+')}")
    subject = page.locator("main tbody a.row-link").first
    assert subject.inner_text().startswith(LETTERS[letter])

    subject.click()
    page.wait_for_url(re.compile(r"/outbox/\d+/$"))
    assert page.locator("h1").inner_text().startswith(LETTERS[letter])
    assert "Welcome and first discoveries" in page.locator("dt:text-is('Why') + dd").inner_text()
    words = page.frame_locator("iframe.mail-frame").locator("body").inner_text()
    assert {"welcome": "good to have", "discovery": "Saved reports"}[letter] in words
    assert "{{" not in words
    assert page.complaints == []


@pytest.mark.parametrize(
    ("marks", "reason"), [("outcome=made", ""), ("reason=holdout", "held out")], ids=["made", "held out"]
)
def test_a_decision_tells_its_reason(open_page, marks, reason):
    page = open_page("/journeys/")
    page.get_by_role("link", name="Welcome and first discoveries").click()
    page.wait_for_url(re.compile(r"/journeys/\d+/$"))
    page.goto(f"{page.url}decisions/?{marks}")
    row = page.locator("main tbody tr").first
    touch, why = row.locator("td").nth(2).inner_text().strip(), row.locator("td").nth(3).inner_text().strip()
    assert why != ""

    row.locator("a.row-link").click()
    page.wait_for_url(re.compile(r"/decisions/\d+/$"))
    lead = page.locator(".page-lead").inner_text()
    assert lead == f"{touch}: {why}"
    assert reason in lead
    assert page.locator("main dt[translate=no]").count() >= 1, "what the decision rested on"
    assert page.locator("main a[href^='/outbox/']").count() == (0 if reason else 1)
    assert page.complaints == []


def test_the_effect_compares_both_groups_with_an_interval(open_page):
    page = open_page("/effects/")
    treated, held_out, difference = (page.locator(".stat").nth(n) for n in range(3))
    for group in (treated, held_out):
        assert 0 <= _share(group.locator(".stat-value").inner_text()) <= 100
        low, high = re.findall(r"(\d+(?:\.\d+)?)\s*%", group.locator(".stat-note").inner_text())[:2]
        assert float(low) <= _share(group.locator(".stat-value").inner_text()) <= float(high)
        assert int(re.search(r"(\d+) accounts", group.locator(".stat-note").inner_text())[1]) >= 10
    assert re.search(r"\d", difference.locator(".stat-value").inner_text())
    assert re.fullmatch(r".*\d.* … .*\d.*", difference.locator(".stat-note").inner_text().strip())
    page.locator(CHART).first.wait_for()

    held_out.locator(".stat-value a").click()
    page.wait_for_url(re.compile(r"/effects/accounts/\?group=held_out$"))
    rows = page.locator("main tbody tr")
    assert rows.count() >= 10
    assert set(rows.locator("td:nth-child(2)").all_inner_texts()) == {"Held out"}
    assert page.complaints == []


def test_a_signal_is_put_off_by_the_keyboard_and_brought_back(open_page):
    page = open_page("/signals/")
    before = page.locator("main tbody tr").count()
    account = page.locator("main tbody a.row-link").first.inner_text()

    page.keyboard.press("j")
    page.keyboard.press("s")
    page.locator("#snoozing form").wait_for()
    assert account in page.locator("#snoozing li").first.inner_text()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo").wait_for()
    assert page.locator("main tbody tr").count() == before - 1

    page.get_by_role("button", name="Undo").click()
    page.get_by_text("1 signal is as it was.").wait_for()
    assert page.locator("main tbody tr").count() == before
    assert page.complaints == []


def test_what_to_do_with_an_account_opens_from_the_list_by_one_key(open_page):
    page = open_page("/accounts/?sort=-signals")
    account = page.locator("main tbody a.row-link").first.inner_text()

    page.keyboard.press("j")
    page.keyboard.press("a")
    page.locator("#acts_body h3").wait_for()

    assert page.locator("#acts_body h3").inner_text() == account
    page.locator("#acts_body").get_by_role("button", name="for a week").wait_for()
    assert page.complaints == []
