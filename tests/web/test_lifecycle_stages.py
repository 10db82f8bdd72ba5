"""Setting an account's stage: on its page, in the list of accounts, for one or many."""

import re

import pytest

from tenure.lifecycle import queries
from tenure.workspaces.types import PermissionRole
from tests.lifecycle.given import follow, given_lifecycle
from tests.segments.given import NOW, given_account
from tests.web.visiting import read, read_csv, visit

WHY = {"reason": "They signed at the fair", "until": "2026-04-01"}


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.fixture
def fjord():
    """An account on trial."""
    given_lifecycle()
    found = given_account("fjord")
    follow()
    return found


@pytest.fixture
def kestrel(fjord):
    """An account that is active."""
    found = given_account("kestrel", plan="Premium")
    follow()
    return found


def test_the_list_opens_the_form_in_place(fjord):
    browser = visit()

    page = read(browser.get("/accounts/?sort=name"))
    form = read(browser.get(f"/accounts/{fjord}/acts/?focus=lifecycle"))

    assert f"/accounts/{fjord}/acts/?focus=lifecycle" in page
    groups = re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', form)
    offered = {said: re.findall(r'value="(\w+)"', options) for said, options in groups}
    assert offered == {
        "a transition leads there": ["active"],
        "it is there: hold it": ["trial"],
        "only as an exception": ["gone"],
    }


def test_puts_one_there_shows_why_and_offers_the_way_back(fjord):
    browser = visit()

    browser.post("/lifecycle/put/", {"ids": fjord, "stage": "active", **WHY})

    assert queries.stages_of([fjord]) == {fjord: "active"}
    page = read(browser.get(f"/accounts/{fjord}/"))
    assert "1 account is in the stage Active now." in page
    assert "They signed at the fair" in page
    assert "Let go" in page
    assert "Set the stage" not in page
    assert "Held in the stage Active" in read(browser.get(f"/accounts/{fjord}/acts/"))
    undo = re.search(r"/lifecycle/put/\d+/undo/", page)
    assert undo
    browser.post(undo[0])
    assert queries.stages_of([fjord]) == {fjord: "trial"}


def test_says_what_is_missing_and_changes_nothing(fjord):
    browser = visit()

    for asked, said in (
        ({"stage": "active", "reason": " "}, "Give a reason, and a day that is not over."),
        ({"stage": "active", "reason": "x", "until": "2026-03-09"}, "Give a reason, and a day that is not over."),
        ({"stage": "active", "reason": "x", "until": "soon"}, "Give a reason, and a day that is not over."),
        ({"stage": "", "reason": "x"}, "Choose a stage."),
        ({"stage": "gone", "reason": "x"}, "No transition leads there."),
    ):
        browser.post("/lifecycle/put/", {"ids": fjord, **asked})
        assert said in read(browser.get(f"/accounts/{fjord}/"))
    assert queries.stages_of([fjord]) == {fjord: "trial"}
    assert browser.post("/lifecycle/put/", {"stage": "active", **WHY}).status_code == 422


def test_many_are_put_there_after_a_preview(fjord, kestrel):
    browser, ids = visit(), [fjord, kestrel]

    asked = read(browser.post("/lifecycle/put/preview/", {"ids": ids}))
    seen = read(browser.post("/lifecycle/put/preview/", {"ids": ids, "stage": "gone", "reason": "Kept"}))

    assert "Choose a stage" in asked
    assert "1 account goes there: a transition leads to Gone from where it is." in seen
    assert "1 account stays where it is: no transition leads to Gone from there." in seen
    assert 'value="Kept"' in seen
    browser.post("/lifecycle/put/", {"ids": ids, "stage": "gone", **WHY})
    page = read(browser.get("/lifecycle/"))
    assert "1 account is in the stage Gone now. 1 stays where it is: no transition leads there." in page
    assert queries.stages_of(ids) == {fjord: "trial", kestrel: "gone"}
    browser.post("/lifecycle/put/", {"everything": "1", "view": "sort=name", "stage": "gone", "exception": "1", **WHY})
    assert queries.stages_of(ids) == {fjord: "gone", kestrel: "gone"}
    assert queries.placement_of(fjord).is_exception


def test_lists_who_is_held_and_lets_go(fjord):
    browser = visit()
    assert "Nobody is held in a stage" in read(browser.get("/lifecycle/held/"))
    browser.post("/lifecycle/put/", {"ids": fjord, "stage": "active", **WHY})

    assert "1 account is held in its stage by a member" in read(browser.get("/lifecycle/"))
    assert "They signed at the fair" in read(browser.get("/lifecycle/held/"))
    header, row = read_csv(browser.get("/lifecycle/held/export.csv"))
    assert dict(zip(header, row, strict=True))["until"] == "2026-04-01"
    assert "They signed at the fair" in read(browser.get("/lifecycle/stages/active/"))
    browser.post(f"/lifecycle/accounts/{fjord}/let-go/")
    again = re.search(r"/lifecycle/held/\d+/again/", read(browser.get("/lifecycle/held/")))
    assert queries.placement_of(fjord) is None
    browser.post(again[0])
    assert queries.placement_of(fjord).reason == "They signed at the fair"


def test_viewers_set_no_stage(fjord):
    viewer = visit(PermissionRole.VIEWER)

    assert "focus=lifecycle" not in read(viewer.get("/accounts/?sort=name"))
    assert "Set the stage" not in read(viewer.get(f"/accounts/{fjord}/"))
    for path in ("/lifecycle/put/", "/lifecycle/put/preview/", f"/lifecycle/accounts/{fjord}/let-go/"):
        assert viewer.post(path, {"ids": fjord, "stage": "active", **WHY}).status_code == 403
    assert queries.stages_of([fjord]) == {fjord: "trial"}
