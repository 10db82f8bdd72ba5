"""What is known of an account or a person: their people or accounts, traits with source and age, ids."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tenure.customers import queries as customers
from tenure.web.pages.accounts import words
from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.customers.models import Account, Person
    from tenure.customers.types import SubjectKind

_LISTED = 12


def register() -> None:
    """Put the parts in their places."""
    register_panel(
        "people", subject="account", place=Place.SIDE, order=10, template="accounts/parts/people.html", context=people
    )
    register_panel(
        "facts", subject="account", place=Place.SIDE, order=30, template="accounts/parts/facts.html",
        context=lambda request, account: {**_traits("account", account.pk), "external_id": account.external_id},
    )  # fmt: skip
    register_panel(
        "accounts", subject="person", place=Place.SIDE, order=10, template="accounts/parts/accounts_of.html",
        context=accounts,
    )  # fmt: skip
    register_panel(
        "facts", subject="person", place=Place.SIDE, order=30, template="accounts/parts/facts.html",
        context=lambda request, person: _traits("person", person.pk),
    )  # fmt: skip
    register_panel(
        "identities", subject="person", place=Place.SIDE, order=35, template="accounts/parts/identities.html",
        context=lambda request, person: {"identities": customers.identities_of(person.pk)},
    )  # fmt: skip


def people(request: Visit, account: "Account") -> Mapping[str, Any]:
    """List the known people of an account, whoever was seen last first."""
    found = customers.people_of(account.pk)
    return {
        "people": [{"person": each, "role": words.ROLES[each.role]} for each in found[:_LISTED]],
        "more": [{"person": each, "role": words.ROLES[each.role]} for each in found[_LISTED:]],
        "count": len(found),
    }


def accounts(request: Visit, person: "Person") -> Mapping[str, Any]:
    """List the accounts a person is at."""
    return {
        "accounts": [{"account": each, "role": words.ROLES[each.role]} for each in customers.accounts_of(person.pk)],
        "roles": [(role.value, name) for role, name in words.ROLES.items()],
        "may_change": may(request, PermissionRole.MEMBER),
    }


def _traits(kind: "SubjectKind", pk: int) -> dict[str, Any]:
    known = customers.known_traits(kind, pk)
    return {"kind": kind, "pk": pk, "traits": [{"trait": t, "text": words.trait_text(t.value)} for t in known]}
