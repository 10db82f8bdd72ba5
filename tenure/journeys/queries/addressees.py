"""Whom touches go to: the person a journey is about, or the one who fits best at an account."""

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence

from tenure.customers import queries as customers
from tenure.customers.types import ReachablePerson
from tenure.journeys.types import Due
from tenure.kernel import tenancy
from tenure.workspaces import queries as workspaces


@dataclasses.dataclass(frozen=True, kw_only=True)
class Addressee:
    """One person, and where and when to reach them."""

    person_id: int
    address: str
    timezone: str


def addressees(due: Sequence[Due]) -> dict[int, Addressee]:
    """Return whom each touch (by enrolment) goes to, if to anybody; two statements, whatever the number."""
    ids = {d.person_id for d in due if d.person_id is not None}
    people: Mapping[int, Addressee] = {
        pk: Addressee(person_id=pk, address=email.strip().lower(), timezone=timezone)
        for pk, email, timezone in (customers.people(ids).values_list("pk", "email", "timezone") if ids else ())
    }
    at_accounts: dict[int, list[ReachablePerson]] = defaultdict(list)
    accounts = {d.account_id for d in due if d.person_id is None and d.account_id is not None}
    for person in customers.reachable_people(accounts) if accounts else ():
        at_accounts[person.account_id].append(person)
    found = {}
    for each in due:
        if each.person_id is not None:
            chosen = people.get(each.person_id)
        else:
            chosen = _best(at_accounts.get(each.account_id or 0, ()), each.definition.recipient.roles)
        if chosen is not None:
            found[each.enrolment_id] = chosen
    return found


def workspace_timezone() -> str:
    """Return where people are taken to be when nothing is known of it."""
    return workspaces.workspace(tenancy.current_workspace_id()).timezone


def _best(people: Sequence[ReachablePerson], roles: Sequence[str]) -> Addressee | None:
    """Pick the first role that somebody has; else whoever has been at the account longest."""
    for role in roles:
        for person in people:
            if person.role == role:
                return _addressee(person)
    return _addressee(people[0]) if people else None


def _addressee(person: ReachablePerson) -> Addressee:
    return Addressee(person_id=person.person_id, address=person.email.strip().lower(), timezone=person.timezone)
