"""The pages of segments."""

import re

import pytest

from tenure.segments import actions, queries
from tenure.workspaces.types import PermissionRole
from tests.segments.given import DAY, NOW, given_account, given_segment
from tests.web.visiting import read, read_csv, visit

PLAN = {
    "c:kind": "all",
    "c.0:kind": "trait",
    "c.0:name": "plan",
    "c.0:operator": "is",
    "c.0:value": "Premium",
}


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def sheet(**said):
    return {"subject": "account", "mode": "form", "name": "Premium", "description": "", **PLAN, **said}


def test_says_what_a_segment_is_while_there_is_none():
    page = read(visit().get("/segments/"))

    assert "No segment yet" in page
    assert "/segments/new/" in page


def test_lists_segments_with_their_sentence_and_size():
    given_account("fjord", plan="Premium")
    given_segment()

    page = read(visit().get("/segments/"))

    assert "accounts where plan is Premium" in page
    assert re.search(r'<td class="number">1</td>', page)


def test_keeps_archived_segments_apart():
    segment = given_segment()
    browser = visit()

    answer = browser.post(f"/segments/{segment.pk}/archive/")

    assert answer.status_code == 302
    assert "accounts where plan is Premium" not in read(browser.get("/segments/"))
    assert "accounts where plan is Premium" in read(browser.get("/segments/?archived=1"))
    browser.post(f"/segments/{segment.pk}/restore/")
    assert "accounts where plan is Premium" in read(browser.get("/segments/"))


def test_shows_who_is_in_and_finds_them_by_name():
    segment = given_segment()
    for key in ("fjord", "kestrel"):
        given_account(key, plan="Premium")
    browser = visit()

    page = read(browser.get(f"/segments/{segment.pk}/"))
    found = read(browser.get(f"/segments/{segment.pk}/?q=kest"))

    assert page.index("Kestrel") < page.index("Fjord")
    assert "Kestrel" in found
    assert "Fjord" not in found
    assert "Nobody in it is called" in read(browser.get(f"/segments/{segment.pk}/?q=nothing"))


def test_shows_who_came_and_went_and_why(at):
    segment = given_segment()
    fjord = given_account("fjord", plan="Premium")
    browser = visit()
    why = read(browser.get(f"/segments/{segment.pk}/why/{fjord}/"))
    assert "Fjord is in “Premium”" in why
    assert "plan is Premium" in why

    given_account("fjord", at=at(NOW + DAY), plan="Basic")

    history = read(browser.get(f"/segments/{segment.pk}/history/"))
    assert history.index("left") < history.index("entered")
    why = read(browser.get(f"/segments/{segment.pk}/why/{fjord}/"))
    assert "Fjord is not in “Premium”" in why
    assert "Basic" in why


def test_exports_everybody():
    segment = given_segment()
    fjord = given_account("fjord", plan="Premium")

    rows = read_csv(visit().get(f"/segments/{segment.pk}/export.csv"))

    assert rows == [["account_id", "name", "domain", "since"], [str(fjord), "Fjord", "", "2026-03-10T12:00:00+00:00"]]


def test_shows_versions_and_the_text_form():
    segment = given_segment()
    actions.change_segment(segment.pk, condition={"kind": "churned", "value": False}, by=None)

    page = read(visit().get(f"/segments/{segment.pk}/versions/"))

    assert page.index("accounts where not churned") < page.index("accounts where plan is Premium")
    assert "churned: false" in page


def test_builds_a_segment():
    given_account("fjord", plan="Premium")
    browser = visit()
    assert browser.get("/segments/new/").status_code == 200

    answer = browser.post("/segments/new/", sheet(op="save", description="Who pays most."))

    made = queries.segments()[0]
    assert answer["Location"] == f"/segments/{made.id}/"
    assert (made.name, made.description, made.size) == ("Premium", "Who pays most.", 1)


def test_changes_a_segment():
    segment = given_segment()

    visit().post(f"/segments/{segment.pk}/edit/", sheet(op="save", name="Basic", **{"c.0:value": "Basic"}))

    assert (queries.segment(segment.pk).name, queries.segment(segment.pk).version) == ("Basic", 2)


