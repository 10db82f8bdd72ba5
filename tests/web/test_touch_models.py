"""The pages of touch models."""

import re
from datetime import UTC, datetime, time

import pytest

from tenure.touch_models import queries
from tenure.workspaces.models import Workspace
from tenure.workspaces.types import PermissionRole
from tests.segments.given import DAY, NOW, given_account
from tests.touch_models.given import THREE, follow, given_models, given_mrr
from tests.web.visiting import read, read_csv, visit


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.fixture
def fjord():
    found = given_account("fjord", mrr=300)
    given_models()
    return found


def test_suggests_models_and_begins_with_them():
    browser = visit()

    empty = read(browser.get("/touch-models/"))
    browser.post("/touch-models/begin/")

    assert "No touch models yet" in empty
    assert "key: high_touch" in empty
    assert queries.definition().version == 1
    assert "too little history" in read(browser.get("/touch-models/"))


def test_shows_whom_each_model_takes_and_what_it_allows(fjord):
    page = read(visit().get("/touch-models/"))

    assert "takes accounts where mrr is more than 1,000" in page
    assert "keeps them while mrr is more than 800" in page
    assert "for 30 days at least" in page
    assert "not: e-mail, phone" in page
    assert "Last regular call" in page


def test_lists_who_is_served_how_and_exports(fjord):
    browser = visit()

    page = read(browser.get("/touch-models/of/low_touch/"))
    rows = read_csv(browser.get("/touch-models/of/low_touch/export.csv"))

    assert "Fjord" in page
    assert [row[:3] for row in rows[1:]] == [[str(fjord), "Fjord", "low_touch"]]
    assert browser.get("/touch-models/of/none/").status_code == 404


def test_locks_a_model_from_the_accounts_page_and_takes_it_back(fjord):
    browser = visit(PermissionRole.MEMBER)

    refused = browser.post(f"/touch-models/accounts/{fjord}/lock/", {"model": "high_touch", "reason": " "}, follow=True)
    assert "Give a reason" in read(refused)
    assert queries.models_of([fjord]) == {fjord: "low_touch"}
    locked = browser.post(
        f"/touch-models/accounts/{fjord}/lock/",
        {"model": "high_touch", "reason": "A friend", "until": "2026-04-01"},
        follow=True,
    )

    assert "The touch model is locked." in read(locked)
    assert "A friend" in read(locked)
    assert queries.models_of([fjord]) == {fjord: "high_touch"}
    assert "A friend" in read(browser.get("/touch-models/of/high_touch/?locked=1"))
    browser.post(f"/touch-models/accounts/{fjord}/unlock/")
    assert queries.lock_of(fjord) is None


def test_does_the_steps_of_a_change_and_opens_them_again(fjord, at):
    at(NOW + 11 * DAY)
    given_mrr(fjord, 2000)
    follow()
    browser = visit(PermissionRole.MEMBER)
    (first, _) = queries.steps_of_account(fjord)

    assert "Introduce yourself" in read(browser.get("/touch-models/changes/"))
    assert "Kick-off call" in read(browser.get(f"/accounts/{fjord}/"))
    browser.post(f"/touch-models/steps/{first.id}/done/", {"back": "changes"})
    assert "Introduce yourself" not in read(browser.get("/touch-models/changes/")).split("is done.")[-1]
    browser.post(f"/touch-models/steps/{first.id}/reopen/")
    assert [s.done_at for s in queries.steps_of_account(fjord)] == [None, None]


def test_edits_previews_and_brings_back(fjord):
    browser = visit()
    text = THREE.replace("value: 1000", "value: 250").replace("minimum_days: 10", "minimum_days: 0")

    seen = read(browser.post("/touch-models/preview/", {"text": text}))
    wrong = read(
        browser.post(
            "/touch-models/preview/",
            {"text": THREE.replace("- {after_days: 1, kind: introduce", "- {after_days: 1, kind: pray")},
        )
    )
    saved = browser.post("/touch-models/edit/", {"text": text, "version": 1})
    late = browser.post("/touch-models/edit/", {"text": THREE, "version": 1})

    assert "No account would move" not in seen or "minimum" in text
    assert "is not a choice" in wrong
    assert (saved.status_code, late.status_code) == (302, 422)
    assert "+" in read(browser.get("/touch-models/versions/"))
    browser.post("/touch-models/versions/1/restore/")
    assert queries.definition().definition == queries.read_text(THREE)
    member = visit(PermissionRole.MEMBER)
    assert member.get("/touch-models/edit/").status_code == 403


def test_the_timeline_says_how_it_is_served(fjord, at):
    from tenure.kernel import outbox

    at(NOW + 11 * DAY)
    given_mrr(fjord, 2000)
    follow()
    while outbox.deliver():
        pass

    assert "Served as High-touch now, before as Low-touch" in read(visit().get(f"/accounts/{fjord}/"))


def test_undoing_a_lock_brings_back_the_one_it_replaced(fjord):
    browser = visit(PermissionRole.MEMBER)
    address = f"/touch-models/accounts/{fjord}/lock/"
    browser.post(address, {"model": "tech_touch", "reason": "They asked for it"}, follow=True)

    page = read(browser.post(address, {"model": "high_touch", "reason": "A friend"}, follow=True))
    undo = re.search(r'action="(/touch-models/locks/\d+/restore/)"', page)
    assert undo is not None, re.findall(r'action="([^"]*)"', page)
    browser.post(undo[1])

    found = queries.lock_of(fjord)
    assert (found.model, found.reason) == ("tech_touch", "They asked for it")


def test_a_step_is_late_by_the_workspaces_day(fjord, at):
    at(NOW + 11 * DAY)
    given_mrr(fjord, 2000)
    follow()
    browser = visit(PermissionRole.MEMBER)
    Workspace.objects.update(timezone="Pacific/Kiritimati")  # fourteen hours before UTC
    first = queries.steps_of_account(fjord)[0]

    at(datetime.combine(first.due_on, time(9), UTC))
    before = [row["is_late"] for row in browser.get("/touch-models/changes/").context["rows"]]
    at(datetime.combine(first.due_on, time(11), UTC))
    after = [row["is_late"] for row in browser.get("/touch-models/changes/").context["rows"]]

    assert (before, after) == ([False, False], [True, False])
