"""When accounts were first heard of and used last, against everything that is stored, read anew."""

from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.customers import actions as customers
from tenure.customers import queries
from tenure.customers.errors import CannotBeMerged
from tenure.kernel import jobs, tenancy
from tenure.lake import engine
from tenure.tracking.queries.use import events
from tenure.tracking.types import USE_TYPES
from tests.given import given_workspace
from tests.tracking.sending import send

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
NOW = BEGIN + timedelta(days=9)


def call(number: int, hour: int, user: str, group: str | None = None, type_: str = "track") -> dict[str, object]:
    at = BEGIN + timedelta(hours=hour, seconds=number)
    said = {"type": type_, "userId": user, "messageId": f"m{number}", "timestamp": at.isoformat()}
    said |= {"event": "Exported"} if type_ == "track" else {}
    return said | ({"context": {"groupId": group}} if group else {})


def settle() -> None:
    for stage in ("intake", "recount_moved"):
        jobs.run_stage(stage, NOW)


def seen() -> dict[int, tuple[datetime, datetime | None]]:
    return {a.pk: (a.first_seen_at, a.last_seen_at) for a in queries.accounts().order_by("pk")}


def recounted() -> dict[int, tuple[datetime, datetime | None]]:
    first: dict[int, list[datetime]] = defaultdict(list)
    used: dict[int, list[datetime]] = defaultdict(list)
    for row in engine.run(events()).to_pylist():
        first[row["account_id"]].append(row["ts"])
        if row["type"] in USE_TYPES:
            used[row["account_id"]].append(row["ts"])
    return {pk: (min(first[pk]), max(used[pk], default=None)) for pk in seen()}


def test_use_that_names_another_account_is_not_use_of_the_home(workspace):
    send(call(1, 0, "maya", "fjord"), call(2, 5, "maya", "kestrel"), received_at=NOW)
    settle()
    send(call(3, 9, "maya", "fjord"), call(4, 20, "maya", "kestrel"), received_at=NOW)
    settle()
    send(call(5, 3, "maya", "osprey"), call(6, 4, "maya"), received_at=NOW)
    settle()
    names = {a.pk: a.name for a in queries.accounts()}

    assert {names[pk]: last for pk, (_, last) in seen().items()} == {
        "fjord": BEGIN + timedelta(hours=9, seconds=3),
        "kestrel": BEGIN + timedelta(hours=20, seconds=4),
        "osprey": BEGIN + timedelta(hours=4, seconds=6),
    }
    assert seen() == recounted()


def test_use_folded_over_two_homes_counts_for_each_until_it_left(workspace):
    send(call(1, 0, "maya", "fjord", "identify"), call(2, 50, "maya", "kestrel", "identify"), received_at=NOW)
    settle()

    send(*(call(3 + n, hour, "maya") for n, hour in enumerate((10, 40, 49, 51, 90))), received_at=NOW)
    settle()

    names = {a.pk: a.name for a in queries.accounts()}
    assert {names[pk]: last for pk, (_, last) in seen().items()} == {
        "fjord": BEGIN + timedelta(hours=49, seconds=5),
        "kestrel": BEGIN + timedelta(hours=90, seconds=7),
    }


_CALLS = st.tuples(
    st.just("call"), st.integers(0, 190), st.sampled_from("mts"), st.sampled_from([None, None, "f", "k"]),
    st.sampled_from(["track", "track", "identify"]),
)  # fmt: skip
_MERGES = st.tuples(st.sampled_from(["accounts", "people", "part"]), st.integers(0, 9), st.integers(0, 9))


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.one_of(st.lists(_CALLS, min_size=1, max_size=4), st.lists(_MERGES, min_size=1, max_size=1)), max_size=9)
)
def test_is_what_is_stored_says_after_merging_and_parting(db, lake, happened):
    workspace, number, merges = given_workspace(), 0, []
    with tenancy.scope(workspace.pk):
        for portion in happened:
            match portion[0]:
                case ("call", *_):
                    calls = []
                    for _, hour, user, group, type_ in portion:
                        number += 1
                        calls.append(call(number, hour, user, group, type_))
                    send(*calls, received_at=NOW)
                case ("part", which, _):
                    if merges:
                        customers.part(merges.pop(which % len(merges)), by=None)
                case (kind, one, other):
                    some = queries.accounts() if kind == "accounts" else queries.people()
                    ids = list(some.order_by("pk").values_list("pk", flat=True))
                    if ids and ids[one % len(ids)] != ids[other % len(ids)]:
                        merge = customers.merge_accounts if kind == "accounts" else customers.merge_people
                        with suppress(CannotBeMerged):
                            merges.append(merge(ids[one % len(ids)], ids[other % len(ids)], by=None).pk)
            settle()

        assert seen() == recounted()
