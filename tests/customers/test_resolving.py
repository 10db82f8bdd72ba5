"""Who is who: ids, accounts of one, merging."""

from datetime import UTC, datetime, timedelta

from tenure.customers.actions import resolve_calls
from tenure.customers.announcements import (
    AccountAppeared,
    AccountChurned,
    AccountReturned,
    AccountsMerged,
    PeopleMerged,
    PersonAppeared,
)
from tenure.customers.models import Account, Affiliation, Person, Reattribution, TraitChange
from tests.customers.calls import aliased, grouped, identified, used

DAY = 86_400
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def live_accounts():
    return Account.objects.filter(merged_into=None)


def kinds(heard):
    return [type(a).__name__ for a in heard]


def test_somebody_known_without_an_account_gets_an_account_of_one(workspace, heard):
    found = resolve_calls([identified(0, user_id="maya", traits={"name": "Maya 🌱", "email": "maya@fjord.example"})])

    account = live_accounts().get()
    person = Person.objects.get()
    assert found.person_ids == [person.pk]
    assert found.account_ids == [account.pk]
    assert (account.is_solo, account.external_id, account.name, account.domain) == (
        True,
        None,
        "Maya 🌱",
        "fjord.example",
    )
    assert (person.name, person.email, person.is_anonymous) == ("Maya 🌱", "maya@fjord.example", False)
    assert (person.first_seen_at, person.last_seen_at) == (MONDAY, None)
    assert heard == [
        AccountAppeared(workspace_id=workspace.pk, at=MONDAY, account_id=account.pk, is_solo=True),
        PersonAppeared(workspace_id=workspace.pk, at=MONDAY, person_id=person.pk),
    ]


def test_identify_and_group_in_one_batch_make_no_account_of_one(workspace, heard):
    resolve_calls(
        [
            identified(0, user_id="maya"),
            used(1, user_id="maya"),
            grouped(
                2, user_id="maya", group_id="fjord", traits={"name": "Fjord", "website": "https://www.fjord.example/a"}
            ),
        ]
    )

    account = Account.objects.get()
    assert (account.is_solo, account.external_id, account.name, account.domain) == (
        False,
        "fjord",
        "Fjord",
        "fjord.example",
    )
    assert kinds(heard) == ["AccountAppeared", "PersonAppeared"]


def test_joining_an_account_takes_the_account_of_one_along(workspace, heard):
    resolve_calls([identified(0, user_id="maya")])
    solo = Account.objects.get()
    heard.clear()

    found = resolve_calls([grouped(60, user_id="maya", group_id="fjord")])

    solo.refresh_from_db()
    account = live_accounts().get()
    assert solo.merged_into_id == account.pk
    assert found.account_ids == [account.pk]
    assert account.first_seen_at == MONDAY
    assert found.touched_accounts == {account.pk, solo.pk}
    assert next(a for a in heard if isinstance(a, AccountsMerged)).merged_account_id == solo.pk
    assert Affiliation.objects.get().account_id == account.pk
    assert [(r.kind, r.old_id, r.new_id) for r in Reattribution.objects.all()] == [("account", solo.pk, account.pk)]


def test_a_visitor_has_no_account_and_becomes_the_person_who_signs_in(workspace, heard):
    visited = resolve_calls([used(0, anonymous_id="cookie")])
    assert visited.account_ids == [0]
    assert heard == []

    found = resolve_calls([identified(60, user_id="maya", anonymous_id="cookie"), used(61, anonymous_id="cookie")])

    maya = Person.objects.get(external_id="maya")
    visitor = Person.objects.get(is_anonymous=True)
    assert visitor.merged_into_id == maya.pk
    assert found.person_ids == [maya.pk, visitor.pk]
    assert found.people == {maya.pk: maya.pk, visitor.pk: maya.pk}
    assert found.account_ids[0] == found.account_ids[1] == live_accounts().get().pk
    assert maya.first_seen_at == MONDAY
    assert [(a.person_id, a.merged_person_id) for a in heard if isinstance(a, PeopleMerged)] == [(maya.pk, visitor.pk)]


