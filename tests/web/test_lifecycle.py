"""The pages of the lifecycle."""

import pytest

from tenure.lifecycle import queries
from tenure.workspaces.types import PermissionRole
from tests.lifecycle.given import ROAD, follow, given_lifecycle
from tests.segments.given import NOW, given_account
from tests.web.visiting import read, read_csv, visit


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.fixture
def fjord():
    given_lifecycle()
    found = given_account("fjord", plan="Premium")
    follow()
    return found


def test_draws_the_stages_with_who_is_in_them(fjord):
    page = read(visit().get("/lifecycle/"))

    assert page.count("<rect") == 3
    assert page.count("marker-end") == 3
    assert "plan is Premium" in page
    assert "nobody has left" in page


def test_says_what_will_be_there_while_nobody_is():
    assert "No account is in a stage yet" in read(visit().get("/lifecycle/"))


def test_lists_who_is_in_a_stage_and_exports_them(fjord):
    browser = visit()

    page = read(browser.get("/lifecycle/stages/active/"))
    rows = read_csv(browser.get("/lifecycle/stages/active/export.csv"))

    assert "Fjord" in page
    assert [row[:4] for row in rows[1:]] == [[str(fjord), "Fjord", "active", ""]]
    assert "Nobody is in this stage now" in read(browser.get("/lifecycle/stages/gone/"))
    assert browser.get("/lifecycle/stages/nowhere/").status_code == 404


def test_lists_who_went_where():
    given_lifecycle()
    given_account("kestrel")
    follow()
    browser = visit()

    page = read(browser.get("/lifecycle/moves/?from=&to=trial&days=30"))
    rows = read_csv(browser.get("/lifecycle/moves/export.csv?from=&to=trial&days=30"))

    assert "New, to Trial" in page
    assert "Kestrel" in page
    assert [row[1:4] for row in rows[1:]] == [["Kestrel", "trial", ""]]


def test_shows_who_would_move_and_what_is_wrong(fjord):
    browser = visit()

    seen = read(browser.post("/lifecycle/preview/", {"text": ROAD.replace("Premium", "Other")}))
    other = ROAD.replace("mood", "plan").replace("value: bad", "value: Premium")
    moving = read(browser.post("/lifecycle/preview/", {"text": other}))
    wrong = read(browser.post("/lifecycle/preview/", {"text": ROAD.replace("to: gone", "to: nowhere")}))

    assert "No account would move" in seen
    assert "Active → Gone" in moving
    assert "Fjord" in moving
    assert "Line 14:" in wrong
    assert "There is no stage “nowhere”" in wrong


def test_saves_a_change_keeps_what_is_wrong_and_undoes(fjord):
    browser = visit()
    version = queries.lifecycle().version
    text = ROAD.replace("name: Gone", "name: Left us")

    refused = browser.post("/lifecycle/edit/", {"text": text.replace("to: gone", "to: x"), "version": version})
    saved = browser.post("/lifecycle/edit/", {"text": text, "version": version})
    late = browser.post("/lifecycle/edit/", {"text": ROAD, "version": version})

    assert (refused.status_code, saved.status_code, late.status_code) == (422, 302, 422)
    assert "to: x" in read(refused)
    assert "Somebody else changed the stages meanwhile" in read(late)
    assert queries.stage_names()["gone"] == "Left us"
    versions = read(browser.get("/lifecycle/versions/"))
    assert "+   name: Left us" in versions
    assert browser.post(f"/lifecycle/versions/{version}/restore/").status_code == 302
    assert queries.stage_names()["gone"] == "Gone"


def test_only_admins_change_the_stages(fjord):
    member = visit(PermissionRole.MEMBER)

    assert member.get("/lifecycle/").status_code == 200
    assert "/lifecycle/edit/" not in read(member.get("/lifecycle/"))
    assert member.get("/lifecycle/edit/").status_code == 403
    assert member.post("/lifecycle/versions/1/restore/").status_code == 403


def test_an_accounts_page_tells_its_life(fjord):
    page = read(visit().get(f"/accounts/{fjord}/"))

    assert "How the stages work" in page
    assert "plan is Premium" in page


def test_the_timeline_says_which_stage_it_came_to(fjord):
    from tenure.customers import actions as customers
    from tenure.kernel import outbox

    customers.set_account_traits(fjord, {"mood": "bad"}, source="test")
    follow()
    while outbox.deliver():
        pass

    page = read(visit().get(f"/accounts/{fjord}/"))

    assert "Came to the stage Gone, from Active" in page
    assert "StageLeft" not in page


def test_says_that_nobody_has_changed_the_stages_yet():
    assert "The usual stages are in force" in read(visit().get("/lifecycle/versions/"))
