"""Members' books, pooled books and their targets, and accounts given out with reasons."""

from datetime import timedelta
from importlib import import_module

import numpy as np
import pytest
from django.db import connection

from tenure.customers import actions as customers
from tenure.customers import queries as accounts
from tenure.kernel import clock
from tenure.touch_models import actions, queries
from tenure.touch_models.errors import BooksChangedMeanwhile, BooksWrong
from tenure.touch_models.queries import proposing
from tenure.touch_models.queries.proposing import hours_apart
from tenure.touch_models.types.books import Of
from tenure.workspaces import queries as workspaces
from tests.given import given_member, given_user
from tests.segments.given import DAY, NOW, given_account, given_use, store_and_tell
from tests.touch_models.given import THREE, follow, given_models, given_mrr

BOOKS = """
members:
- email: ada@halyard.example
  accounts: 2
  languages: [en]
  timezone: Europe/London
  skills: [enterprise]
- email: mei@halyard.example
  accounts: 2
  languages: [zh, en]
  timezone: Asia/Taipei
pooled:
- name: Long tail
  models: [tech_touch]
  members: [ada@halyard.example, mei@halyard.example]
  keep_percent: 85
  days: 90
"""


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.fixture
def team():
    given_models(THREE.replace("  minutes_a_week: 60\n", "  minutes_a_week: 60\n  skills: [enterprise]\n"))
    return [given_member(name, user=given_user(f"{name.lower()}@halyard.example")) for name in ("Ada", "Mei")]


def given_books(text=BOOKS):
    actions.change_books(queries.read_books(text), by=None)


def own(account_id, member):
    customers.assign_owner(account_id, member, by=member)


def test_counts_what_members_look_after_against_what_they_can(team):
    ada, mei = team
    for key in ("a", "b", "c"):
        own(given_account(key, mrr=2000), ada)
    given_models()
    given_books()

    rows = {row.name: row for row in queries.member_books()}

    assert (rows["Ada"].accounts, rows["Ada"].minutes, rows["Ada"].over) == (3, 180, ("accounts",))
    assert (rows["Mei"].accounts, rows["Mei"].over, rows["Mei"].pooled) == (0, (), ("Long tail",))
    assert mei.name == "Mei"


def test_time_that_a_pooled_book_takes_counts_for_those_who_share_it(team):
    ada, mei = team
    given_models(THREE.replace("name: Tech-touch\n", "name: Tech-touch\n  minutes_a_week: 5\n"))
    own(given_account("a", mrr=2000), ada)
    for n in range(4):
        own(given_account(f"tail{n}", mrr=5), mei)
    actions.follow_everybody(now=clock.now() + timedelta(minutes=2))
    given_books(BOOKS.replace("accounts: 2\n  languages: [en]", "minutes_a_week: 65\n  languages: [en]"))

    rows = {row.member_id: row for row in queries.member_books()}

    told = [(rows[m.pk].accounts, rows[m.pk].minutes, rows[m.pk].pooled_minutes, rows[m.pk].over) for m in team]
    assert told == [(1, 70, 10, ("minutes_a_week",)), (0, 10, 10, ())]


@pytest.mark.parametrize(
    ("of_account", "of_member", "shared"),
    [("zh-TW", "zh", "zh"), ("zh", "zh-hant", "zh"), ("English", "en", "en"), ("fil", "fi", ""), ("", "en", "")],
)
def test_a_language_is_shared_whatever_its_script_or_country(team, of_account, of_member, shared):
    fjord = given_account("fjord", mrr=2000, language=of_account)
    given_books(f"members: [{{email: ada@halyard.example, languages: [{of_member}]}}]")

    (given,) = queries.propose().given

    assert (given.account_id, given.to_name, given.speaks) == (fjord, "Ada", shared)


def test_knows_who_shares_the_book_of_an_account(team):
    ada, mei = team
    tail, own_one = given_account("tail", mrr=5), given_account("fjord", mrr=2000)
    actions.follow_everybody(now=clock.now() + timedelta(minutes=2))
    given_books()

    assert queries.sharing_pools_of([tail, own_one]) == {tail: (ada.pk, mei.pk)}


def test_gives_accounts_to_those_who_fit_and_says_why(team):
    ada, mei = team
    london = given_account("fjord", mrr=2000, language="en", timezone="Europe/London")
    taipei = given_account("kite", mrr=300, language="zh-TW", timezone="Asia/Taipei")
    tail = given_account("tail", mrr=5)
    gone = given_account("gone", mrr=2000)
    given_use("gone", "Subscription Cancelled", at=clock.now())
    store_and_tell()
    actions.follow_everybody(now=clock.now() + timedelta(minutes=2))
    given_books()

    proposed = queries.propose()

    by_account = {g.account_id: g for g in proposed.given}
    assert {a: g.to_name for a, g in by_account.items()} == {london: "Ada", taipei: "Mei"}
    assert (tail in by_account, gone in by_account) == (False, False)
    assert (by_account[london].speaks, by_account[london].hours_apart, by_account[london].knows) == (
        "en", 0.0, ("enterprise",),
    )  # fmt: skip
    assert by_account[taipei].load == "1/2"
    assert (proposed.is_best, proposed.unplaced, proposed.after) == (True, 0, {ada.pk: 1, mei.pk: 1})

    done = actions.give_out(by=ada)

    assert accounts.owners_of([london, taipei]) == {london: ada.pk, taipei: mei.pk}
    assert queries.propose().given == []
    customers.assign_owners(done.before, by=ada)
    assert accounts.owners_of([london, taipei]) == {}