def test_a_shared_computer_never_makes_two_people_one(workspace):
    resolve_calls(
        [
            identified(0, user_id="maya", anonymous_id="cookie"),
            identified(60, user_id="tomás", anonymous_id="cookie"),
            used(70, anonymous_id="cookie"),
        ]
    )

    assert Person.objects.filter(merged_into=None).count() == 2
    assert Person.objects.get(is_anonymous=True).merged_into.external_id == "maya"


def test_an_alias_joins_two_user_ids(workspace):
    resolve_calls([identified(0, user_id="old", traits={"name": "Maya"}), identified(0, user_id="new")])

    resolve_calls([aliased(60, user_id="new", previous_id="old")])

    maya = Person.objects.get(merged_into=None)
    assert (maya.external_id, maya.name) == ("new", "Maya")
    assert live_accounts().count() == 1
    assert resolve_calls([used(90, user_id="old")]).people[Person.objects.get(external_id="old").pk] == maya.pk


def test_a_person_may_be_at_several_accounts(workspace):
    first = resolve_calls(
        [grouped(0, user_id="maya", group_id="fjord"), identified(1, user_id="maya", traits={"role": "Admin"})]
    )
    second = resolve_calls([used(60, user_id="maya", group_id="kestrel"), used(61, user_id="maya")])

    fjord, kestrel = first.account_ids[0], second.account_ids[0]
    assert second.account_ids == [kestrel, kestrel]
    assert second.named == [True, False]
    assert list(Affiliation.objects.order_by("since").values_list("account_id", "role", "is_primary")) == [
        (fjord, "administrator", False),
        (kestrel, "administrator", True),
    ]
    assert Reattribution.objects.get().kind == "home"


def test_the_last_word_wins_however_late_the_others_come(workspace):
    resolve_calls([identified(100, user_id="maya", traits={"plan": "pro", "seats": 5})])
    resolve_calls([identified(50, user_id="maya", traits={"plan": "free", "city": "Bergen"})])
    resolve_calls([identified(200, user_id="maya", traits={"plan": "pro", "seats": None})])
    resolve_calls([identified(150, user_id="maya", traits={"plan": "basic"})])

    maya = Person.objects.get()
    assert maya.traits == {"plan": "pro", "city": "Bergen"}
    history = TraitChange.objects.filter(name="plan").order_by("at").values_list("value", flat=True)
    assert list(history) == ["free", "pro", "basic", "pro"]
    assert Account.objects.get().traits == maya.traits


def test_ending_and_beginning_again_is_told(workspace, heard):
    resolve_calls([grouped(0, user_id="maya", group_id="fjord", traits={"createdAt": "2025-01-05T10:00:00Z"})])
    heard.clear()

    resolve_calls(
        [
            used(DAY, user_id="maya", event="Subscription Cancelled"),
            used(2 * DAY, user_id="maya", event="Account Deleted"),
        ]
    )
    account = Account.objects.get()
    assert account.churned_at == MONDAY + timedelta(days=1)
    assert account.signed_up_at == datetime(2025, 1, 5, 10, tzinfo=UTC)
    resolve_calls([used(3 * DAY, user_id="maya", event="Subscription Started")])

    account.refresh_from_db()
    assert (account.churned_at, account.returned_at) == (None, MONDAY + timedelta(days=3))
    assert [type(a) for a in heard] == [AccountChurned, AccountReturned]
    assert heard[0].event == "Subscription Cancelled"


def test_doing_it_again_changes_nothing(workspace, heard):
    calls = [
        used(0, anonymous_id="cookie"),
        identified(10, user_id="maya", anonymous_id="cookie", traits={"name": "Maya"}),
        grouped(11, user_id="maya", group_id="fjord", traits={"plan": "pro"}),
        used(12, user_id="maya", event="Signed Up"),
    ]
    first = resolve_calls(calls)
    changes, told = TraitChange.objects.count(), list(heard)

    again = resolve_calls(calls)

    assert (again.person_ids, again.account_ids, again.people) == (first.person_ids, first.account_ids, first.people)
    assert TraitChange.objects.count() == changes
    assert heard == told
