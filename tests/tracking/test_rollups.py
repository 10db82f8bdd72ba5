"""Rollups after few late calls: only those people are counted anew, and it comes to what counting everything does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.customers import actions as customers
from tenure.customers import queries
from tenure.kernel import jobs, tenancy
from tenure.kernel.errors import DomainError
from tenure.lake import engine, tables
from tenure.tracking.actions.folding import choose_session_gap
from tenure.tracking.actions.rollups import refresh_days
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, PERSON_DAY, SESSION_DAY
from tests.given import given_workspace
from tests.tracking.sending import send, send_raw

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 4
NOW = BEGIN + timedelta(days=DAYS)
USERS = [f"user {n}" for n in range(16)]
GROUPS = ["fjord", "kestrel", "twin"]
ROLLUPS = (PERSON_DAY, ACCOUNT_DAY, SESSION_DAY)

moments = st.integers(0, DAYS * 86_400 - 1).map(lambda second: BEGIN + timedelta(seconds=second))
users = st.sampled_from(USERS)
visitors = st.sampled_from(["c1", "c2", "c3"])
groups = st.sampled_from(GROUPS)
events = st.sampled_from(["Exported", "Invited"])


def told(type_: str, **parts: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(type_), "timestamp": moments.map(datetime.isoformat), **parts})


uses = st.one_of(
    told("track", event=events, userId=users),
    told("track", event=events, anonymousId=visitors),
    told("track", event=events, userId=users, context=st.fixed_dictionaries({"groupId": groups})),
)
calls = st.one_of(
    uses,
    told("track", event=events, anonymousId=visitors, userId=users),
    told("identify", anonymousId=visitors, userId=users),
    told("group", userId=users, groupId=groups),
)
steps = st.one_of(
    st.tuples(st.just("send"), st.lists(calls, min_size=1, max_size=3)),
    st.tuples(st.just("send"), st.lists(uses, min_size=1, max_size=2)),
    st.tuples(st.just("send"), st.lists(calls, min_size=1, max_size=3)),
    st.tuples(st.just("merge people"), st.lists(users, min_size=2, max_size=2, unique=True)),
    st.tuples(st.just("merge accounts"), st.lists(groups, min_size=2, max_size=2, unique=True)),
    st.tuples(st.sampled_from(["part", "settle", "choose a gap"]), st.just([])),
)


class Story:
    """Does to a workspace what was drawn."""

    def __init__(self) -> None:
        self.sent = 0
        self.merges: list[int] = []

    def tell(self, calls: list[dict[str, Any]]) -> None:
        batch = []
        for call in calls:
            self.sent += 1
            batch.append({**call, "messageId": f"m{self.sent}"})
        send_raw(msgspec.json.encode({"batch": batch}), len(batch), NOW)
        jobs.run_stage("intake", NOW)

    def go_on(self, what: str, with_: list[Any]) -> None:
        try:
            match what:
                case "send":
                    self.tell(with_)
                case "merge people":
                    kept, merged = (queries.person_by_external_id(u).pk for u in with_)
                    self.merges.append(customers.merge_people(kept, merged, by=None).pk)
                case "merge accounts":
                    kept, merged = (queries.account_by_external_id(g).pk for g in with_)
                    self.merges.append(customers.merge_accounts(kept, merged, by=None).pk)
                case "part":
                    if self.merges:
                        customers.part(self.merges.pop(), by=None)
                case "choose a gap":
                    choose_session_gap(5, by=None)
                case _:
                    settle()
        except DomainError:
            pass  # they are one already


def settle() -> None:
    for stage in ("intake", "recount_moved", "months"):
        jobs.run_stage(stage, NOW)


def counted(workspace_id: int) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table.name: sorted(
            tuple(row.values()) for row in engine.run(engine.read(workspace_id, table)).to_pylist()
        )
        for table in ROLLUPS
    }  # fmt: skip


# Without shrinking: each try goes through PostgreSQL and the lake, and shrinking takes minutes to say little.
@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(uses, min_size=4, max_size=16), st.lists(steps, min_size=1, max_size=8))
def test_come_to_the_same_as_counting_everything_anew(db, lake, before, drawn):
    workspace = given_workspace()
    with tenancy.scope(workspace.pk):
        story = Story()
        everybody = [
            {"type": "track", "event": "Exported", "userId": user, "context": {"groupId": GROUPS[n % 3]},
             "timestamp": (BEGIN + timedelta(days=day, minutes=n)).isoformat()}
            for day in range(DAYS) for n, user in enumerate(USERS[: 12 + day])
        ]  # fmt: skip
        story.tell([*everybody, *before])

        for what, with_ in drawn:
            story.go_on(what, with_)
        settle()

        found = counted(workspace.pk)
        refresh_days(workspace.pk, [BEGIN.date() + timedelta(days=n) for n in range(DAYS)])
        assert found == counted(workspace.pk)


def given_use() -> None:
    for number, user in enumerate(["maya", "ann", "tom"]):
        call = {"type": "track", "event": "Exported", "userId": user, "timestamp": BEGIN.isoformat()}
        send({**call, "messageId": f"m{number}", "context": {"groupId": "fjord"}}, received_at=NOW)
    jobs.run_stage("intake", NOW)


def late(user: str, **more: Any) -> None:
    at = BEGIN + timedelta(minutes=10)
    send({"type": "track", "event": "Exported", "userId": user, "timestamp": at.isoformat(), **more}, received_at=NOW)
    jobs.run_stage("intake", NOW)


def use_by_person(workspace_id: int) -> dict[str, int]:
    names = {queries.person_by_external_id(user).pk: user for user in ("maya", "ann", "tom")}
    days = engine.run(engine.read(workspace_id, PERSON_DAY)).to_pylist()
    return {names[day["person_id"]]: day["n"] for day in days}


def sessions_of(workspace_id: int, user: str) -> list[tuple[int, int, int]]:
    pk = queries.person_by_external_id(user).pk
    days = engine.run(engine.read(workspace_id, SESSION_DAY)).to_pylist()
    return [(day["events"], day["sessions"], day["seconds"]) for day in days if day["person_id"] == pk]


@pytest.fixture
def forgotten(workspace):
    """Ann's call is counted, but no longer in the lake: whoever counts her again can be told from who does not."""
    given_use()
    tables.delete_rows(workspace.pk, EVENTS, "person_id", [queries.person_by_external_id("ann").pk])


