from datetime import UTC, datetime

import pytest

from tenure.customers import actions, queries
from tenure.customers.announcements import OwnerChanged
from tenure.kernel.cursors import CursorUnreadable, as_cursor
from tenure.workspaces import queries as workspaces
from tests.customers.test_reading import given_accounts
from tests.given import given_member

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def test_sorts_accounts_by_revenue_where_it_is_a_number(workspace):
    given_accounts()
    ids = {a.name: a.pk for a in queries.accounts()}
    for name, mrr in {"kestrel": 90, "Solo": 1200.5, "Fjord 🐟": "a lot"}.items():
        actions.set_account_traits(ids[name], {"mrr": mrr}, source="test")

    ascending = [a.name for a in queries.accounts_list(sort="mrr").accounts]
    descending = [a.name for a in queries.accounts_list(sort="-mrr").accounts]

    assert ascending[:2] == ["kestrel", "Solo"]
    assert descending[:2] == ["Solo", "kestrel"]
    assert {*ascending[2:]} == {*descending[2:]} == {"Fjord 🐟", "شركة النور"}


@pytest.mark.parametrize("sort", ["id", "name", "-name", "email", "first_seen_at", "-last_seen_at"])
def test_people_follow_each_other_without_gap_or_repeat(workspace, sort):
    given_accounts()
    whole = [p.pk for p in queries.people_rows(sort=sort)]

    cursor, seen = "", []
    while True:
        page = queries.people_list(sort=sort, cursor=cursor, limit=1)
        seen += [p.pk for p in page.people]
        if not (cursor := page.next_cursor):
            break

    assert seen == whole
    assert len(seen) == queries.people().count()


@pytest.mark.parametrize("place", [[False, "b", 1], [False, None, "x"], [False, 3, 1], [False, "2026-01-01", 1]])
@pytest.mark.parametrize("sort", ["mrr", "last_seen_at"])
def test_a_cursor_of_another_sorting_is_refused(workspace, sort, place):
    with pytest.raises(CursorUnreadable):
        queries.accounts_list(sort=sort, cursor=as_cursor(place if sort == "last_seen_at" else [False, "b", 1]))


def test_many_accounts_change_hands_in_one_go_and_back(workspace, heard):
    given_accounts()
    ada, grace = given_member("Ada"), given_member("Grace")
    first, second, third = (a.pk for a in queries.accounts().order_by("pk")[:3])
    actions.assign_owner(first, grace, by=ada)
    actions.assign_owner(second, ada, by=ada)
    heard.clear()

    done = actions.assign_owners({first: ada.pk, second: ada.pk, third: ada.pk}, by=ada)

    assert done.before == {first: grace.pk, third: None}
    assert queries.owners_of([first, second, third]) == dict.fromkeys([first, second, third], ada.pk)
    assert [(a.account_id, a.owner_id, a.previous_owner_id) for a in heard if isinstance(a, OwnerChanged)] == [
        (first, ada.pk, grace.pk),
        (third, ada.pk, None),
    ]
    entry = workspaces.audit_trail().get(pk=done.audit_id)
    assert (entry.action, entry.details["accounts"]) == ("accounts.assign_owners", 2)

    actions.assign_owners(done.before, by=ada)
    assert queries.owners_of([first, second, third]) == {first: grace.pk, second: ada.pk}


def test_nothing_to_change_says_nothing(workspace, heard):
    given_accounts()
    ada = given_member("Ada")
    pk = queries.accounts()[0].pk
    trail = workspaces.audit_trail().count()
    heard.clear()

    done = actions.assign_owners({pk: None, 10**12: ada.pk}, by=ada)

    assert (done.before, done.audit_id, heard) == ({}, None, [])
    assert workspaces.audit_trail().count() == trail
