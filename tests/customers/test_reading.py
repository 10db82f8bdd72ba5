"""Reading accounts and people."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from tenure.customers import actions, queries
from tenure.customers.announcements import OwnerChanged
from tenure.customers.errors import NoSuchAccount, UnknownSorting
from tenure.customers.types import AccountFilter, ObservedTrait, Role, Stage, TraitFilter, TraitTest
from tenure.workspaces.queries import audit_trail
from tests.customers.calls import at, grouped, identified, used
from tests.given import given_member

DAY = 86_400
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def given_accounts() -> dict[str, int]:
    """Three companies and a person on her own."""
    said = [
        grouped(
            0, user_id="u1", group_id="fjord", traits={"name": "Fjord 🐟", "plan": "pro", "seats": 40, "vip": True}
        ),
        grouped(0, user_id="u2", group_id="kestrel", traits={"name": "kestrel", "plan": "Trial", "seats": 7}),
        grouped(
            0, user_id="u3", group_id="شركة", traits={"name": "شركة النور", "seats": "many", "signed": "2026-01-05"}
        ),
        identified(0, user_id="u4", traits={"name": "Solo", "email": "solo@gmail.com"}),
        used(DAY, user_id="u1"),
        used(2 * DAY, user_id="u2"),
    ]
    found = actions.resolve_calls(said)
    return dict(zip(["fjord", "kestrel", "noor", "solo"], found.account_ids, strict=False))


def names(chosen: AccountFilter, sort: str = "name") -> list[str]:
    return [a.name for a in queries.accounts_list(chosen, sort=sort).accounts]


def test_facts_have_one_typed_column_per_trait_that_is_asked_for(workspace):
    ids = given_accounts()

    facts = queries.account_facts(["plan", "seats", "vip", "never"])

    assert facts.num_rows == 4
    row = {
        name: facts.filter(pa.compute.equal(facts["account_id"], ids["fjord"]))[name][0].as_py()
        for name in facts.column_names
    }
    assert row == {
        "account_id": ids["fjord"],
        "external_id": "fjord",
        "name": "Fjord 🐟",
        "domain": "",
        "is_solo": False,
        "owner_id": None,
        "signed_up_at": MONDAY,
        "churned_at": None,
        "returned_at": None,
        "first_seen_at": MONDAY,
        "last_seen_at": MONDAY + timedelta(days=1),
        "plan": "pro",
        "seats": "40",
        "vip": True,
        "never": None,
    }
    assert facts.schema.field("vip").type == pa.bool_()
    assert queries.account_facts(["seats"], [ids["fjord"], ids["kestrel"]]).schema.field("seats").type == pa.float64()
    assert queries.account_facts(["seats"], []).num_rows == 0


def test_facts_of_people_know_their_account_and_role(workspace):
    ids = given_accounts()
    actions.resolve_calls(
        [identified(5, user_id="u1", traits={"role": "Billing admin", "note": 'a "quoted"\nline, with comma'})]
    )

    facts = queries.person_facts(["note"]).to_pylist()

    assert len(facts) == 4
    first = next(f for f in facts if f["external_id"] == "u1")
    assert (first["account_id"], first["role"], first["note"]) == (
        ids["fjord"],
        Role.BUYER,
        'a "quoted"\nline, with comma',
    )


def test_facts_of_another_workspace_stay_there(workspace):
    from tenure.kernel import tenancy
    from tests.given import given_workspace

    given_accounts()

    with tenancy.scope(given_workspace("Elsewhere").pk):
        assert queries.account_facts().num_rows == 0
        assert queries.accounts_list().count == 0
        assert queries.observed_traits("account") == []


def test_observed_traits_say_type_spread_and_common_values(workspace):
    given_accounts()

    assert queries.observed_traits("account") == [
        ObservedTrait(name="name", type="text", subjects=4, samples=("Fjord 🐟", "Solo", "kestrel", "شركة النور")),
        ObservedTrait(name="seats", type="text", subjects=3, samples=("40", "7", "many")),
        ObservedTrait(name="plan", type="text", subjects=2, samples=("Trial", "pro")),
        ObservedTrait(name="email", type="text", subjects=1, samples=("solo@gmail.com",)),
        ObservedTrait(name="signed", type="date", subjects=1, samples=("2026-01-05",)),
        ObservedTrait(name="vip", type="boolean", subjects=1, samples=("true",)),
    ]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (AccountFilter(search="FJORD"), ["Fjord 🐟"]),
        (AccountFilter(search="النور"), ["شركة النور"]),
        (AccountFilter(search="100%_"), []),
        (AccountFilter(is_solo=True), ["Solo"]),
        (AccountFilter(traits=(TraitFilter(name="plan", test=TraitTest.IS, value="PRO"),)), ["Fjord 🐟"]),
        (
            AccountFilter(traits=(TraitFilter(name="plan", test=TraitTest.IS_NOT, value="pro"),)),
            ["kestrel", "Solo", "شركة النور"],
        ),
        (AccountFilter(traits=(TraitFilter(name="seats", test=TraitTest.MORE_THAN, value="10"),)), ["Fjord 🐟"]),
        (
            AccountFilter(traits=(TraitFilter(name="signed", test=TraitTest.LESS_THAN, value="2026-02-01"),)),
            ["شركة النور"],
        ),
        (AccountFilter(traits=(TraitFilter(name="plan", test=TraitTest.IS_NOT_SET),)), ["Solo", "شركة النور"]),
        (AccountFilter(seen_before=MONDAY + timedelta(days=1, hours=1)), ["Fjord 🐟", "Solo", "شركة النور"]),
        (AccountFilter(seen_after=MONDAY + timedelta(days=1, hours=1)), ["kestrel"]),
        (AccountFilter(without_owner=True, search="kes"), ["kestrel"]),
    ],
)
def test_the_list_narrows(workspace, chosen, expected):
    given_accounts()

    assert names(chosen) == expected
    assert queries.accounts_list(chosen).count == len(expected)


def test_the_list_narrows_by_stage(workspace, at):
    given_accounts()
    actions.resolve_calls([used(3 * DAY, user_id="u1", event="Subscription Cancelled")])

    at(MONDAY + timedelta(days=10))
    assert names(AccountFilter(stages=(Stage.CHURNED,))) == ["Fjord 🐟"]
    assert names(AccountFilter(stages=(Stage.TRIAL, Stage.ONBOARDING))) == ["kestrel", "Solo", "شركة النور"]
    at(MONDAY + timedelta(days=40))
    assert names(AccountFilter(stages=(Stage.ACTIVE,))) == ["Solo", "شركة النور"]


@pytest.mark.parametrize(
    "sort", ["name", "-name", "last_seen_at", "-last_seen_at", "signed_up_at", "-owner", "mrr", "-mrr"]
)
def test_pages_follow_each_other_without_gap_or_repeat(workspace, sort):
    given_accounts()
    whole = names(AccountFilter(), sort)

    cursor, seen = "", []
    while True:
        page = queries.accounts_list(sort=sort, cursor=cursor, limit=1)
        seen += [a.name for a in page.accounts]
        if not (cursor := page.next_cursor):
            break

    assert seen == whole
    assert len(seen) == 4
    if "last_seen" in sort:
        assert {*whole[2:]} == {"Solo", "شركة النور"}, "never seen comes last"
    assert [row.name for row in queries.account_rows(sort=sort)] == whole


def test_refuses_to_sort_by_what_it_does_not_know(workspace):
    with pytest.raises(UnknownSorting):
        queries.accounts_list(sort="traits")


def test_an_owner_is_told_and_audited_once(workspace, heard):
    ids = given_accounts()
    ada = given_member("Ada")
    heard.clear()

    actions.assign_owner(ids["fjord"], ada, by=ada)
    actions.assign_owner(ids["fjord"], ada, by=ada)

    assert [(type(a), a.account_id, a.owner_id) for a in heard] == [(OwnerChanged, ids["fjord"], ada.pk)]
    assert audit_trail().filter(action="accounts.assign_owner").count() == 1
    assert queries.owners_of(ids.values()) == {ids["fjord"]: ada.pk}
    with pytest.raises(NoSuchAccount):
        actions.assign_owner(0, ada, by=ada)


def test_what_was_learnt_in_a_call_is_known_with_its_source(workspace):
    ids = given_accounts()

    actions.set_account_traits(ids["fjord"], {"goal": "fewer spreadsheets"}, source="call 7 by Ada", at=MONDAY)

    known = {t.name: t for t in queries.known_traits("account", ids["fjord"])}
    assert (known["goal"].value, known["goal"].source, known["goal"].since) == (
        "fewer spreadsheets",
        "call 7 by Ada",
        MONDAY,
    )
    assert (known["plan"].value, known["plan"].source) == ("pro", "sdk")


def test_an_account_of_one_that_joined_another_leads_there(workspace):
    solo = actions.resolve_calls([identified(0, user_id="maya")]).account_ids[0]
    real = actions.resolve_calls([grouped(9, user_id="maya", group_id="fjord")]).account_ids[0]

    assert queries.account(solo).pk == real
    assert queries.account_by_external_id("fjord").pk == real
    assert queries.account_traces(real) == [real, solo]
    assert [p.external_id for p in queries.people_of(real)] == ["maya"]
    maya = queries.person_by_external_id("maya")
    assert queries.accounts_of_people([maya.pk]) == {maya.pk: real}
    assert [a.id for a in queries.accounts_of(maya.pk)] == [real]
    assert queries.homes_of([maya.pk])[maya.pk][0].account_id == real


def test_moments_are_kept_to_the_microsecond(workspace):
    odd = at(0) + 123_457
    actions.resolve_calls([used(0, user_id="maya")._replace(first_at=odd, last_at=odd)])

    assert queries.people().get().last_seen_at == MONDAY + timedelta(microseconds=123_457)
