"""What a member does with one account of the list or many, beside giving them to somebody: snooze, run a playbook."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.lifecycle import queries as lifecycle
from tenure.playbooks import actions as playbook_actions
from tenure.playbooks import queries as playbooks
from tenure.signals import actions as signal_actions
from tenure.signals import queries as signals
from tenure.touch_models import queries as touch_models
from tenure.web.answering import go_back
from tenure.web.asked import whole
from tenure.web.pages.accounts.forms import CallForm
from tenure.web.pages.accounts.owners import chosen_ids
from tenure.web.pages.accounts.staging import stages_for
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole


@require_safe
@needs(PermissionRole.MEMBER)
def acts(request: Visit, pk: int) -> HttpResponse:
    """Offer what can be done with one account without leaving the list."""
    account, held = customers.account(pk), lifecycle.placement_of(pk)
    shown = {
        "account": account,
        "members": workspaces.members(),
        "playbooks": [each for each in playbooks.playbooks(clock.now()) if each.is_live],
        "open_signals": signals.open_counts([account.pk]).get(account.pk, 0),
        "spans": _spans(),
        "models": list(touch_models.model_names().items()),
        "model": touch_models.models_of([account.pk]).get(account.pk, ""),
        "lock": touch_models.lock_of(account.pk),
        "held": held,
        "held_name": lifecycle.stage_names().get(held.stage, held.stage) if held else "",
        "stage_groups": [] if held else stages_for(account),
        "today": clock.now().astimezone(ZoneInfo(request.workspace.timezone)).date().isoformat(),
        "focus": request.GET.get("focus", ""),
        "call_form": CallForm(people=customers.people_of(account.pk)),
    }
    return render(request, "accounts/acts.html", shown)


@require_http_methods(["POST"])
@needs(PermissionRole.MEMBER)
def preview_snooze(request: Visit) -> HttpResponse:
    """Say whose signals would wait, before they do."""
    ids = chosen_ids(request)
    counts = signals.open_counts(ids)
    shown = {
        "ids": sorted(counts),
        "accounts": len(counts),
        "without": len(ids) - len(counts),
        "count": sum(counts.values()),
        "spans": _spans(),
    }
    return render(request, "accounts/snooze_preview.html", shown)


@require_POST
@needs(PermissionRole.MEMBER)
def snooze(request: Visit) -> HttpResponse:
    """Put off the open signals of the chosen accounts."""
    days = min(90, max(1, 7 if (said := whole(request.POST.get("days", ""))) is None else said))
    ids = signals.open_signal_ids(chosen_ids(request))
    done = signal_actions.snooze_many(ids, until=clock.now() + timedelta(days=days), by=request.member)
    count = len(done.ids)
    text = ngettext("%(n)d signal put off for %(days)d days.", "%(n)d signals put off for %(days)d days.", count)
    undo = reverse("signals_take_back", args=[done.audit_id]) if done.audit_id else ""
    say(request, text % {"n": count, "days": days}, undo=undo)
    return go_back(request, "accounts")


@require_POST
@needs(PermissionRole.MEMBER)
def preview_run(request: Visit) -> HttpResponse:
    """Say for which accounts a playbook would begin, before it does."""
    ids, playbook = chosen_ids(request), playbooks.playbook(_playbook(request))
    under_way = playbooks.open_runs_of(playbook.pk, ids)
    starting = [pk for pk in ids if pk not in under_way]
    shown = {
        "playbook": playbook,
        "ids": starting,
        "count": len(starting),
        "under_way": len(under_way),
        "tasks": len(starting) * len(playbooks.playbook_tasks(playbook)),
    }
    return render(request, "accounts/run_preview.html", shown)


@require_POST
@needs(PermissionRole.MEMBER)
def run(request: Visit) -> HttpResponse:
    """Begin a playbook for the chosen accounts; where it is under way already it is left as it is."""
    ids, playbook = chosen_ids(request), playbooks.playbook(_playbook(request))
    done = playbook_actions.start_runs_by_hand(playbook, ids, by=request.member)
    count = len(done.opened)
    text = ngettext("“%(name)s” has begun for %(n)d account.", "“%(name)s” has begun for %(n)d accounts.", count) % {
        "name": playbook.name,
        "n": count,
    }
    say(request, text, undo=reverse("accounts_run_undo", args=[done.audit_id]) if done.audit_id else "")
    return go_back(request, "accounts")


@require_POST
@needs(PermissionRole.MEMBER)
def take_back_run(request: Visit, audit_pk: int) -> HttpResponse:
    """Take back that a playbook began, where nobody has done anything yet."""
    done = playbook_actions.take_back_runs(audit_pk, by=request.member)
    if not done.ended and not done.going_on:
        say(request, _("Nothing was left to take back."))
        return go_back(request, "accounts")
    text = ngettext("Taken back for %(n)d account.", "Taken back for %(n)d accounts.", done.ended) % {"n": done.ended}
    if done.going_on:
        text += " " + ngettext(
            "For %(n)d it goes on: something was done already.",
            "For %(n)d it goes on: something was done already.",
            done.going_on,
        ) % {"n": done.going_on}
    say(request, text)
    return go_back(request, "accounts")


def _playbook(request: Visit) -> int:
    wanted = request.POST.get("playbook", "")
    return whole(wanted) or 0


def _spans() -> list[tuple[int, str]]:
    return [(1, _("until tomorrow")), (3, _("for 3 days")), (7, _("for a week")), (30, _("for a month"))]
