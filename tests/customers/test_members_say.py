"""What members say of customers: facts, roles, the primary account, parents, and whose word counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.customers import actions, queries
from tenure.customers.errors import (
    AccountsInCircle,
    NoSuchPlace,
    ParentWithoutId,
    RoleUnknown,
    TraitNameUnusable,
    TraitUnreadable,
)
from tenure.customers.models import Account, Affiliation
from tenure.customers.rules.contending import PIN, counting, hear, kind_of_source, rank
from tenure.customers.rules.hierarchy import Wanted, believed
from tenure.customers.rules.traits import Said
from tenure.customers.types import TraitType
from tenure.kernel import jobs
from tenure.workspaces.queries import audit_trail
from tests.customers.calls import grouped, identified, used
from tests.given import given_member

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def given_fjord(**traits: Any) -> int:
    return actions.resolve_calls([grouped(0, user_id="maya", group_id="fjord", traits=traits)]).account_ids[0]


def plan(pk: int) -> Any:
    return queries.account(pk).traits.get("plan")


def test_the_first_source_of_the_order_beats_newer_words(workspace):
    fjord = given_fjord(plan="free")
    actions.set_trait_rule("account", "plan", value_type=TraitType.TEXT, sources=["stripe"], by=given_member())

    actions.set_account_traits(fjord, {"plan": "pro"}, source="stripe evt_1", at=MONDAY + timedelta(days=1))
    actions.resolve_calls([grouped(200_000, group_id="fjord", traits={"plan": "basic"})])

    assert plan(fjord) == "pro"
    known = {t.name: t for t in queries.known_traits("account", fjord)}
    assert (known["plan"].value, known["plan"].source) == ("pro", "stripe evt_1")
    assert [(w.value, w.source, w.counts) for w in queries.words_on_trait("account", fjord, "plan")] == [
        ("basic", "sdk", False),
        ("pro", "stripe evt_1", True),
    ]
    actions.set_account_traits(fjord, {"plan": None}, source="stripe evt_2", at=MONDAY + timedelta(days=2))
    assert plan(fjord) == "basic"
    assert [h.value for h in queries.history_of_trait("account", fjord, "plan")] == ["basic", None, "pro", "free"]


def test_an_order_counts_for_what_was_said_before_it(workspace, heard):
    fjord = given_fjord(plan="free")
    actions.set_account_traits(fjord, {"plan": "pro"}, source="stripe evt_1", at=MONDAY + timedelta(days=1))
    actions.resolve_calls([grouped(200_000, group_id="fjord", traits={"plan": "basic"})])
    assert plan(fjord) == "basic"
    heard.clear()

    actions.set_trait_rule("account", "plan", value_type=None, sources=["Stripe"], by=None)
    jobs.run_stage("trait_rules", MONDAY)

    assert plan(fjord) == "pro"
    assert [(type(a).__name__, a.account_ids) for a in heard] == [("AccountTraitsChanged", [fjord])]
    actions.set_trait_rule("account", "plan", value_type=None, sources=[], by=None)
    jobs.run_stage("trait_rules", MONDAY)
    assert plan(fjord) == "basic"
    assert audit_trail().filter(action="traits.set_rule").count() == 2


def test_a_pinned_fact_stands_until_it_is_let_go(workspace):
    fjord = given_fjord(plan="free")
    ada = given_member("Ada")

    actions.pin_trait("account", fjord, "plan", "enterprise", by=ada)
    actions.resolve_calls([grouped(10**9, group_id="fjord", traits={"plan": "basic"})])
    assert plan(fjord) == "enterprise"
    assert [w.is_pinned for w in queries.words_on_trait("account", fjord, "plan") if w.counts] == [True]

    actions.pin_trait("account", fjord, "plan", None, by=ada)
    assert plan(fjord) == "basic"
    assert audit_trail().filter(action="accounts.pin_trait", member=ada).count() == 2


def test_an_edit_is_one_source_among_others(workspace):
    fjord = given_fjord(plan="free")

    actions.edit_trait("account", fjord, "plan", "pro", by=given_member("Ada"))
    assert plan(fjord) == "pro"
    actions.resolve_calls([grouped(10**9, group_id="fjord", traits={"plan": "basic"})])

    assert plan(fjord) == "basic"
    with pytest.raises(TraitNameUnusable):
        actions.edit_trait("account", fjord, "", 1, by=None)


@pytest.mark.parametrize(
    ("text", "of", "value"),
    [
        ("1,200", TraitType.NUMBER, 1200),
        ("0.5", TraitType.NUMBER, 0.5),
        ("yes", TraitType.BOOLEAN, True),
        ("2026-03-04", TraitType.DATE, "2026-03-04"),
        ("a, b,", TraitType.LIST, ["a", "b"]),
        (" x ", TraitType.TEXT, "x"),
        (" ", TraitType.NUMBER, None),
    ],
)
def test_values_are_read_as_typed(text, of, value):
    assert actions.read_value(text, of) == value


@pytest.mark.parametrize(
    ("text", "of"), [("many", TraitType.NUMBER), ("nan", TraitType.NUMBER), ("?", TraitType.BOOLEAN)]
)
def test_refuses_a_value_of_another_type(text, of):
    with pytest.raises(TraitUnreadable):
        actions.read_value(text, of)


def test_values_of_another_type_are_counted(workspace):
    given_fjord(seats="many", plan="pro")
    actions.resolve_calls([grouped(0, group_id="kestrel", traits={"seats": 7})])
    actions.set_trait_rule("account", "seats", value_type=TraitType.NUMBER, sources=[], by=None)
    actions.set_trait_rule("account", "plan", value_type=TraitType.TEXT, sources=[], by=None)

    assert queries.wrong_types("account") == {"seats": 1}


def test_a_role_a_member_said_stays(workspace):
    fjord = given_fjord()
    maya = queries.person_by_external_id("maya").pk
    ada = given_member("Ada")

    actions.set_role(maya, fjord, "champion", by=ada)
    actions.resolve_calls([identified(50, user_id="maya", traits={"role": "admin"})])
    assert Affiliation.objects.get().role == "champion"

    actions.set_role(maya, fjord, None, by=ada)
    assert Affiliation.objects.get().role == "administrator"
    with pytest.raises(RoleUnknown):
        actions.set_role(maya, fjord, "king", by=ada)
    with pytest.raises(NoSuchPlace):
        actions.set_role(maya, fjord + 1, "buyer", by=ada)


def test_unnamed_use_counts_for_the_chosen_account_from_then_on(workspace, at):
    fjord = given_fjord()
    kestrel = actions.resolve_calls([grouped(60, user_id="maya", group_id="kestrel")]).account_ids[0]
    maya = queries.person_by_external_id("maya").pk
    assert queries.accounts_of_people([maya]) == {maya: kestrel}
    at(MONDAY + timedelta(days=1))

    actions.choose_primary(maya, fjord, by=given_member())

    assert queries.accounts_of_people([maya]) == {maya: fjord}
    found = actions.resolve_calls([used(10, user_id="maya"), used(100, user_id="maya"), used(90_000, user_id="maya")])
    assert found.account_ids == [fjord, kestrel, fjord]
    assert [h.account_id for h in queries.homes_of([maya])[maya]] == [fjord, kestrel, fjord]


def test_parents_are_found_in_any_order(workspace):
    actions.resolve_calls([grouped(0, group_id="branch", traits={"parent_id": "head"})])
    assert queries.account_by_external_id("branch").parent_id is None
    head = actions.resolve_calls([grouped(1, user_id="maya", group_id="head", traits={"mrr": 100})]).account_ids[0]
    actions.resolve_calls([grouped(2, user_id="maya", group_id="leaf", traits={"parentId": "branch", "mrr": 20.5})])
    branch, leaf = (queries.account_by_external_id(i).pk for i in ("branch", "leaf"))

    assert (Account.objects.get(pk=branch).parent_id, Account.objects.get(pk=leaf).parent_id) == (head, branch)
    family = queries.family(head)
    assert family is not None
    assert ([(m.name, m.depth) for m in family.below], family.mrr, family.people) == (
        [("branch", 1), ("leaf", 2)],
        120.5,
        1,
    )
    above = queries.family(leaf)
    assert above is not None
    assert [name for _, name in above.above] == ["branch", "head"]
    assert queries.family(given_fjord()) is None


def test_what_an_account_of_one_is_told_itself_goes_before_what_its_person_says(workspace):
    maya = identified(0, user_id="maya", traits={"name": "Maya", "plan": "free", "seats": 1})
    solo = actions.resolve_calls([maya]).account_ids[0]

    actions.pin_trait("account", solo, "plan", "enterprise", by=given_member("Ada"))
    actions.edit_trait("account", solo, "seats", 5, by=given_member("Bo"))
    actions.resolve_calls([identified(9, user_id="maya", traits={"plan": "pro", "seats": None, "city": None})])
    assert queries.account(solo).traits == {"name": "Maya", "plan": "enterprise", "seats": 5}

    actions.pin_trait("account", solo, "plan", None, by=given_member("Cy"))
    actions.edit_trait("account", solo, "seats", None, by=given_member("Di"))
    assert queries.account(solo).traits == {"name": "Maya", "plan": "pro"}
    assert queries.account(solo).trait_times == {}
    actions.resolve_calls([identified(10, user_id="maya", traits={"plan": "pro", "city": "Bergen"})])
    assert queries.account(solo).traits == {"name": "Maya", "plan": "pro", "city": "Bergen"}


def test_a_member_sets_the_parent_and_cannot_close_a_circle(workspace):
    ids = [actions.resolve_calls([grouped(n, group_id=g)]).account_ids[0] for n, g in enumerate(("a", "b", "c"))]
    a, b, c = ids
    ada = given_member("Ada")
    actions.set_parent(b, a, by=ada)
    actions.set_parent(c, b, by=ada)

    with pytest.raises(AccountsInCircle):
        actions.set_parent(a, c, by=ada)
    with pytest.raises(AccountsInCircle):
        actions.set_parent(a, a, by=ada)
    solo = actions.resolve_calls([identified(0, user_id="zoe")]).account_ids[0]
    with pytest.raises(ParentWithoutId):
        actions.set_parent(a, solo, by=ada)
    assert [queries.account(i).parent_id for i in ids] == [None, a, b]
    actions.set_parent(b, None, by=ada)
    assert queries.account(b).parent_id is None
    assert audit_trail().filter(action="accounts.set_parent").count() == 3


def test_of_a_circle_the_youngest_link_is_not_believed(workspace):
    actions.resolve_calls(
        [grouped(5, group_id="a", traits={"parent_id": "b"}), grouped(9, group_id="b", traits={"parent_id": "a"})]
    )

    parents = dict(Account.objects.values_list("external_id", "parent__external_id"))
    assert parents == {"a": "b", "b": None}


links = st.dictionaries(st.integers(1, 7), st.builds(Wanted, st.integers(1, 7), st.integers(0, 3)))


@given(links)
def test_what_is_believed_has_no_circle_and_drops_only_links_of_circles(wanted):
    found = believed(wanted)

    for start in found:
        seen, here = set(), start
        while here in found:
            assert here not in seen
            seen.add(here)
            here = found[here]
    for child in set(wanted) - set(found):
        here = wanted[child].parent
        for _ in range(10):
            if here == child:
                break
            here = wanted[here].parent
        assert here == child, "only what closes a circle is dropped"


words = st.lists(
    st.builds(
        Said,
        st.just("plan"),
        st.sampled_from(["a", "b", None, 7]),
        st.integers(0, 4),
        st.sampled_from(["stripe evt_1", "stripe evt_2", "sdk", "csv row 3", "pinned by Ada", "member Ada"]),
    ),
    max_size=8,
)
orders = st.lists(st.sampled_from(["stripe", "sdk", "csv", "member"]), unique=True, max_size=3)


@given(words, orders, st.data())
def test_words_count_the_same_in_any_order_and_batches(said, order, data):
    """The oracle: per source the newest word, then the first rank that says something."""
    newest: dict[str, Said] = {}
    for word in said:
        kind = kind_of_source(word.source)
        if kind not in newest or (word.at, repr(word.value)) > (newest[kind].at, repr(newest[kind].value)):
            newest[kind] = word
    expected_at: dict[int, int] = {}
    for kind, word in newest.items():
        expected_at[rank(kind, order)] = max(expected_at.get(rank(kind, order), 0), word.at)

    heard: dict[str, Any] = {}
    shuffled = data.draw(st.permutations(said))
    cut = data.draw(st.integers(0, len(said)))
    for part in (shuffled[:cut], shuffled[cut:]):
        if part:
            heard = dict(hear(heard, part, order).words)
    once = hear({}, said, order)

    assert heard == once.words
    assert counting(heard, order)[0] == once.value
    ranks = {rank(k, order) for k, w in once.words.items() if w == (once.value, w[1], once.source)}
    if once.value is not None:
        best = min(ranks)
        for better in (r for r in expected_at if r < best):
            at = max(w[1] for k, w in once.words.items() if rank(k, order) == better)
            assert None in [w[0] for k, w in once.words.items() if rank(k, order) == better and w[1] == at]
    assert all(w[1] == max(s.at for s in said if kind_of_source(s.source) == k) for k, w in once.words.items())


def test_sources_are_known_without_what_differs():
    assert [
        kind_of_source(s) for s in ("stripe evt_1Ab", "csv row 17", "call 7 by Ada", "My Website", "pinned by A")
    ] == [
        "stripe",
        "csv row",
        "call",
        "my website",
        PIN,
    ]