def test_are_counted_anew_only_of_who_did_something_late(workspace, forgotten):
    late("maya")

    assert use_by_person(workspace.pk) == {"maya": 2, "ann": 1, "tom": 1}
    assert sessions_of(workspace.pk, "maya") == [(2, 1, 600)]
    assert sessions_of(workspace.pk, "ann") == [(1, 1, 0)]
    (of_account,) = engine.run(engine.read(workspace.pk, ACCOUNT_DAY)).to_pylist()
    assert (of_account["events"], of_account["active_people"]) == (4, 3)


def test_are_counted_whole_while_sessions_are_by_another_gap(workspace, forgotten):
    choose_session_gap(5, by=None)

    late("maya")

    assert use_by_person(workspace.pk) == {"maya": 2, "tom": 1}
    assert sessions_of(workspace.pk, "maya") == [(2, 2, 0)]


def test_keep_what_somebody_did_before_they_were_known(workspace):
    given_use()
    at = (BEGIN + timedelta(minutes=5)).isoformat()
    visit = {"type": "track", "event": "Exported", "anonymousId": "c1", "timestamp": at}
    send(visit, {"type": "identify", "anonymousId": "c1", "userId": "maya", "timestamp": at}, received_at=NOW)
    jobs.run_stage("intake", NOW)
    assert use_by_person(workspace.pk) == {"maya": 2, "ann": 1, "tom": 1}

    late("maya")

    assert use_by_person(workspace.pk) == {"maya": 3, "ann": 1, "tom": 1}
    assert sessions_of(workspace.pk, "maya") == [(3, 1, 600)]


def test_are_counted_once_of_a_call_that_is_sent_again(workspace):
    given_use()
    late("maya", messageId="again")
    late("maya", messageId="again")

    assert use_by_person(workspace.pk) == {"maya": 2, "ann": 1, "tom": 1}