def test_shows_what_is_wrong_beside_it_and_keeps_what_was_typed():
    answer = visit().post(
        "/segments/new/",
        sheet(
            op="save",
            **{"c.0:value": " ", "c.1:kind": "last_seen", "c.1:operator": "more_than_days_ago", "c.1:days": "a while"},
        ),
    )

    page = read(answer)
    assert answer.status_code == 422
    assert 'id="c_0_value_error"' in page
    assert 'id="c_1_days_error"' in page
    assert 'value="a while"' in page
    assert queries.segments() == []


@pytest.mark.parametrize("name", ["", "x" * 121, "Taken"])
def test_shows_what_is_wrong_with_the_name(name):
    given_segment("Taken")

    answer = visit().post("/segments/new/", sheet(op="save", name=name))

    assert answer.status_code == 422
    assert 'id="name_error"' in read(answer)
    assert len(queries.segments()) == 1


@pytest.mark.parametrize(
    ("order", "places"),
    [
        ("add:c", ["c", "c.0", "c.1"]),
        ("group:c", ["c", "c.0", "c.1", "c.1.0"]),
        ("remove:c.0", ["c"]),
        ("again", ["c", "c.0"]),
        ("remove:c", ["c", "c.0"]),
        ("add:c.7", ["c", "c.0"]),
        ("nonsense", ["c", "c.0"]),
    ],
)
def test_adds_and_removes_conditions_without_saving(order, places):
    answer = visit().post("/segments/new/", sheet(op=order), headers={"HX-Request": "true"})

    assert re.findall(r'name="(c[.\d]*):kind"', read(answer)) == places
    assert answer["HX-Trigger-After-Swap"] == "rebuilt"
    assert queries.segments() == []


def test_keeps_what_still_fits_when_a_condition_becomes_another_kind():
    changed = {"c.0:was": "performed", "c.0:kind": "not_performed", "c.0:event": "Login", "c.0:days": "9"}

    page = read(visit().post("/segments/new/", sheet(op="again", **changed), headers={"HX-Request": "true"}))
    assert 'value="Login"' in page
    assert 'name="c.0:days" value="9"' in page

    changed = {"c.0:was": "trait", "c.0:kind": "churned", "c.0:value": "Premium"}
    page = read(visit().post("/segments/new/", sheet(op="again", **changed), headers={"HX-Request": "true"}))
    assert re.search(r'name="c.0:value"[^>]*>.*<option value="false" selected>', page, re.S)


def test_previews_with_who_would_enter_and_leave():
    given_account("fjord", plan="Premium")
    given_account("kestrel", plan="Basic")
    segment = given_segment()

    page = read(visit().post("/segments/preview/", sheet(against=segment.pk, **{"c.0:value": "Basic"})))

    assert "accounts where plan is Basic" in page
    assert "of 2 accounts" in page
    assert "1 would enter" in page
    assert "1 would leave" in page


def test_lists_what_is_still_to_fill_in():
    page = read(visit().post("/segments/preview/", sheet(**{"c.0:name": ""})))

    assert "Still to fill in" in page
    assert 'href="#c_0_name"' in page


def test_turns_into_text_and_back():
    browser, asked = visit(), {"HX-Request": "true"}

    text = read(browser.post("/segments/new/", sheet(op="text"), headers=asked))
    assert "- trait: plan" in text
    written = "name: Quiet\nsubject: person\nwhere:\n  last_seen: more_than_days_ago\n  days: 21\n"
    form = read(browser.post("/segments/new/", {"mode": "text", "text": written, "op": "form"}, headers=asked))

    assert 'value="Quiet"' in form
    assert 'name="c.0:days" value="21"' in form
    assert re.search(r'<option value="person" selected>', form)


def test_saves_text_and_names_the_line_of_what_is_wrong():
    browser = visit()
    written = "name: Quiet\nsubject: person\nwhere:\n  last_seen: more_than_days_ago\n  days: soon\n"

    answer = browser.post("/segments/new/", {"mode": "text", "text": written, "op": "save"})
    assert answer.status_code == 422
    assert "Line 5:" in read(answer)

    browser.post("/segments/new/", {"mode": "text", "text": written.replace("soon", "21"), "op": "save"})
    assert [(s.name, s.subject) for s in queries.segments()] == [("Quiet", "person")]


