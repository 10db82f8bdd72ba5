"""An import can be taken back."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.connectors.files.types import Kind, Status
from tenure.customers import actions as customers
from tenure.customers.models import Account, Affiliation, Person, TraitChange
from tenure.customers.types import Call, CallKind
from tenure.kernel import tenancy
from tests.connectors.files.given import counts, given_file, imported, undone
from tests.given import given_workspace

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def said(at: datetime, external_id: str, **traits: object) -> None:
    moment = int(at.timestamp() * 1_000_000)
    customers.resolve_calls([Call(CallKind.GROUP, None, None, external_id, moment, moment, "sdk", traits)])


def state() -> list[object]:
    return [
        list(Account.objects.order_by("external_id").values_list("external_id", "name", "traits", "trait_times")),
        list(
            TraitChange.objects.order_by("account__external_id", "name", "at").values_list(
                "account__external_id", "name", "value", "source", "at"
            )
        ),
    ]  # fmt: skip


def test_everything_is_as_it_was(workspace, at, tmp_path):
    said(at(NOW), "a1", plan="Pro", seats=3)
    said(NOW, "a2", plan="Team")
    before = state()
    at(NOW + timedelta(days=1))
    of = imported(given_file(tmp_path, "account_id,name,plan\na1,Acme,Team\na2,,Team\na3,New,Pro\na3,Newer,Pro\n"))
    assert counts(of) == (1, 2, 1, 0)

    back = undone(of)

    assert (back.status, back.taken_back, back.removed, back.kept) == (Status.UNDONE, 1, 1, 0)
    assert state() == before


def test_what_was_said_since_stands(workspace, at, tmp_path):
    said(at(NOW), "a1", plan="Pro")
    of = imported(given_file(tmp_path, "account_id,plan,city\na1,Team,Oslo\na2,Team,Rome\na3,Team,Bonn\n"))
    said(at(NOW + timedelta(days=1)), "a1", plan="Max")
    said(NOW + timedelta(days=1), "a2", seats=4)

    back = undone(of)

    assert (back.removed, back.kept) == (1, 1)
    assert {a.external_id: a.traits for a in Account.objects.all()} == {"a1": {"plan": "Max"}, "a2": {"seats": 4}}


def test_people_go_with_their_accounts_unless_somebody_used_the_product(workspace, at, tmp_path):
    at(NOW)
    file = "user_id,email,account_id\nu1,a@a.example,a1\nu2,b@b.example,a2\nu3,c@c.example,\n"
    of = imported(given_file(tmp_path, file, "people.csv"), Kind.PEOPLE)
    moment = int((NOW + timedelta(days=1)).timestamp() * 1_000_000)
    customers.resolve_calls([Call(CallKind.USE, "u2", None, "a2", moment, moment, "sdk")])

    back = undone(of)

    assert (back.removed, back.kept) == (3, 2)
    assert [(p.external_id, p.email) for p in Person.objects.all()] == [("u2", "")]
    assert [a.external_id for a in Account.objects.all()] == ["a2"]
    assert Affiliation.objects.count() == 1


def test_two_imports_come_off_in_either_order(workspace, at, tmp_path):
    at(NOW)
    said(NOW - timedelta(days=1), "a1", plan="Pro")
    first = imported(given_file(tmp_path, "account_id,plan\na1,Team\n", "one.csv"))
    second = imported(given_file(tmp_path, "account_id,plan\na1,Max\n", "two.csv"))

    undone(first)
    assert Account.objects.get().traits == {"plan": "Max"}
    undone(second)

    # The first said Team, and the second has taken its place since: what is left of both is what the first said.
    assert Account.objects.get().traits == {"plan": "Team"}


def test_a_source_that_goes_first_is_heard_again(workspace, at, tmp_path):
    from tenure.customers.types import TraitType

    at(NOW)
    customers.set_trait_rule("account", "plan", value_type=TraitType.TEXT, sources=["csv accounts.csv row"], by=None)
    said(NOW, "a1", plan="Pro")
    of = imported(given_file(tmp_path, "account_id,plan\na1,Team\n"))
    assert Account.objects.get().traits == {"plan": "Team"}

    undone(of)

    assert Account.objects.get().traits == {"plan": "Pro"}


rows = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "p", "q", "7"]), st.sampled_from(["", "x", "y"])),
    max_size=8,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(earlier=rows, later=rows)
def test_undoing_is_the_inverse_whatever_was_there(db, at, tmp_path, earlier, later):
    at(NOW)
    with tenancy.scope(given_workspace().pk):
        head = "account_id,plan,city\n"
        imported(given_file(tmp_path, head + "".join(f"{','.join(r)}\n" for r in earlier), "earlier.csv"))
        before = state()
        of = imported(given_file(tmp_path, head + "".join(f"{','.join(r)}\n" for r in later), "later.csv"))

        undone(of)

        assert state() == before
