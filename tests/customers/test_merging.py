"""What members join and part: exact, and as if never joined for whatever was said in between."""

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.customers import actions, queries
from tenure.customers.announcements import AccountsMerged, AccountsParted, PeopleMerged, PeopleParted
from tenure.customers.errors import CannotBeMerged, MergeUndone
from tenure.customers.models import Account, Affiliation, Identity, Merge, Person, SaidSince, TraitChange
from tenure.customers.types import Call
from tenure.kernel import clock, tenancy
from tenure.workspaces.queries import audit_trail
from tests.customers.calls import aliased, grouped, identified, used
from tests.given import given_member, given_workspace, undone


def state() -> dict[str, Any]:
    """Everything customers know, by the ids products use."""
    identities = {i.person_id: i for i in Identity.objects.all()}
    people = {pk: f"{i.kind}:{i.value}" for pk, i in identities.items()}
    rows = {p.pk: p for p in Person.objects.all()}
    accounts = {a.pk: a.external_id or f"solo of {people[a.solo_person]}" for a in Account.objects.all()}
    history: dict[Any, list[Any]] = {}
    for c in TraitChange.objects.order_by("at", "name"):
        # what is kept of somebody absorbed is not read by anybody
        if (c.person_id and rows[c.person_id].merged_into_id) or (c.account_id and c.account.merged_into_id):
            continue
        key = people[c.person_id] if c.person_id else accounts[c.account_id]
        history.setdefault(key, []).append((c.name, c.value, c.source, c.at))
    return {
        "people": {
            people[pk]: (
                people.get(p.merged_into_id or 0),
                (p.traits, p.trait_times, p.trait_words, p.name, p.email) if not p.merged_into_id else None,
                (p.first_seen_at, p.last_seen_at) if not p.merged_into_id else None,
                p.is_anonymous,
            )
            for pk, p in rows.items()
        },
        "owners": {people[i.person_id]: (i.owner_id and i.owner.value, i.owned_at) for i in identities.values()},
        "accounts": {
            accounts[a.pk]: (
                accounts.get(a.merged_into_id or 0),
                None
                if a.merged_into_id
                else (
                    a.traits, a.trait_times, a.name, a.domain, a.first_seen_at, a.last_seen_at, a.signed_up_at,
                    a.churned_at, a.returned_at, a.trial_ends_at, a.owner_id, accounts.get(a.parent_id or 0),
                ),
            )
            for a in Account.objects.all()
        },
        "places": {
            (people[f.person_id], accounts[f.account_id]): (f.role, f.is_primary, f.since, f.role_is_set, f.chosen_at)
            for f in Affiliation.objects.all()
        },
        "homes": {
            people[pk]: [(h.since, accounts[h.account_id]) for h in homes]
            for pk, homes in queries.homes_of(list(people)).items()
        },
        "history": history,
    }  # fmt: skip


def without_spans(known: dict[str, Any]) -> dict[str, Any]:
    """Leave out when people and accounts were seen: of accounts, the lake tells it exactly a moment later.

    Histories end alike; which repeats they hold depends on the order in which words came. An account of one became
    part of the first account its person had joined by then.
    """
    accounts = {
        k: (bool(into) if k.startswith("solo") else into, a and (*a[:4], *a[7:]))
        for k, (into, a) in known["accounts"].items()
    }
    history = {
        (subject, name): [value for n, value, *_ in changes if n == name][-1]
        for subject, changes in known["history"].items()
        for name in {n for n, *_ in changes}
    }
    return {
        **known,
        "accounts": accounts,
        "history": history,
        "people": {k: (*p[:2], p[3]) for k, p in known["people"].items()},
    }


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[Any, Any]:
    return {
        (part, key): (one[part].get(key), other[part].get(key))
        for part in one
        for key in {*one[part], *other[part]}
        if one[part].get(key) != other[part].get(key)
    }


