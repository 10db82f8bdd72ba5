"""The pages of books."""

import pytest

from tenure.customers import actions as customer_actions
from tenure.customers import queries as customers
from tenure.kernel import jobs
from tenure.touch_models import actions, queries
from tenure.touch_models.types.books import Books
from tenure.workspaces.types import PermissionRole
from tests.given import given_member, given_user
from tests.segments.given import NOW, given_account
from tests.touch_models.given import given_models
from tests.touch_models.test_books import BOOKS
from tests.web.visiting import read, visit


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.fixture
def team():
    found = [given_member(n, user=given_user(f"{n.lower()}@halyard.example")) for n in ("Ada", "Mei")]
    given_account("fjord", mrr=2000, language="zh", timezone="Asia/Taipei")
    given_account("tail", mrr=5)
    given_models()
    return found


def test_asks_for_capacities_and_begins_with_a_line_for_everybody(team):
    browser = visit()

    assert "Nobody has said yet how much each member can look after" in read(browser.get("/books/"))
    assert "ada@halyard.example" in read(browser.get("/books/edit/"))


def test_edits_shows_and_gives_out_with_reasons(team):
    _, mei = team
    browser = visit()

    wrong = browser.post("/books/edit/", {"text": BOOKS.replace("ada@", "nobody@"), "version": 0})
    seen = read(browser.post("/books/preview/", {"text": BOOKS}))
    saved = browser.post("/books/edit/", {"text": BOOKS, "version": 0})
    page = read(browser.get("/books/"))
    unasked = read(browser.get("/books/give-out/"))
    waiting = read(browser.post("/books/give-out/ask/", follow=True))
    jobs.run_stage("books_proposals", NOW)
    proposal = read(browser.get("/books/give-out/progress/"))

    assert "No member has the address nobody@halyard.example" in read(wrong)
    assert "Long tail" in seen
    assert "Ada" in seen
    assert saved.status_code == 302
    assert "1 account; keep 85% over 90 days" in page
    assert "nothing to count yet" in page
    assert "speaks its language (zh), works the same hours, then has 1/2 accounts" in proposal
    assert "this is proved" in proposal
    assert "Nothing worked out yet" in unasked
    assert "every 1s" in waiting
    assert "every 1s" not in proposal
    assert "this is proved" in read(browser.get("/books/give-out/"))  # kept, and not worked out once more
    (fjord,) = [g.account_id for g in queries.propose().given]
    done = read(browser.post("/books/give-out/", {"account": [str(fjord)]}, follow=True))
    assert "1 account is given out." in done
    assert customers.owners_of([fjord]) == {fjord: mei.pk}
    browser.post("/books/give-out/ask/")
    jobs.run_stage("books_proposals", NOW)
    assert "Nothing to give out" in read(browser.get("/books/give-out/"))


def test_what_was_shown_is_what_is_given_out_and_who_has_moved_meanwhile_stays(team):
    ada, _ = team
    actions.change_books(queries.read_books(BOOKS), by=ada)
    browser = visit()
    browser.post("/books/give-out/ask/")
    jobs.run_stage("books_proposals", NOW)
    (fjord,) = [g.account_id for g in queries.proposal().giving_out.given]
    customer_actions.assign_owners({fjord: ada.pk}, by=ada)

    said = read(browser.post("/books/give-out/", {"account": [str(fjord)]}, follow=True))

    assert "Nothing was given out" in said
    assert customers.owners_of([fjord]) == {fjord: ada.pk}
    actions.change_books(Books(), by=ada)
    assert "The books were changed since" in read(browser.get("/books/give-out/"))


def test_a_members_book_has_a_page(team):
    ada, _ = team
    actions.change_books(queries.read_books(BOOKS), by=ada)

    page = read(visit().get(f"/books/{ada.pk}/"))

    assert "Long tail" in page
    assert f"/accounts/?owner={ada.pk}" in page


def test_only_admins_give_out(team):
    member = visit(PermissionRole.MEMBER)

    assert member.get("/books/").status_code == 200
    assert member.get("/books/give-out/").status_code == 403
    assert member.get("/books/edit/").status_code == 403
