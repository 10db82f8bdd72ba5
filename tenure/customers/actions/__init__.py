"""Writes to customers: who is who, what is known, who looks after whom."""

from tenure.customers.actions.owning import OwnersAssigned, assign_owners
from tenure.customers.actions.resolving import resolve_calls
from tenure.customers.actions.telling import (
    assign_owner,
    set_account_traits,
    set_traits_of_accounts,
    set_traits_of_people,
)

__all__ = [
    "OwnersAssigned",
    "assign_owner",
    "assign_owners",
    "resolve_calls",
    "set_account_traits",
    "set_traits_of_accounts",
    "set_traits_of_people",
]