def given_two_people() -> tuple[int, int]:
    actions.resolve_calls(
        [
            used(0, anonymous_id="laptop"),
            identified(10, user_id="maya", anonymous_id="laptop", traits={"name": "Maya", "plan": "pro"}),
            grouped(11, user_id="maya", group_id="fjord", traits={"name": "Fjord"}),
            identified(20, user_id="maya2", traits={"name": "M. Lindqvist", "city": "Bergen", "plan": "free"}),
            used(30, user_id="maya2"),
        ]
    )
    return queries.person_by_external_id("maya").pk, queries.person_by_external_id("maya2").pk


def test_joins_ids_traits_places_and_accounts_of_one(workspace, heard):
    maya, other = given_two_people()
    solo = queries.accounts_of(other)[0].id
    ada = given_member("Ada")
    heard.clear()

    merge = actions.merge_people(maya, other, by=ada)

    assert queries.person(other).pk == maya
    found = queries.person(maya)
    assert found.traits == {"name": "Maya", "plan": "pro", "city": "Bergen"}, "what the kept one lacks comes along"
    assert [i.value for i in queries.identities_of(maya)] == ["maya", "maya2", "laptop"]
    assert [a.name for a in queries.accounts_of(maya)] == ["Fjord"]
    assert queries.account(solo).name == "Fjord"
    assert [(a.person_id, a.merged_person_id) for a in heard if isinstance(a, PeopleMerged)] == [(maya, other)]
    assert merge.moved == {"identities": 1, "places": 1, "traits": 3}
    entry = audit_trail().get(action="people.merge")
    assert (entry.member_id, entry.details["kept_id"], entry.details["merged_id"]) == (ada.pk, maya, other)


def test_parts_them_exactly(workspace, heard):
    maya, other = given_two_people()
    before = state()
    merge = actions.merge_people(maya, other, by=None)
    assert state() != before
    heard.clear()

    actions.part(merge.pk, by=given_member())

    assert state() == before
    assert queries.person(other).pk == other
    assert [(a.person_id, a.parted_person_id) for a in heard if isinstance(a, PeopleParted)] == [(maya, other)]
    assert [a.parted_account_id for a in heard if isinstance(a, AccountsParted)] == [queries.accounts_of(other)[0].id]
    with pytest.raises(MergeUndone):
        actions.part(merge.pk, by=None)
    assert state() == before


def test_late_calls_land_with_the_right_one(workspace):
    maya, other = given_two_people()
    merge = actions.merge_people(maya, other, by=None)
    found = actions.resolve_calls(
        [
            identified(100, user_id="maya2", traits={"city": "Oslo"}),
            identified(101, user_id="maya", traits={"seat": 7}),
            grouped(102, user_id="maya2", group_id="kestrel"),
            used(200, user_id="maya2"),
        ]
    )
    assert set(found.people.values()) == {maya}
    assert {a.name for a in queries.accounts_of(maya)} == {"Fjord", "kestrel"}

    actions.part(merge.pk, by=None)
    actions.resolve_calls([used(300, user_id="maya2", group_id="kestrel")])

    assert queries.person(maya).traits == {"name": "Maya", "plan": "pro", "seat": 7}
    assert queries.person(other).traits == {"name": "M. Lindqvist", "plan": "free", "city": "Oslo"}
    assert [a.name for a in queries.accounts_of(maya)] == ["Fjord"]
    assert [a.name for a in queries.accounts_of(other)] == ["kestrel"]
    assert queries.person(other).last_seen_at == datetime(2026, 3, 2, 0, 5, tzinfo=UTC)
    assert not SaidSince.objects.exists()