def test_does_not_let_text_change_what_a_segment_selects():
    segment = given_segment()
    written = "name: Premium\nsubject: person\nwhere:\n  last_seen: more_than_days_ago\n  days: 5\n"

    answer = visit().post(f"/segments/{segment.pk}/edit/", {"mode": "text", "text": written, "op": "save"})

    assert answer.status_code == 422
    assert queries.segment(segment.pk).version == 1


@pytest.mark.parametrize("address", ["/segments/new/", "/segments/{pk}/edit/", "/segments/preview/"])
def test_lets_viewers_read_and_nothing_else(address):
    segment = given_segment()
    browser = visit(PermissionRole.VIEWER)

    assert browser.get(f"/segments/{segment.pk}/").status_code == 200
    assert browser.post(address.format(pk=segment.pk), sheet()).status_code == 403
    assert browser.post(f"/segments/{segment.pk}/archive/").status_code == 403
    assert queries.segment(segment.pk).version == 1


@pytest.mark.parametrize("part", ["", "history/", "versions/", "edit/", "export.csv", "why/1/"])
def test_answers_404_for_a_segment_of_nobody(part):
    assert visit().get(f"/segments/77/{part}").status_code == 404


@pytest.mark.parametrize("part", ["why/99999999999999999999/", "?cursor=nonsense", "history/?cursor=WzFd", "?q=%00%F0"])
def test_answers_addresses_nobody_would_type(part):
    segment = given_segment()

    assert visit().get(f"/segments/{segment.pk}/{part}").status_code in (200, 404, 422)
    assert visit().get("/segments/99999999999999999999/").status_code == 404


def test_survives_hostile_names():
    given_account("fjord", **{"<b>'\"{{ x }}": "</script><script>alert(1)</script>"})
    hostile = "</textarea><script>alert(1)</script>"
    segment = given_segment(hostile[:100], kind="trait", name="<b>'\"{{ x }}", operator="is_set")
    browser = visit()

    for address in ("/segments/", f"/segments/{segment.pk}/", f"/segments/{segment.pk}/edit/"):
        assert "<script>alert" not in read(browser.get(address))
    page = browser.post(f"/segments/{segment.pk}/edit/", {"mode": "text", "text": hostile, "op": "save"})
    assert "<script>alert" not in read(page)


def test_saves_nothing_where_a_control_forgets_what_it_says():
    answer = visit().post("/segments/new/", sheet(), headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert queries.segments() == []


def test_finds_segments_by_name():
    given_segment("Premium")
    given_segment("Quiet ones", kind="last_seen", days=14)
    browser = visit()

    found = read(browser.get("/segments/?q=QUIET"))

    assert "Quiet ones" in found
    assert "accounts where plan is Premium" not in found
    assert "No segment is called “nothing”" in read(browser.get("/segments/?q=nothing"))


def test_begins_a_segment_as_a_copy_of_another():
    segment = given_segment()
    browser = visit()
    assert f"/segments/new/?like={segment.pk}" in read(browser.get(f"/segments/{segment.pk}/"))

    page = read(browser.get(f"/segments/new/?like={segment.pk}"))

    assert 'value="Copy of Premium"' in page
    assert 'name="c.0:value" value="Premium"' in page
    assert [s.name for s in queries.segments()] == ["Premium"]
    assert browser.get("/segments/new/?like=999999").status_code == 404


def test_offers_the_stages_and_models_that_are_defined():
    stage = {"c.0:name": "lifecycle_stage", "c.0:value": ""}

    page = read(visit().post("/segments/new/", sheet(op="again", **stage), headers={"HX-Request": "true"}))

    offered = re.search(r'<datalist id="c_0_values">(.*?)</datalist>', page, re.S)
    assert offered is not None
    assert re.findall(r'value="(\w+)"', offered[1]) == [
        "trial", "onboarding", "active", "renewing", "churned", "won_back",
    ]  # fmt: skip
