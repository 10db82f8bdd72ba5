"""Parts of an account's and a person's page: above and below, merges, and doors to merging."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.tracking import queries as tracking
from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.customers.models import Account

_LISTED = 50


def register() -> None:
    """Put the parts in their places."""
    register_panel(
        "family", subject="account", place=Place.SIDE, order=15, template="identity/family.html", context=family
    )
    register_panel(
        "merges", subject="account", place=Place.SIDE, order=38, template="identity/merges.html",
        context=lambda request, account: _merges(request, "account", account.pk),
    )  # fmt: skip
    register_panel(
        "merges", subject="person", place=Place.SIDE, order=38, template="identity/merges.html",
        context=lambda request, person: None if person.is_anonymous else _merges(request, "person", person.pk),
    )  # fmt: skip


def family(request: Visit, account: "Account") -> Mapping[str, Any] | None:
    """Say which accounts stand above and below, and what they come to together."""
    found = customers.family(account.pk)
    may_change = may(request, PermissionRole.MEMBER) and not account.is_solo
    if found is None and not may_change:
        return None
    use = 0
    if found and found.below:
        today = clock.now().date()
        days = tracking.usage_by_day([account.pk, *found.ids], today - timedelta(days=29), today)
        use = sum(day.events for day in days)
    return {
        "family": found,
        "below": found.below[:_LISTED] if found else [],
        "more": max(len(found.below) - _LISTED, 0) if found else 0,
        "use": use,
        "may_change": may_change,
    }


def _merges(request: Visit, kind: Any, pk: int) -> Mapping[str, Any] | None:
    made = customers.merges_of(kind, pk)
    may_change = may(request, PermissionRole.MEMBER)
    return {"merges": made, "kind": kind, "pk": pk, "may_change": may_change} if made or may_change else None
