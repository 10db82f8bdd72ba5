"""Accounts put into a stage by hand: one of them or many with a preview, let go of, and taken back."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tenure.customers import queries as customers
from tenure.lifecycle import actions, queries
from tenure.lifecycle.errors import NoSuchStage, NoTransitionLeadsThere, PlacementReasonMissing
from tenure.lifecycle.types import Put, Way
from tenure.web.answering import go_back
from tenure.web.pages.accounts.owners import chosen_ids
from tenure.web.permission import needs
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@require_POST
@needs(PermissionRole.MEMBER)
def preview_put(request: Visit) -> HttpResponse:
    """Say what putting the chosen accounts into a stage would do, before it is done."""
    ids, names, machine = chosen_ids(request), queries.stage_names(), queries.lifecycle().machine
    stage = request.POST.get("stage", "")
    shown: dict[str, Any] = {
        "ids": ids,
        "everything": bool(request.POST.get("everything")),
        "view": request.POST.get("view", ""),
        "stages": [(key, names[key]) for key in machine.keys],
        "stage": stage,
        "name": names.get(stage, stage),
        "reason": request.POST.get("reason", ""),
        "until": request.POST.get("until", ""),
        "wanted": queries.would_put(ids, stage, machine=machine) if stage in machine.keys else None,
    }
    return render(request, "lifecycle/put_preview.html", shown)


@require_POST
@needs(PermissionRole.MEMBER)
def put(request: Visit) -> HttpResponse:
    """Put the chosen accounts into a stage; the note offers the way back."""
    ids, said = chosen_ids(request), request.POST.get("until", "").strip()
    stage = request.POST.get("stage", "")
    try:
        done = actions.put_in_stage(
            ids,
            stage,
            reason=request.POST.get("reason", "").replace("\x00", ""),
            until=date.fromisoformat(said) if said else None,
            by=request.member,
            way=Way.EXCEPTION if request.POST.get("exception") else Way.TRANSITION,
        )
    except (PlacementReasonMissing, ValueError):
        warn(request, _("Give a reason, and a day that is not over. Nothing was changed."))
    except NoSuchStage:
        warn(request, _("Choose a stage. Nothing was changed."))
    except NoTransitionLeadsThere:
        warn(request, _("No transition leads there. If it is an exception, say so. Nothing was changed."))
    else:
        undo = reverse("lifecycle_take_back", args=[done.audit_id]) if done.audit_id else ""
        say(request, _put_words(done, queries.stage_names()[stage]), undo=undo)
    return go_back(request, "accounts")


@require_POST
@needs(PermissionRole.MEMBER)
def take_back(request: Visit, audit_pk: int) -> HttpResponse:
    """Take back what one put into a stage oneself."""
    n = actions.take_back_placements(audit_pk, by=request.member)
    say(request, ngettext("Taken back for %(n)d account.", "Taken back for %(n)d accounts.", n) % {"n": n})
    return go_back(request, "accounts")


@require_POST
@needs(PermissionRole.MEMBER)
def let_go(request: Visit, account_id: int) -> HttpResponse:
    """Let the stages be followed again."""
    over = actions.let_go(customers.account(account_id).pk, by=request.member)
    say(request, _("The stages are followed again."), undo=reverse("lifecycle_hold_again", args=[over.pk]))
    return go_back(request, "account", account_id)


@require_POST
@needs(PermissionRole.MEMBER)
def hold_again(request: Visit, pk: int) -> HttpResponse:
    """Take that back."""
    done = actions.hold_again(pk, by=request.member)
    say(request, _("It is held in its stage again."))
    return redirect("account", done.placed[0]) if done.placed else go_back(request, "accounts")


def _put_words(done: Put, stage: str) -> str:
    n = len(done.placed)
    text = ngettext("%(n)d account is in the stage %(stage)s now.", "%(n)d accounts are in the stage %(stage)s now.", n)
    said = text % {"n": n, "stage": stage}
    if not done.left:
        return said
    left = ngettext(
        "%(n)d stays where it is: no transition leads there.",
        "%(n)d stay where they are: no transition leads there.",
        len(done.left),
    )
    return f"{said} {left % {'n': len(done.left)}}"
