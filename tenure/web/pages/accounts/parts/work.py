"""What people do for an account: its owner, calls, runs and tasks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.playbooks import queries as playbooks
from tenure.playbooks.types import RunStatus
from tenure.web.pages.accounts.forms import CallForm
from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.customers.models import Account


def register() -> None:
    """Put the parts in their places."""
    register_panel(
        "actions", subject="account", place=Place.ACTION, order=10, template="accounts/parts/actions.html", context=acts
    )
    register_panel(
        "dialogs", subject="account", place=Place.BELOW, order=10, template="accounts/parts/dialogs.html", context=acts
    )
    register_panel(
        "work", subject="account", place=Place.SIDE, order=20, template="accounts/parts/work.html", context=work
    )


def acts(request: Visit, account: "Account") -> Mapping[str, Any] | None:
    """Offer what a member may do here; viewers only look."""
    if not may(request, PermissionRole.MEMBER):
        return None
    return {
        "call_form": CallForm(people=customers.people_of(account.pk)),
        "call_url": reverse("account_call", args=[account.pk]),
        "playbooks": [each for each in playbooks.playbooks(clock.now()) if each.is_live],
        "members": workspaces.members(),
        "me": request.member,
    }


def work(request: Visit, account: "Account") -> Mapping[str, Any] | None:
    """List open tasks and the runs they belong to."""
    tasks = list(playbooks.tasks_of_account(account.pk)[:20])
    runs = list(playbooks.runs_of(account.pk)[:6])
    if not tasks and not runs:
        return None
    now = clock.now()
    return {
        "tasks": [{"task": task, "is_late": task.due_at < now} for task in tasks],
        "runs": [{"run": run, "is_open": run.status == RunStatus.OPEN} for run in runs],
    }
