"""The pages of VIPs."""

import pytest

from tenure.vips import queries
from tenure.workspaces.models import Workspace
from tenure.workspaces.types import PermissionRole
from tests.segments.given import DAY, NOW, given_account
from tests.vips.given import RULES, given_rules
from tests.web.visiting import read, read_csv, visit


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.fixture
def fjord():
    found = given_account("fjord", domain="fjord.example", funding_total_usd=3_200_000, funding_last_round="B")
    given_rules()
    return found


def test_suggests_rules_and_begins_with_them(workspace):
    browser = visit()

    empty = read(browser.get("/vips/"))
    browser.post("/vips/begin/")

    assert "No rules for VIPs yet" in empty
    assert "funding_total_usd" in empty
    assert "No account is a VIP for this reason now" in read(browser.get("/vips/"))


def test_lists_who_is_one_with_the_proof_and_exports(fjord):
    browser = visit()

    page = read(browser.get("/vips/"))
    rows = read_csv(browser.get("/vips/export.csv"))

    assert "Fjord" in page
    assert "funding_total_usd: 3,200,000, funding_last_round: B" in page
    assert "not accepted" in page
    assert [row[1:3] + row[4:6] for row in rows[1:]] == [
        ["Fjord", "silver", "funding", "funding_total_usd=3200000; funding_last_round=B"]
    ]
    assert "Fjord" not in read(browser.get("/vips/?reason=brand"))


def test_marks_the_account_and_says_why(fjord):
    page = read(visit().get(f"/accounts/{fjord}/"))

    assert "VIP (Funded, 3.2M)" in page
    assert "A 1:1 demo" in page
    assert "Nobody at the account has accepted these terms yet" in page


def test_records_an_acceptance_and_takes_it_back(fjord):
    browser = visit(PermissionRole.MEMBER)
    address = f"/vips/accounts/{fjord}/accept/"
    said = {"level": "silver", "accepted_by": "Maya Lin", "accepted_on": "2026-03-09", "note": "On the phone"}

    refused = browser.post(address, {**said, "accepted_by": " "}, follow=True)
    late = browser.post(address, {**said, "accepted_on": "2026-03-11"}, follow=True)
    recorded = browser.post(address, said, follow=True)

    for answer in (refused, late):
        assert "Nothing was recorded" in read(answer)
    assert "Maya Lin accepted the terms of Silver on 9 Mar" in read(recorded)
    assert "accepted 9 Mar" in read(browser.get("/vips/"))
    (made,) = queries.acceptances_of([fjord])[fjord]
    browser.post(f"/vips/acceptances/{made.id}/withdraw/")
    assert queries.acceptances_of([fjord]) == {}
    browser.post(f"/vips/acceptances/{made.id}/restore/")
    assert [a.id for a in queries.acceptances_of([fjord])[fjord]] == [made.id]


def test_edits_previews_and_brings_back(fjord):
    browser = visit()
    stricter = RULES.replace("499999", "9999999")

    seen = read(browser.post("/vips/rules/preview/", {"text": stricter}))
    wrong = read(
        browser.post("/vips/rules/preview/", {"text": RULES.replace("level: gold\n  when", "level: x\n  when")})
    )
    saved = browser.post("/vips/rules/edit/", {"text": stricter, "version": 1})
    late = browser.post("/vips/rules/edit/", {"text": RULES, "version": 1})

    assert "1 account would be a VIP no more" in seen
    assert "There is no level “x”" in wrong
    assert (saved.status_code, late.status_code) == (302, 422)
    assert queries.levels_of([fjord]) == {}
    rules = read(browser.get("/vips/rules/"))
    assert "only companies with a domain of their own" in rules
    assert "A first answer within one hour" in rules
    browser.post("/vips/rules/versions/1/restore/")
    assert queries.levels_of([fjord]) == {fjord: "silver"}
    assert visit(PermissionRole.MEMBER).get("/vips/rules/edit/").status_code == 403


def test_today_is_the_day_that_the_workspaces_clock_shows(at):
    rich = given_account("rich", mrr=5000)
    given_rules()
    Workspace.objects.update(timezone="Pacific/Pago_Pago")  # eleven hours after UTC
    at((NOW + DAY).replace(hour=3))
    there = NOW.date().isoformat()

    page = read(visit(PermissionRole.MEMBER).get(f"/accounts/{rich}/"))

    assert f'name="accepted_on" value="{there}" max="{there}"' in page
