"""Customers, templates and messages to start from, made as they are made in life."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from tenure.channels import actions as channels
from tenure.channels import queries
from tenure.channels.types import Content, NewMessage
from tenure.customers.actions import resolve_calls
from tenure.customers.types import Call, CallKind
from tenure.kernel import outbox

_number = count(1)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def given_account(name: str = "Northwind", at: datetime = MONDAY, **traits: Any) -> int:
    """Make an account as a `group` call does; returns its id."""
    n = next(_number)
    micros = int(at.timestamp()) * 1_000_000
    call = Call(
        kind=CallKind.GROUP,
        user_id=f"founder{n}",
        anonymous_id=None,
        group_id=f"acc{n}",
        first_at=micros,
        last_at=micros,
        source="sdk",
        traits={"name": name, **traits},
    )
    return resolve_calls([call]).account_ids[0]


def given_person(
    email: str | None = "maya@northwind.example",
    name: str = "Maya Lind",
    *,
    account_id: int | None = None,
    at: datetime = MONDAY,
    **traits: Any,
) -> int:
    """Make a person as an `identify` call does, at an account if one is given; returns their id."""
    from tenure.customers import queries as customers

    group = customers.account(account_id).external_id if account_id else None
    micros = int(at.timestamp()) * 1_000_000
    said = {"name": name, **({"email": email} if email else {}), **traits}
    call = Call(
        kind=CallKind.IDENTIFY,
        user_id=f"user{next(_number)}",
        anonymous_id=None,
        group_id=group,
        first_at=micros,
        last_at=micros,
        source="sdk",
        traits=said,
    )
    return resolve_calls([call]).person_ids[0]


def given_topic(key: str = "onboarding", name: str = "Getting started") -> str:
    """Make a topic; returns its key."""
    return channels.define_topic(name, key=key).key


def given_template(
    name: str = "Welcome",
    subject: str = 'Welcome, {{ person.first_name | "there" }}',
    body: str = 'Hello {{ person.first_name | "there" }} of {{ account.name | "your team" }}.',
) -> int:
    """Make a template; returns its id."""
    return channels.define_template(name, content=Content(subject=subject, body=body)).pk


def given_message(key: str = "k1", **choices: Any) -> int:
    """Queue one message of its own words; returns its id."""
    known = {"address": "maya@northwind.example", "subject": "Hello", "text": "Hello.\n", "html": "<p>Hello.</p>"}
    return channels.queue_message(NewMessage(idempotency_key=key, **(known | choices)))


def version_of(template_id: int) -> int:
    """Return the id of what a template says now."""
    return queries.current_version(template_id).pk


def given_visitor(anonymous_id: str, at: datetime = MONDAY) -> int:
    """Make a trace of somebody unnamed, as a browser does; returns its id."""
    return resolve_calls([_of_visitor(CallKind.USE, anonymous_id, None, at)]).person_ids[0]


def given_visitor_is(anonymous_id: str, person_id: int, at: datetime = MONDAY) -> None:
    """Let a visitor turn out to be a person, as an `identify` call does."""
    from tenure.customers import queries as customers

    known_as = customers.person(person_id).external_id
    resolve_calls([_of_visitor(CallKind.IDENTIFY, anonymous_id, known_as, at)])


def _of_visitor(kind: CallKind, anonymous_id: str, user_id: str | None, at: datetime) -> Call:
    micros = int(at.timestamp()) * 1_000_000
    return Call(
        kind=kind,
        user_id=user_id,
        anonymous_id=anonymous_id,
        group_id=None,
        first_at=micros,
        last_at=micros,
        source="sdk",
    )


def delivered() -> None:
    """Hand all announcements to their subscribers."""
    while outbox.deliver():
        pass
