"""Whom messages are for, as far as their tags ask; for many at once."""

from collections.abc import Collection

from tenure.channels.types import Reader
from tenure.customers import queries as customers
from tenure.kernel import tenancy
from tenure.workspaces import queries as workspaces


def readers(pairs: Collection[tuple[int | None, int | None]]) -> dict[tuple[int | None, int | None], Reader]:
    """Return what tags can say of each pair of person and account (either may be None); three statements at most."""
    person_ids = {person_id for person_id, _ in pairs if person_id is not None}
    account_ids = {account_id for _, account_id in pairs if account_id is not None}
    people = {
        row["pk"]: row
        for row in (customers.people(person_ids).values("pk", "name", "email", "traits") if person_ids else ())
    }
    accounts = {
        row["pk"]: row
        for row in (
            customers.accounts(account_ids).values("pk", "name", "domain", "traits", "owner__name")
            if account_ids
            else ()
        )
    }
    workspace_name = workspaces.workspace(tenancy.current_workspace_id()).name
    nobody: dict[str, object] = {}
    found = {}
    for person_id, account_id in pairs:
        person = people.get(person_id, nobody)
        account = accounts.get(account_id, nobody)
        found[person_id, account_id] = Reader(
            person_name=str(person.get("name") or ""),
            person_email=str(person.get("email") or ""),
            person_traits=person.get("traits") or {},
            account_name=str(account.get("name") or ""),
            account_domain=str(account.get("domain") or ""),
            account_traits=account.get("traits") or {},
            owner_name=str(account.get("owner__name") or ""),
            workspace_name=workspace_name,
        )
    return found


def reader_of(person_id: int | None, account_id: int | None) -> Reader:
    """Return what tags can say of one person at one account."""
    return readers([(person_id, account_id)])[person_id, account_id]