def test_accounts_are_joined_and_parted(workspace, heard):
    actions.resolve_calls(
        [
            grouped(0, user_id="maya", group_id="fjord", traits={"name": "Fjord", "plan": "pro"}),
            grouped(1, user_id="ann", group_id="fjord-as", traits={"name": "Fjord AS", "seats": 5}),
            grouped(2, group_id="branch", traits={"parent_id": "fjord-as"}),
            used(50, user_id="ann", event="Subscription Cancelled"),
        ]
    )
    fjord, twin = (queries.account_by_external_id(i).pk for i in ("fjord", "fjord-as"))
    before = state()
    heard.clear()

    merge = actions.merge_accounts(fjord, twin, by=given_member())

    assert queries.account_by_external_id("fjord-as").pk == fjord
    assert queries.account(fjord).traits == {"name": "Fjord", "plan": "pro", "seats": 5}
    assert {p.external_id for p in queries.people_of(fjord)} == {"maya", "ann"}
    assert queries.account_by_external_id("branch").parent_id == fjord
    assert queries.account(fjord).churned_at is not None
    assert [a.merged_account_id for a in heard if isinstance(a, AccountsMerged)] == [twin]
    assert actions.resolve_calls([used(60, user_id="ann", group_id="fjord-as")]).account_ids == [twin]

    actions.part(merge.pk, by=None)

    assert [a.parted_account_id for a in heard if isinstance(a, AccountsParted)] == [twin]
    assert without_spans(state()) == without_spans(before)


def test_refuses_what_is_one_already_and_changes_nothing(workspace, heard):
    maya, other = given_two_people()
    visitor = actions.resolve_calls([used(50, anonymous_id="somebody")]).person_ids[0]
    solo = queries.accounts_of(other)[0].id
    before = state()
    heard.clear()

    for attempt in (
        lambda: actions.merge_people(maya, maya, by=None),
        lambda: actions.merge_people(visitor, maya, by=None),
        lambda: actions.merge_accounts(solo, queries.account_by_external_id("fjord").pk, by=None),
    ):
        with pytest.raises(CannotBeMerged):
            attempt()

    assert state() == before
    assert heard == []
    assert not Merge.objects.exists()


def test_an_earlier_merge_is_parted_under_a_later_one(workspace):
    maya, other = given_two_people()
    actions.resolve_calls([identified(40, user_id="third", traits={"city": "Rome", "name": "T"})])
    third = queries.person_by_external_id("third").pk
    first = actions.merge_people(maya, other, by=None)
    actions.merge_people(maya, third, by=None)

    actions.part(first.pk, by=None)

    assert queries.person(other).pk == other
    assert queries.person(third).pk == maya
    assert queries.person(maya).traits == {"name": "Maya", "plan": "pro", "city": "Rome"}
    assert [m.undone_at is None for m in Merge.objects.order_by("pk")] == [False, True]


users = st.sampled_from(["maya", "tomás", "ann"])
visitors = st.sampled_from(["c1", "c2"])
groups = st.sampled_from(["fjord", "kestrel", "noor"])
events = st.sampled_from(["Exported", "Subscription Cancelled", "Subscription Started"])
traits = st.dictionaries(st.sampled_from(["plan", "role", "name"]), st.sampled_from(["a", "b", 7, None]), max_size=2)
company_traits = st.dictionaries(
    st.sampled_from(["plan", "name", "parent_id"]), st.sampled_from(["fjord", "kestrel", "noor", None]), max_size=2
)
spoken = st.one_of(
    st.fixed_dictionaries({"make": st.just(used), "user_id": users, "event": events}),
    st.fixed_dictionaries({"make": st.just(used), "user_id": users, "group_id": groups, "event": events}),
    st.fixed_dictionaries({"make": st.just(used), "anonymous_id": visitors, "event": st.just("Exported")}),
    st.fixed_dictionaries({"make": st.just(identified), "user_id": users, "anonymous_id": visitors, "traits": traits}),
    st.fixed_dictionaries({"make": st.just(identified), "user_id": users, "traits": traits}),
    st.fixed_dictionaries({"make": st.just(grouped), "user_id": users, "group_id": groups, "traits": company_traits}),
    st.fixed_dictionaries({"make": st.just(grouped), "group_id": groups, "traits": company_traits}),
)
BEGINNING = [
    identified(0, user_id="maya", traits={"name": "Maya"}),
    identified(1, user_id="tomás"),
    grouped(2, user_id="ann", group_id="fjord", traits={"plan": "pro"}),
    grouped(3, group_id="kestrel", traits={"name": "K"}),
    grouped(4, group_id="noor"),
]
pairs = st.permutations(["maya", "tomás", "ann"]).map(lambda p: ("person", p[0], p[1])) | st.permutations(
    ["fjord", "kestrel", "noor"]
).map(lambda p: ("account", p[0], p[1]))


