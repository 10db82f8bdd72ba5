"""An import can be taken back."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.connectors.files.types import Kind, Status
from tenure.customers import actions as customers
from tenure.customers.models import Account, Affiliation, Person, TraitChange
from tenure.customers.types import Call, CallKind
from tenure.health import actions as health
from tenure.health.models import HealthScore
from tenure.kernel import clock, tenancy
from tests.connectors.files.given import counts, given_file, imported, undone
from tests.given import given_member, given_workspace
from tests.health.given import given_scorecard

NOW = datetime(2026, 7, 1, tzinfo=UTC)
DAY = timedelta(days=1)


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


def test_accounts_of_which_we_only_concluded_something_go(workspace, at, tmp_path):
    at(NOW)
    of = imported(given_file(tmp_path, "account_id,seats\na1,8\na2,5\na3,2\n"))
    ids = {a.external_id: a.pk for a in Account.objects.all()}
    at(NOW + timedelta(minutes=1))
    scorecard = given_scorecard("Seats")
    for source, trait in (("touch_models", "touch_model"), ("lifecycle", "lifecycle_stage"), ("computed:use", "use")):
        customers.set_traits_of_accounts({pk: {trait: "any"} for pk in ids.values()}, source=source, at=clock.now())
    customers.set_traits_of_accounts({ids["a3"]: {"touch_model": "high_touch"}}, source="sdk", at=clock.now() + DAY)
    health.override_score(ids["a2"], scorecard.pk, 90, reason="Said so", by=given_member())
    assert Account.objects.get(external_id="a1").traits["health_score"] == 80

    back = undone(of)

    assert (back.removed, back.kept) == (1, 2)
    assert sorted(a.external_id for a in Account.objects.all()) == ["a2", "a3"]
    assert not HealthScore.objects.filter(account_id=ids["a1"]).exists()


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

    assert Account.objects.get().traits == {"plan": "Pro"}
    assert list(TraitChange.objects.values_list("value", flat=True)) == ["Pro"]


def test_a_source_that_goes_first_no_longer_counts_though_others_spoke_since(workspace, at, tmp_path):
    from tenure.customers.types import TraitType

    at(NOW)
    customers.set_trait_rule("account", "plan", value_type=TraitType.TEXT, sources=["csv accounts.csv row"], by=None)
    said(NOW - timedelta(days=2), "a1", plan="Pro")
    first = imported(given_file(tmp_path, "account_id,plan\na1,Team\n"))
    second = imported(given_file(tmp_path, "account_id,plan\na1,Max\n"))
    said(NOW + timedelta(days=1), "a1", plan="Mini")
    assert Account.objects.get().traits == {"plan": "Max"}

    undone(second)
    assert Account.objects.get().traits == {"plan": "Team"}
    undone(first)
    assert Account.objects.get().traits == {"plan": "Mini"}


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


plans = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("pq")), max_size=3, unique_by=lambda row: row[0])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(plans, min_size=1, max_size=4), dice=st.randoms(use_true_random=False))
def test_imports_come_off_in_any_order(db, at, tmp_path, files, dice):
    """The oracle: of each account, the last word of an import that stands; a word that was no news was none."""
    at(NOW)
    with tenancy.scope(given_workspace().pk):
        words: list[tuple[int, str, str]] = []
        imports = []
        for number, rows in enumerate(files):
            now = {account: plan for _, account, plan in words}
            words += [(number, account, plan) for account, plan in rows if now.get(account) != plan]
            text = "account_id,plan\n" + "".join(f"{','.join(row)}\n" for row in rows)
            imports.append(imported(given_file(tmp_path, text, f"{number}.csv")))
        order = list(range(len(files)))
        dice.shuffle(order)
        for number in order:
            undone(imports[number])
            words = [word for word in words if word[0] != number]
            expected = {account: {"plan": plan} for _, account, plan in words}
            assert {a.external_id: a.traits for a in Account.objects.all()} == expected
