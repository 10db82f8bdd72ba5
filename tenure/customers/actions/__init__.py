"""Writes to customers: who is who, what is known, who looks after whom."""

from tenure.customers.actions.editing import (
    apply_rule,
    choose_primary,
    edit_trait,
    pin_trait,
    read_value,
    set_role,
    set_trait_rule,
)
from tenure.customers.actions.erasing import erase_customers
from tenure.customers.actions.following import follow_merged, follow_parted
from tenure.customers.actions.lives import widen_seen
from tenure.customers.actions.merging import merge_accounts, merge_people, part
from tenure.customers.actions.narrowing import Unseen, narrow_seen, see_accounts
from tenure.customers.actions.owning import OwnersAssigned, assign_owners
from tenure.customers.actions.parenting import set_parent
from tenure.customers.actions.resolving import resolve_calls
from tenure.customers.actions.suspecting import find_duplicates, refuse_duplicate, suspect_again
from tenure.customers.actions.taking_back import remove_untouched, take_back_words
from tenure.customers.actions.telling import (
    assign_owner,
    set_account_traits,
    set_traits_of_accounts,
    set_traits_of_people,
)

__all__ = [
    "OwnersAssigned",
    "Unseen",
    "apply_rule",
    "assign_owner",
    "assign_owners",
    "choose_primary",
    "edit_trait",
    "erase_customers",
    "find_duplicates",
    "follow_merged",
    "follow_parted",
    "merge_accounts",
    "merge_people",
    "narrow_seen",
    "part",
    "pin_trait",
    "read_value",
    "refuse_duplicate",
    "remove_untouched",
    "resolve_calls",
    "see_accounts",
    "set_account_traits",
    "set_parent",
    "set_role",
    "set_trait_rule",
    "set_traits_of_accounts",
    "set_traits_of_people",
    "suspect_again",
    "take_back_words",
    "widen_seen",
]
