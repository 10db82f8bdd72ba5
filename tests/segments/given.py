"""Customers and segments to start a test from, through the doors everybody uses."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tenure.customers import queries as customers
from tenure.kernel import clock, jobs, outbox
from tenure.segments import actions
from tenure.segments.models import Segment
from tenure.segments.types import Subject
from tests.tracking.sending import group, identify, send, track

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def given_segment(
    called: str = "Premium", /, *, subject: Subject = Subject.ACCOUNT, by: Any = None, **leaf: Any
) -> Segment:
    """Define a segment of one leaf; on plan Premium when nothing else is said."""
    condition = leaf or {"kind": "trait", "name": "plan", "operator": "is", "value": "Premium"}
    return actions.define_segment(called, subject=subject, condition=condition, by=by)


def given_account(key: str, *, at: datetime | None = None, **traits: Any) -> int:
    """Have a product say that there is an account, with its first person; returns its id."""
    found = given_account_unjudged(key, at=at, **traits)
    jobs.run_stage("segments_touched", clock.now())
    return found


def given_account_unjudged(key: str, *, at: datetime | None = None, **traits: Any) -> int:
    """The same, stored and told of, with no segment judged yet."""
    moment = at or clock.now()
    send(
        identify(userId=f"{key}-ann", traits={"name": f"Ann of {key}", "email": f"ann@{key}.example"}, at=moment),
        group(userId=f"{key}-ann", groupId=key, traits={"name": key.title(), **traits}, at=moment),
        received_at=moment,
    )
    store_and_tell()
    return customers.account_by_external_id(key).pk


def given_use(key: str, event: str = "Login", *, at: datetime | None = None, times: int = 1, who: str = "ann") -> None:
    """Have somebody at an account do something; seen by segments only after `catch_up`."""
    moment = at or clock.now()
    send(
        *(
            track(
                event,
                userId=f"{key}-{who}",
                context={"groupId": key},
                at=moment,
                messageId=f"{key}-{who}-{event}-{moment.isoformat()}-{n}",
            )
            for n in range(times)
        ),
        received_at=clock.now(),
    )


def store_and_tell() -> None:
    """Store what waits and tell everybody."""
    now = clock.now()
    jobs.run_stage("intake", now)
    while outbox.deliver(now):
        pass


def catch_up() -> None:
    """Store what waits, tell everybody, and judge the touched."""
    store_and_tell()
    jobs.run_stage("segments_touched", clock.now())


def names_in(segment: Segment) -> list[str]:
    from tenure.segments import queries

    return sorted(item.who.name for item in queries.all_members_of(segment.pk))
