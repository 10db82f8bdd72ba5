"""Who may be one."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.customers import actions, queries
from tenure.customers.errors import NoSuchSuggestion
from tenure.kernel import jobs
from tests.customers.calls import grouped, identified
from tests.given import given_member

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def named(kind: str) -> list[tuple[set[str], str]]:
    return [({s.first, s.second}, s.reason) for s in queries.possible_duplicates(kind).suggestions]


def test_accounts_by_domain_name_and_slips(workspace):
    calls = [
        ("a", {"name": "Fjord", "domain": "fjord.example"}),
        ("b", {"name": "Nordic Fjord", "website": "https://www.fjord.example"}),
        ("c", {"name": "Kestrel, Inc."}),
        ("d", {"name": "KESTREL GmbH"}),
        ("e", {"name": "Blue Harbor Logistics"}),
        ("f", {"name": "Blue Harbour Logistics"}),
        ("g", {"name": "Branch 17 Stores"}),
        ("h", {"name": "Branch 18 Stores"}),
        ("i", {"name": "北海科技有限公司"}),
        ("j", {"name": "北海科技"}),
        ("k", {"name": "Ann's", "domain": "gmail.com"}),
        ("l", {"name": "Zoe's", "domain": "gmail.com"}),
    ]
    actions.resolve_calls([grouped(n, group_id=i, traits=t) for n, (i, t) in enumerate(calls)])

    actions.find_duplicates(now=NOW)

    assert sorted(named("account"), key=repr) == sorted(
        [
            ({"Fjord", "Nordic Fjord"}, "domain"),
            ({"Kestrel, Inc.", "KESTREL GmbH"}, "name"),
            ({"北海科技有限公司", "北海科技"}, "name"),
            ({"Blue Harbor Logistics", "Blue Harbour Logistics"}, "similar"),
        ],
        key=repr,
    )


def test_people_by_address_and_name(workspace):
    people = [
        ("u1", "ada@fjord.example", "Ada L"),
        ("u2", "Ada+news@fjord.example", "Ada"),
        ("u3", "m.lind@gmail.com", "Maya"),
        ("u4", "mlind@googlemail.com", "M"),
        ("u5", "x@kestrel.example", "Ines Moreau"),
        ("u6", "y@kestrel.example", "ines moreau"),
        ("u7", "info@one.example", "One"),
        ("u8", "info@two.example", "Two"),
    ]
    actions.resolve_calls(
        [identified(n, user_id=u, traits={"email": e, "name": name}) for n, (u, e, name) in enumerate(people)]
    )
    actions.resolve_calls([grouped(50, user_id=u, group_id="k") for u in ("u5", "u6", "u7", "u8")])

    actions.find_duplicates(now=NOW)

    assert sorted(named("person"), key=repr) == sorted(
        [
            ({"Ada L", "Ada"}, "address"),
            ({"Maya", "M"}, "address"),
            ({"Ines Moreau", "ines moreau"}, "person_name"),
        ],
        key=repr,
    )


def test_a_no_is_remembered_and_a_merge_settles_it(workspace):
    calls = [grouped(n, group_id=g, traits={"name": "Fjord", "domain": "fjord.example"}) for n, g in enumerate("abc")]
    actions.resolve_calls(calls)
    jobs.run_stage("possible_duplicates", NOW)
    first, second = queries.possible_duplicates("account").suggestions
    ada = given_member()

    actions.refuse_duplicate(first.id, by=ada)
    actions.merge_accounts(second.first_id, second.second_id, by=ada)
    jobs.run_stage("possible_duplicates", NOW + timedelta(days=1))

    assert queries.possible_duplicates("account").count == 0
    assert [s.id for s in queries.possible_duplicates("account", refused=True).suggestions] == [first.id]
    actions.suspect_again(first.id, by=ada)
    assert [s.id for s in queries.possible_duplicates("account").suggestions] == [first.id]
    with pytest.raises(NoSuchSuggestion):
        actions.refuse_duplicate(0, by=ada)


def test_an_account_of_one_is_offered_to_its_company(workspace):
    actions.resolve_calls(
        [
            identified(0, user_id="ann", traits={"email": "ann@fjord.example"}),
            grouped(1, user_id="maya", group_id="fjord", traits={"domain": "fjord.example", "name": "Fjord"}),
        ]
    )
    actions.find_duplicates(now=NOW)

    (found,) = queries.possible_duplicates("account").suggestions
    assert (found.first, found.second) == ("Fjord", "ann@fjord.example")
    actions.merge_accounts(found.first_id, found.second_id, by=None)
    assert {p.external_id for p in queries.people_of(found.first_id)} == {"maya", "ann"}
    assert queries.account(found.first_id).traits == {"domain": "fjord.example", "name": "Fjord"}
