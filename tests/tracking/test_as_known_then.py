"""A past day gives the answer that was given then, however late data arrived and whoever turned out to be whom."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.customers import actions, queries
from tenure.customers.errors import CannotBeMerged
from tenure.customers.models import Account, Affiliation
from tenure.kernel import clock, jobs, tenancy
from tenure.kernel.as_of import AsOf
from tenure.lake import engine
from tenure.tracking import queries as tracking
from tenure.tracking.actions import forget_events_before
from tenure.tracking.types.lake import ACCOUNT_DAY, PERSON_DAY
from tests.given import given_member, given_workspace
from tests.tracking.sending import NOW, group, hours, identify, send, send_raw, track
from tests.tracking.test_any_order import BEGIN, as_sent, histories

LATE = st.sampled_from([0, 1, 3_600, 86_400, 3 * 86_400])
TRAITS = ("plan", "seats", "role")
MIDNIGHT = BEGIN.date()


def rows_of(table: Any) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda r: tuple(map(str, r.values())))


def use_now() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    workspace_id = tenancy.current_workspace_id()
    return tuple(rows_of(engine.run(engine.read(workspace_id, t))) for t in (PERSON_DAY, ACCOUNT_DAY))  # type: ignore[return-value]


def use_then(as_of: AsOf) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return (
        rows_of(tracking.person_days_as_of(as_of, MIDNIGHT)),
        rows_of(tracking.account_days_as_of(as_of, MIDNIGHT)),
    )


def customers_now() -> dict[str, Any]:
    there = Account.objects.filter(merged_into=None).order_by("pk")
    return {
        "traits": {a.pk: told for a in there.filter(is_solo=False) if (told := named(a.traits))},
        "people": {p.pk: told for p in queries.people() if (told := named(p.traits))},
        "lives": [
            {
                "account_id": a.pk,
                "owner_id": a.owner_id,
                "signed_up_at": a.signed_up_at,
                "churned_at": a.churned_at,
                "returned_at": a.returned_at,
                "trial_ends_at": a.trial_ends_at,
            }
            for a in there
        ],
        "places": sorted(Affiliation.objects.values_list("person_id", "account_id", "since")),
    }


def customers_then(as_of: AsOf) -> dict[str, Any]:
    lives = queries.accounts_as_of(as_of)
    solo = {r["account_id"] for r in lives.to_pylist() if r["is_solo"]}
    there = set(lives["account_id"].to_pylist())
    places = queries.people_as_of(as_of).to_pylist()
    known = {each.pk for each in queries.people()}
    return {
        "traits": {pk: told for pk, told in traits_then("account", as_of).items() if pk in there - solo},
        "people": {pk: told for pk, told in traits_then("person", as_of).items() if as_of.is_then or pk in known},
        "lives": [{name: r[name] for name in r if name not in ("is_solo", "known_since")} for r in lives.to_pylist()],
        "places": sorted((r["person_id"], r["account_id"], r["since"]) for r in places),
    }


def named(traits: dict[str, Any]) -> dict[str, Any]:
    return {name: told(value) for name, value in traits.items() if name in TRAITS}


def told(value: Any) -> str:
    """A trait of several types comes as text."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode().removesuffix(".0")


def traits_then(kind: Any, as_of: AsOf) -> dict[int, dict[str, Any]]:
    found = queries.traits_as_of(kind, TRAITS, as_of).to_pylist()
    rows = {r.pop(f"{kind}_id"): {name: told(value) for name, value in r.items() if value is not None} for r in found}
    return {pk: row for pk, row in rows.items() if row}


# Without shrinking: each try goes through PostgreSQL and the lake, and shrinking takes minutes to say little.
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories(), st.lists(LATE, min_size=14, max_size=14), st.data())
def test_any_order_of_arrival(db, lake, drawn, late, data):
    history, _ = drawn
    arrivals = sorted(range(len(history)), key=lambda n: (history[n].at + timedelta(seconds=late[n]), n))
    workspace = given_workspace()
    answered: list[tuple[datetime, Any, Any]] = []

    with tenancy.scope(workspace.pk):
        for place, n in enumerate(arrivals):
            received = history[n].at + timedelta(seconds=late[n] + 1, microseconds=10 * place)
            with clock.simulated(received):
                send_raw(msgspec.json.encode({"batch": [as_sent(n, history[n])]}), 1, received)
                jobs.run_stage("intake", received)
                if data.draw(st.booleans()):
                    merge_somebody(data)
            asked = received + timedelta(microseconds=1)
            answered.append((asked, use_now(), customers_now()))

        for asked, use, customers in answered:
            then = AsOf.then(asked)
            assert use_then(then) == use
            found = customers_then(then)
            assert found["lives"] == customers["lives"]
            assert found["places"] == customers["places"]
            assert found["traits"] == customers["traits"]
            people = customers["people"]
            assert {pk: told for pk, told in found["people"].items() if pk in people} == people
        end = answered[-1][0]
        use, _accounts = use_now()
        for asked, *_ in answered:
            midnight = asked.replace(hour=0, minute=0, second=0, microsecond=0)
            by_now, _ = use_then(AsOf.by_now(midnight - timedelta(microseconds=1), end))
            assert by_now == [row for row in use if row["dt"] < midnight.date()]