def test_gives_only_the_chosen(team):
    ada, _ = team
    first, second = given_account("fjord", mrr=2000), given_account("kite", mrr=2000)
    actions.follow_everybody(now=clock.now() + timedelta(minutes=2))
    given_books()

    actions.give_out(by=ada, account_ids=[first])

    assert set(accounts.owners_of([first, second])) == {first}


def test_a_proposal_is_worked_out_once_and_given_out_as_it_was_seen(team):
    ada, mei = team
    first, second = given_account("fjord", mrr=2000), given_account("kite", mrr=2000)
    given_books()
    assert queries.proposal() is None
    for by in (ada, mei):
        actions.ask_proposal(now=NOW, by=by)

    assert (actions.work_out_proposal(now=NOW), actions.work_out_proposal(now=NOW)) == (1, 0)
    seen = queries.proposal()
    own(first, mei)
    done = actions.give_out_proposed(by=ada, account_ids=[first, second])

    assert (seen.asked_by, seen.done_at, seen.error, seen.is_old) == ("Ada", NOW, "", False)
    to = {g.account_id: g.to_id for g in seen.giving_out.given}
    assert set(to) == {first, second}
    assert done.before == {second: None}, "the first was given away meanwhile"
    assert accounts.owners_of([first, second]) == {first: mei.pk, second: to[second]}
    assert queries.proposal() is None


def test_a_proposal_is_old_whose_books_were_changed_even_while_it_was_worked_out(team):
    ada, _ = team
    given_account("fjord", mrr=2000)
    given_books()
    actions.ask_proposal(now=NOW, by=ada)
    changed = []

    def listen(execute, sql, params, many, context):
        if "touch_models_booksnow" not in sql and "touch_models_proposal" not in sql and not changed:
            changed.append(sql)
            given_books(BOOKS.replace("accounts: 2", "accounts: 1"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        actions.work_out_proposal(now=NOW)

    assert changed
    assert queries.proposal().is_old
    assert queries.books().version == 2


def test_relieves_a_member_with_too_many_and_leaves_nobody_alone(team):
    ada, mei = team
    ids = [given_account(key, mrr=2000, language="en") for key in ("a", "b", "c", "d", "e")]
    for account_id in ids:
        own(account_id, ada)
    actions.follow_everybody(now=clock.now() + timedelta(minutes=2))
    given_books()

    proposed = queries.propose()

    assert [g.to_name for g in proposed.given] == ["Mei", "Mei"]
    assert {g.from_id for g in proposed.given} == {ada.pk}
    assert proposed.after == {ada.pk: 3, mei.pk: 2}  # one more than Ada can, as nobody else has room


def test_a_pooled_book_tells_what_was_kept_and_what_is_missing(at, team):
    at(NOW - 100 * DAY)
    ids = [given_account(f"t{n}", mrr=5) for n in range(10)]
    at(NOW - 20 * DAY)
    for n in range(3):
        given_use(f"t{n}", "Subscription Cancelled", at=clock.now())
    store_and_tell()
    at(NOW)
    given_account("young", mrr=5)
    actions.follow_everybody(now=clock.now() + timedelta(minutes=2))
    given_books()

    (item,) = queries.pools()

    got = item.attainment
    assert (item.accounts, got.kept, got.of, got.share, got.is_reached) == (8, 7, 10, 0.7, False)
    assert (got.short, got.may_lose) == (2, 0)  # 85 % of 10 are 9
    assert got.low == pytest.approx(0.3968, abs=1e-4)  # Wilson's interval of 7 out of 10
    assert len(ids) == 10


def test_a_book_without_old_accounts_has_nothing_to_count(team):
    given_account("young", mrr=5)
    given_books(BOOKS.replace("days: 90", "days: 90\n  of: revenue"))

    (item,) = queries.pools()

    assert item.pool.of is Of.REVENUE
    assert (item.attainment.share, item.attainment.is_reached) == (None, None)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("- email: mei@halyard.example", "- email: nobody@halyard.example"), ("members[1].email", "member_unknown")),
        (("- email: mei@halyard.example", "- email: ada@halyard.example"), ("members[1].email", "twice")),
        (("Asia/Taipei", "Asia/Nowhere"), ("members[1].timezone", "timezone_unknown")),
        (("models: [tech_touch]", "models: [no_touch]"), ("pooled[0].models[0]", "book_model_unknown")),
        (("keep_percent: 85", "keep_percent: 185"), ("pooled[0].keep_percent", "number_out_of_range")),
        (("accounts: 2", "accounts: some"), ("members[0].accounts", "number_needed")),
    ],
)
def test_says_what_cannot_be_saved(team, change, found):
    with pytest.raises(BooksWrong) as caught:
        queries.read_books(BOOKS.replace(*change, 1))
    assert found in [(p.path, str(p.code)) for p in caught.value.problems]
    assert all(p.line for p in caught.value.problems)


