"""Use of people and accounts that members join and part counts for the right one, in the lake and in the rollups."""

from datetime import UTC, datetime, timedelta

from tenure.customers import actions as customers
from tenure.customers import queries
from tenure.customers.types import Call, CallKind
from tenure.kernel import jobs
from tenure.tracking import queries as tracking
from tests.tracking.sending import send

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
NOW = BEGIN + timedelta(days=4)


def track(number: int, day: float, user: str, group: str | None = None) -> dict[str, object]:
    at = BEGIN + timedelta(days=day)
    call = {
        "type": "track",
        "event": "Exported",
        "userId": user,
        "messageId": f"m{number}",
        "timestamp": at.isoformat(),
    }
    return call | ({"context": {"groupId": group}} if group else {})


def use_of(account_id: int) -> list[tuple[int, int, int]]:
    days = tracking.usage_by_day([account_id], BEGIN.date(), NOW.date())
    return [((d.day - BEGIN.date()).days, d.events, d.active_people) for d in days]


def settle() -> None:
    for stage in ("intake", "recount_moved"):
        jobs.run_stage(stage, NOW)


def given_ids_of_accounts_unlike_those_of_people() -> None:
    customers.resolve_calls(
        [Call(CallKind.GROUP, None, None, f"elsewhere {n}", 1_772_409_600_000_000, 1_772_409_600_000_000, "sdk")
         for n in range(20)]
    )  # fmt: skip


def test_of_accounts(workspace):
    given_ids_of_accounts_unlike_those_of_people()
    send(track(1, 0, "maya", "fjord"), track(2, 0, "ann", "twin"), track(3, 1, "ann"), received_at=NOW)
    settle()
    fjord, twin = (queries.account_by_external_id(g).pk for g in ("fjord", "twin"))
    before = use_of(fjord), use_of(twin)
    assert before == ([(0, 1, 1)], [(0, 1, 1), (1, 1, 1)])

    merge = customers.merge_accounts(fjord, twin, by=None)
    settle()
    assert (use_of(fjord), use_of(twin)) == ([(0, 2, 2), (1, 1, 1)], [])
    send(track(4, 2, "ann", "twin"), track(5, 3, "maya"), received_at=NOW)
    settle()
    assert use_of(fjord) == [(0, 2, 2), (1, 1, 1), (2, 1, 1), (3, 1, 1)]

    customers.part(merge.pk, by=None)
    settle()
    send(track(6, 3, "ann"), received_at=NOW)
    settle()

    assert (use_of(fjord), use_of(twin)) == ([(0, 1, 1), (3, 1, 1)], [(0, 1, 1), (1, 1, 1), (2, 1, 1), (3, 1, 1)])
    assert queries.account(fjord).last_seen_at == BEGIN + timedelta(days=3)
    assert queries.account(twin).last_seen_at == BEGIN + timedelta(days=3)


def test_of_people(workspace):
    send(track(1, 0, "maya", "fjord"), track(2, 0, "maya2"), track(3, 1, "maya2"), received_at=NOW)
    settle()
    maya, other = (queries.person_by_external_id(u).pk for u in ("maya", "maya2"))
    fjord, solo = queries.accounts_of(maya)[0].id, queries.accounts_of(other)[0].id

    merge = customers.merge_people(maya, other, by=None)
    settle()
    assert (use_of(fjord), use_of(solo)) == ([(0, 2, 1), (1, 1, 1)], [])
    send(track(4, 2, "maya2"), received_at=NOW)
    settle()
    assert use_of(fjord)[-1] == (2, 1, 1)

    customers.part(merge.pk, by=None)
    settle()

    assert (use_of(fjord), use_of(solo)) == ([(0, 1, 1)], [(0, 1, 1), (1, 1, 1), (2, 1, 1)])
    assert queries.account(fjord).last_seen_at == BEGIN
    assert queries.account(solo).last_seen_at == BEGIN + timedelta(days=2)
    assert queries.person(other).last_seen_at == BEGIN + timedelta(days=2)


def test_what_others_did_meanwhile_is_remembered(workspace):
    given_ids_of_accounts_unlike_those_of_people()
    send(track(1, 0, "maya", "fjord"), track(2, 0, "maya2"), track(3, 0, "ann", "fjord"), received_at=NOW)
    settle()
    maya, other = (queries.person_by_external_id(u).pk for u in ("maya", "maya2"))
    merge = customers.merge_people(maya, other, by=None)
    send(track(4, 2, "ann"), track(5, 3, "maya2"), received_at=NOW)
    settle()
    fjord = queries.accounts_of(maya)[0].id
    assert queries.account(fjord).last_seen_at == BEGIN + timedelta(days=3)

    customers.part(merge.pk, by=None)

    assert queries.account(fjord).last_seen_at == BEGIN + timedelta(days=2), "at once, nobody seems to have left"
    settle()
    assert queries.account(fjord).last_seen_at == BEGIN + timedelta(days=2)