def merge_somebody(data: Any) -> None:
    ids = sorted(Account.objects.filter(merged_into=None).values_list("pk", flat=True))
    if len(ids) > 1:
        kept, other = data.draw(st.permutations(ids))[:2]
        try:
            actions.merge_accounts(kept, other, by=None)
        except CannotBeMerged:
            return
        jobs.run_stage("recount_moved", clock.now())


def test_an_event_that_came_late_was_not_known_then_and_is_now(workspace, at):
    at(NOW)
    send(group(userId="maya", groupId="fjord"), track("Exported", userId="maya", at=NOW - hours(30)))
    jobs.run_stage("intake", NOW)
    at(NOW + hours(48))
    send(track("Exported", userId="maya", at=NOW - hours(29)), received_at=NOW + hours(48))
    jobs.run_stage("intake", NOW + hours(48))

    day = (NOW - hours(30)).date()
    then = tracking.person_days_as_of(AsOf.then(NOW + hours(1)), day)
    assert then["n"].to_pylist() == [1]
    now = tracking.person_days_as_of(AsOf.by_now(NOW + hours(1), NOW + hours(49)), day)
    assert now["n"].to_pylist() == [2]


def test_a_trait_said_of_the_past_is_learnt_when_it_arrives(workspace, at):
    at(NOW)
    send(group(groupId="fjord", traits={"plan": "basic"}, at=NOW - hours(1)))
    jobs.run_stage("intake", NOW)
    at(NOW + hours(24))
    send(group(groupId="fjord", traits={"plan": "trial"}, at=NOW - hours(5)), received_at=NOW + hours(24))
    jobs.run_stage("intake", NOW + hours(24))

    def plan(as_of: AsOf) -> list[str]:
        return queries.traits_as_of("account", ["plan"], as_of)["plan"].to_pylist()

    assert plan(AsOf.then(NOW)) == ["basic"]
    assert plan(AsOf.then(NOW - hours(2))) == []
    assert plan(AsOf.by_now(NOW - hours(2), NOW + hours(25))) == ["trial"]
    assert plan(AsOf.then(NOW + hours(25))) == ["basic"]


def test_an_owner_is_who_it_was_then(workspace, at):
    at(NOW)
    send(group(userId="maya", groupId="fjord"))
    jobs.run_stage("intake", NOW)
    fjord = queries.account_by_external_id("fjord")
    ada, ben = given_member("Ada"), given_member("Ben")
    at(NOW + hours(1))
    actions.assign_owner(fjord.pk, ada, by=ada)
    at(NOW + hours(2))
    actions.assign_owners({fjord.pk: ben.pk}, by=ada)

    found = [queries.accounts_as_of(AsOf.then(NOW + hours(n)))["owner_id"].to_pylist() for n in (0.5, 1.5, 2.5)]

    assert found == [[None], [ada.pk], [ben.pk]]


def test_who_is_identified_later_was_somebody_else_then(workspace, at):
    at(NOW)
    send(track("Exported", anonymousId="c1", at=NOW))
    jobs.run_stage("intake", NOW)
    then = tracking.person_days_as_of(AsOf.then(NOW + hours(1)), NOW.date()).to_pylist()
    at(NOW + hours(2))
    send(
        identify(userId="maya", anonymousId="c1", at=NOW + hours(2)),
        group(userId="maya", groupId="fjord", at=NOW + hours(2)),
        received_at=NOW + hours(2),
    )
    jobs.run_stage("intake", NOW + hours(2))

    assert tracking.person_days_as_of(AsOf.then(NOW + hours(1)), NOW.date()).to_pylist() == then
    now = tracking.person_days_as_of(AsOf.by_now(NOW + hours(1), NOW + hours(3)), NOW.date()).to_pylist()
    assert [r["account_id"] for r in now] == [queries.account_by_external_id("fjord").pk]
    assert [r["account_id"] for r in then] != [r["account_id"] for r in now]


def test_what_was_counted_later_that_day_had_not_happened_yet(workspace, at):
    """Where raw events are gone, a day is known as it was counted: of the moment's own day nothing of after it."""
    at(NOW + hours(24))
    midnight = (NOW + hours(24)).replace(hour=0, minute=0, second=0, microsecond=0)
    calls = [track("Exported", userId="maya", at=midnight + hours(n)) for n in (-3, 2)]
    send(*calls, received_at=NOW + hours(24))
    jobs.run_stage("intake", NOW + hours(24))
    day = (midnight - hours(1)).date()
    by_now = AsOf.by_now(midnight, NOW + hours(25))
    known = tracking.person_days_as_of(by_now, day).to_pylist()
    assert [row["dt"] for row in known] == [day]

    forget_events_before(midnight + hours(48))

    assert tracking.person_days_as_of(by_now, day).to_pylist() == known