def test_the_text_comes_back_and_changes_are_on_the_trail(team):
    ada, _ = team
    made = queries.read_books(BOOKS)

    actions.change_books(made, by=ada, version=0)

    assert queries.read_books(queries.books_text_of(queries.books().books)) == made
    assert workspaces.audit_trail().filter(action="books.change").count() == 1
    with pytest.raises(BooksChangedMeanwhile):
        actions.change_books(queries.read_books(BOOKS.replace("accounts: 2", "accounts: 3")), by=ada, version=0)


def test_hours_apart_go_round_the_day():
    assert hours_apart("Asia/Taipei", "Europe/London", NOW) == 8.0
    assert hours_apart("Pacific/Auckland", "America/Los_Angeles", NOW) == 4.0
    assert hours_apart("", "Europe/London", NOW) is None
    assert hours_apart("Nowhere/At_all", "Europe/London", NOW) is None


def test_the_share_of_revenue_of_many_accounts_has_the_interval_that_drawing_gives(monkeypatch):
    books = import_module("tenure.touch_models.queries.books")
    rng = np.random.default_rng(3)
    before = rng.lognormal(6, 1, 4_000)
    after = before * (rng.random(4_000) < 0.9)
    drawn = books._ratio(after, before)

    monkeypatch.setattr(books, "_MANY", 4_000)
    found = books._ratio(after, before)

    assert found.value == drawn.value
    assert found.low == pytest.approx(drawn.low, abs=0.002)
    assert found.high == pytest.approx(drawn.high, abs=0.002)


def test_an_account_counts_in_the_book_it_was_in_when_the_window_began(at, team):
    at(NOW - 100 * DAY)
    went, came, stayed = (given_account(key, mrr=mrr) for key, mrr in (("went", 5), ("came", 2000), ("stayed", 5)))
    actions.follow_everybody(now=clock.now() + timedelta(minutes=2))
    at(NOW - 40 * DAY)
    given_mrr(went, 2000)
    given_mrr(came, 5)
    follow()
    at(NOW - 20 * DAY)
    given_use("went", "Subscription Cancelled", at=clock.now())
    given_use("came", "Subscription Cancelled", at=clock.now())
    store_and_tell()
    at(NOW)
    given_books()

    (item,) = queries.pools()

    assert queries.models_of([went, came, stayed]) == {went: "high_touch", came: "tech_touch", stayed: "tech_touch"}
    assert (item.accounts, item.attainment.kept, item.attainment.of) == (1, 1, 2)  # of went and stayed, not of came


def test_costs_of_fits_are_those_worked_out_pair_by_pair(team):
    ada, _ = team
    for n, (language, timezone) in enumerate((("en", "Europe/London"), ("zh", "Asia/Taipei"), ("", ""), ("de", "x"))):
        account_id = given_account(f"a{n}", mrr=2000 if n % 2 else 5, language=language, timezone=timezone)
        own(account_id, ada)
    actions.follow_everybody(now=clock.now() + timedelta(minutes=2))
    given_books(BOOKS.replace("  models: [tech_touch]", "  models: [low_touch]"))
    made = queries.books().books
    capacities = {c.email: c for c in made.members}
    takers = [m for m in queries.member_books() if m.email in capacities]
    wanting = proposing._wanting(takers, NOW)

    question = proposing._question(wanting, takers, capacities, NOW)

    def by_hand(account, member):
        capacity = capacities[member.email]
        apart = hours_apart(account.timezone, capacity.timezone, NOW)
        stranger = account.language and account.language not in capacity.languages
        return (
            (6.0 if stranger else 0.0)
            + 0.4 * max(0.0, (apart or 0.0) - 2.0)
            + 12.0 * len(set(account.skills) - set(capacity.skills))
            + (3.0 if account.owner_id != member.member_id else 0.0)
        )

    assert [(w.language, w.minutes) for w in wanting] == [("en", 0), ("zh", 60), ("", 0), ("de", 60)]
    expected = [[by_hand(account, member) for member in takers] for account in wanting]
    assert question.cost == pytest.approx(np.array(expected))
    assert {m.name: m.accounts for m in takers} == {"Ada": 4, "Mei": 0}
