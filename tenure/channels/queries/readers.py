"""Whom messages are for, as far as their tags ask; for many at once."""

from collections.abc import Collection
from typing import Any

from tenure.channels.types import Reader
from tenure.customers import queries as customers
from tenure.kernel import tenancy
from tenure.workspaces import queries as workspaces


def readers(pairs: Collection[tuple[int | None, int | None]]) -> dict[tuple[int | None, int | None], Reader]:
    """Return what tags can say of each pair of person and account (either may be None); three statements at most."""
    person_ids = {person_id for person_id, _ in pairs if person_id is not None}
    account_ids = {account_id for _, account_id in pairs if account_id is not None}
    people = {row["pk"]: row for row in _people(person_ids)}
    accounts = {row["pk"]: row for row in _accounts(account_ids)}
    workspace_name = workspaces.workspace(tenancy.current_workspace_id()).name
    found = {}
    for person_id, account_id in pairs:
        person = people.get(person_id or 0, {})
        account = accounts.get(account_id or 0, {})
        found[person_id, account_id] = Reader(
            person_name=person.get("name") or "",
            person_email=person.get("email") or "",
            person_traits=person.get("traits") or {},
            account_name=account.get("name") or "",
            account_domain=account.get("domain") or "",
            account_traits=account.get("traits") or {},
            owner_name=account.get("owner__name") or "",
            workspace_name=workspace_name,
        )
    return found


def reader_of(person_id: int | None, account_id: int | None) -> Reader:
    """Return what tags can say of one person at one account."""
    return readers([(person_id, account_id)])[person_id, account_id]


def _people(ids: Collection[int]) -> list[dict[str, Any]]:
    return [dict(row) for row in customers.people(ids).values("pk", "name", "email", "traits")] if ids else []


def _accounts(ids: Collection[int]) -> list[dict[str, Any]]:
    columns = ("pk", "name", "domain", "traits", "owner__name")
    return [dict(row) for row in customers.accounts(ids).values(*columns)] if ids else []
