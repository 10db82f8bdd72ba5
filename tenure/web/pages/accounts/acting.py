"""What a member does from an account's page: logs a call, runs a playbook."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.customers import queries as customers
from tenure.playbooks import actions
from tenure.playbooks import queries as playbooks
from tenure.playbooks.errors import DueInPast
from tenure.playbooks.types import CallOutcome
from tenure.web.answering import go
from tenure.web.asked import whole
from tenure.web.pages.accounts.forms import CallForm
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@require_POST
@needs(PermissionRole.MEMBER)
def log_call(request: Visit, pk: int) -> HttpResponse:
    """Log a call by itself; what was typed comes back when something is wrong with it."""
    account = customers.account(pk)
    form = CallForm(request.POST, people=customers.people_of(account.pk))
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.log_call(
                account_id=account.pk,
                outcome=CallOutcome(given["outcome"]),
                by=request.member,
                person_id=given["person"],
                notes=given["notes"],
                minutes=given["minutes"],
                next_step=form.next_step(),
            )
        except DueInPast:
            form.add_error("next_on", _("This day has passed."))
        else:
            say(request, _("The call is logged."))
            return go(request, "account", account.pk)
    shown = {"call_form": form, "account": account}
    return render(request, "accounts/parts/call_form.html", shown, status=422)


@require_POST
@needs(PermissionRole.MEMBER)
def run_playbook(request: Visit, pk: int) -> HttpResponse:
    """Open a run of a playbook by hand; one that is open already is left as it is."""
    account = customers.account(pk)
    wanted = request.POST.get("playbook", "")
    playbook = playbooks.playbook(whole(wanted) or 0)
    run = actions.start_run(playbook, account.pk, by=request.member)
    if run.refreshed_times:
        say(request, _("“%(name)s” is under way for this account already.") % {"name": playbook.name})
    else:
        say(request, _("“%(name)s” has begun; its tasks are with the owner.") % {"name": playbook.name})
    return redirect("account", account.pk)
