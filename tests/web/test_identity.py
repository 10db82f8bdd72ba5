"""Merging, possible duplicates, hierarchies, roles and traits on the pages."""

from datetime import UTC, datetime

import pytest

from tenure.computed_traits import queries as computed_traits
from tenure.customers import actions, queries
from tenure.customers.models import Merge
from tenure.workspaces.types import PermissionRole
from tests.customers.calls import grouped, identified
from tests.web.visiting import read, read_csv, visit

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def fjord(workspace) -> int:
    return actions.resolve_calls(
        [
            grouped(
                0, user_id="maya", group_id="fjord", traits={"name": "Fjord", "domain": "fjord.example", "seats": 4}
            ),
            grouped(1, user_id="ann", group_id="twin", traits={"name": "Fjord AS", "domain": "fjord.example"}),
            identified(2, user_id="maya", traits={"email": "maya@fjord.example", "name": "Maya"}),
        ]
    ).account_ids[0]


def test_two_accounts_are_merged_and_parted(fjord):
    actions.find_duplicates(now=NOW)
    browser = visit(PermissionRole.MEMBER)
    page = read(browser.get("/duplicates/"))
    assert "Fjord AS" in page
    assert "the same domain" in page
    twin = queries.account_by_external_id("twin").pk

    answer = browser.post("/merges/account/", {"kept": f"#{fjord}", "merged": f"#{twin}"}, follow=True)

    assert answer.redirect_chain[-1][0] == f"/accounts/{fjord}/"
    assert "They are one now." in read(answer)
    assert "Take back" in read(answer)
    merge = Merge.objects.get()
    answer = browser.post(f"/merges/{merge.pk}/part/", follow=True)
    assert "taken back" in read(answer)
    assert queries.account_by_external_id("twin").pk == twin


def test_a_wrong_id_is_said_and_changes_nothing(fjord):
    browser = visit(PermissionRole.MEMBER)

    answer = browser.post("/merges/account/", {"kept": f"#{fjord}", "merged": "nobody"}, follow=True)
    assert "nothing was merged" in read(answer)
    answer = browser.post("/merges/person/", {"kept": "maya", "merged": "MAYA@fjord.example"}, follow=True)
    assert "cannot be made one" in read(answer)
    assert not Merge.objects.exists()


def test_a_viewer_only_looks(fjord):
    actions.find_duplicates(now=NOW)
    browser = visit(PermissionRole.VIEWER)

    assert "Not the same" not in read(browser.get("/duplicates/"))
    assert browser.post("/merges/account/", {"kept": "fjord", "merged": "twin"}).status_code == 403
    assert browser.post(f"/accounts/{fjord}/trait/", {"name": "plan", "value": "x"}).status_code == 403
    assert browser.post("/traits/rule/", {"name": "plan"}).status_code == 403
    assert not Merge.objects.exists()


def test_a_no_can_be_undone_and_the_list_is_exported(fjord):
    actions.find_duplicates(now=NOW)
    (pair,) = queries.possible_duplicates("account").suggestions
    browser = visit()

    browser.post(f"/duplicates/{pair.id}/refuse/")
    assert "Nobody looks like somebody else" in read(browser.get("/duplicates/"))
    assert "Suggest again" in read(browser.get("/duplicates/?refused=1"))
    browser.post(f"/duplicates/{pair.id}/suspect/")

    rows = read_csv(browser.get("/duplicates/export.csv"))
    assert [row[1] for row in rows[1:]] == ["Fjord"]


def test_a_fact_is_said_pinned_and_let_go(fjord):
    browser = visit()
    address = f"/accounts/{fjord}/trait/"

    answer = browser.post(address, {"name": "seats", "type": "number", "value": "many"})
    assert answer.status_code == 422
    assert "not a value of the type" in read(answer)
    assert queries.account(fjord).traits["seats"] == 4
    browser.post(address, {"name": "seats", "type": "number", "value": "12", "pin": "1"})
    actions.resolve_calls([grouped(10**9, group_id="fjord", traits={"seats": 5})])
    assert queries.account(fjord).traits["seats"] == 12
    page = read(browser.get(address + "?name=seats"))
    assert "pinned by a member" in page
    browser.post(address, {"name": "seats", "let_go": "1"})
    assert queries.account(fjord).traits["seats"] == 5


def test_an_order_of_sources_is_set(fjord):
    browser = visit()

    assert "seats" in read(browser.get("/traits/"))
    browser.post("/traits/rule/", {"kind": "account", "name": "seats", "type": "text", "sources": "stripe, csv"})

    page = read(browser.get("/traits/?name=seats"))
    assert "stripe, csv" in page
    assert "1 of another type" in page


def test_parents_and_places_are_said(fjord):
    browser = visit()
    twin = queries.account_by_external_id("twin").pk
    maya = queries.person_by_external_id("maya").pk

    browser.post(f"/accounts/{twin}/parent/", {"parent": "fjord"})
    assert queries.account(twin).parent_id == fjord
    page = read(browser.get(f"/accounts/{fjord}/"))
    assert "Accounts below" in page
    assert "cannot belong to itself" in read(
        browser.post(f"/accounts/{fjord}/parent/", {"parent": "twin"}, follow=True)
    )
    browser.post(f"/people/{maya}/places/{fjord}/", {"role": "champion"})
    assert queries.people_of(fjord)[0].role == "champion"
    assert "the primary account" in read(browser.get(f"/people/{maya}/"))


def test_a_trait_is_computed_listed_and_removed(fjord):
    browser = visit()
    asked = {"name": "administrators", "subject": "account", "basis": "people", "measure": "sum", "days": ""}
    wrong = browser.post("/traits/computed/", asked)
    assert wrong.status_code == 422
    assert "need a property" in read(wrong)

    browser.post("/traits/computed/", {**asked, "measure": "count", "where": "role", "equals": "user"})
    page = read(browser.get("/traits/computed/"))
    assert "role = user" in page
    (made,) = computed_traits.computed_traits()
    browser.post(f"/traits/computed/{made.pk}/remove/")
    assert "Nothing is computed yet" in read(browser.get("/traits/computed/"))


def test_a_provider_of_company_facts_is_an_admins_to_set(fjord):
    address = "/traits/companies/"
    assert visit(PermissionRole.MEMBER).post(address, {"url": ""}).status_code == 403
    browser = visit()

    wrong = browser.post(address, {"url": "https://10.0.0.1/{domain}"})
    assert wrong.status_code == 422
    assert "leads to a public host" in read(wrong)
    browser.post(address, {"url": "https://93.184.216.34/{domain}", "key": "s3cret"})

    page = read(browser.get(address))
    assert "https://93.184.216.34/{domain}" in page
    assert "s3cret" not in page
    assert "0 of 1 company was asked about within a day." in page
    too_fast = browser.post(address, {"url": "https://93.184.216.34/{domain}", "per_minute": "2000"})
    assert too_fast.status_code == 422
    assert "Give a number from 1 to 1000." in read(too_fast)
    assert 'value="2000"' in read(too_fast)