def as_call(said: dict[str, Any], at: float) -> Call:
    parts = dict(said)
    event = parts.pop("event", "")
    return parts.pop("make")(at, **parts, event=event if event.startswith("Sub") else "")


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[list[Call]], list[list[Call]], tuple[str, str, str]]:
    """Draw what was said before and after a merge, in batches, and what is merged."""
    said = draw(st.lists(spoken, max_size=10))
    seconds = draw(st.lists(st.integers(10, 90_000), min_size=len(said), max_size=len(said), unique=True))
    calls = [as_call(c, s) for c, s in zip(said, seconds, strict=True)]
    cut = draw(st.integers(0, len(calls)))
    size = draw(st.integers(1, 4))

    def batches(of: list[Call]) -> list[list[Call]]:
        return [of[i : i + size] for i in range(0, len(of), size)]

    return batches(calls[:cut]), batches(calls[cut:]), draw(pairs)


def merged(pair: tuple[str, str, str]) -> Merge:
    kind, kept, other = pair
    if kind == "person":
        ids = [queries.person_by_external_id(u).pk for u in (kept, other)]
        return actions.merge_people(ids[0], ids[1], by=None)
    ids = [queries.account_by_external_id(u).pk for u in (kept, other)]
    return actions.merge_accounts(ids[0], ids[1], by=None)


slow = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@slow
@given(stories())
def test_parted_again_is_never_joined(db, story):
    earlier, later, pair = story
    with undone(), tenancy.scope(given_workspace().pk):
        for batch in [BEGINNING, *earlier, *later]:
            actions.resolve_calls(batch)
        expected = state()

    with undone(), tenancy.scope(given_workspace().pk):
        for batch in [BEGINNING, *earlier]:
            actions.resolve_calls(batch)
        before = state()
        merge = merged(pair)
        if not later:
            actions.part(merge.pk, by=None)
            assert state() == before
            return
        for batch in later:
            actions.resolve_calls(batch)
        actions.part(merge.pk, by=None)

        assert differences(without_spans(state()), without_spans(expected)) == {}


@slow
@given(stories(), pairs)
def test_two_merges_parted_in_any_order_are_never_joined(db, story, second):
    earlier, later, pair = story
    with undone(), tenancy.scope(given_workspace().pk):
        for batch in [BEGINNING, *earlier, *later]:
            actions.resolve_calls(batch)
        expected = state()

    with undone(), tenancy.scope(given_workspace().pk):
        for batch in [BEGINNING, *earlier]:
            actions.resolve_calls(batch)
        merges = [merged(pair)]
        with contextlib.suppress(CannotBeMerged):
            merges.append(merged(second))
        for batch in later:
            actions.resolve_calls(batch)
        for merge in merges:
            if Merge.objects.get(pk=merge.pk).undone_at is None:
                actions.part(merge.pk, by=None)

        assert differences(without_spans(state()), without_spans(expected)) == {}


def test_an_alias_said_while_joined_stays_true(workspace):
    maya, other = given_two_people()
    merge = actions.merge_people(maya, other, by=None)
    actions.resolve_calls([aliased(500, user_id="maya", previous_id="maya2")])

    actions.part(merge.pk, by=None)

    assert queries.person(other).pk == maya
    assert queries.person(maya).traits == {"name": "M. Lindqvist", "plan": "free", "city": "Bergen"}


def test_what_was_set_otherwise_is_parted_too(workspace):
    maya, other = given_two_people()
    merge = actions.merge_people(maya, other, by=None)
    actions.set_traits_of_people({other: {"nps": 9}, maya: {"nps": 3}}, source="survey", at=clock.now())
    actions.set_traits_of_people({other: {"tier": 1}}, source="survey", at=clock.now() - timedelta(days=1))

    actions.part(merge.pk, by=None)

    assert queries.person(maya).traits["nps"] == 3
    assert queries.person(other).traits["nps"] == 9
    assert "tier" not in queries.person(maya).traits
