"""Locks on an account's model, and the steps of changes."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.customers import queries as customers
from tenure.touch_models import actions, queries
from tenure.touch_models.errors import LockReasonMissing, NoSuchTouchModel
from tenure.web.answering import go_back
from tenure.web.permission import needs
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@require_POST
@needs(PermissionRole.ADMIN)
def begin(request: Visit) -> HttpResponse:
    """Begin with the usual touch models."""
    actions.begin(by=request.member)
    undo = reverse("touch_models_take_back")
    say(request, _("The touch models are saved, and every account was looked at."), undo=undo)
    return redirect("touch_models")


@require_POST
@needs(PermissionRole.ADMIN)
def take_back(request: Visit) -> HttpResponse:
    """Be without touch models again."""
    actions.take_back_beginning(by=request.member)
    say(request, _("The touch models are gone again, as if they had never been saved."))
    return redirect("touch_models")


@require_POST
@needs(PermissionRole.MEMBER)
def lock(request: Visit, account_id: int) -> HttpResponse:
    """Give an account a model whatever the rules say."""
    account = customers.account(account_id)
    said, before = request.POST.get("until", "").strip(), queries.lock_of(account.pk)
    try:
        until = date.fromisoformat(said) if said else None
        actions.lock_model(
            account.pk,
            request.POST.get("model", "").replace("\x00", ""),
            reason=request.POST.get("reason", "").replace("\x00", ""),
            until=until,
            by=request.member,
        )
    except (LockReasonMissing, ValueError):
        warn(request, _("Give a reason, and a day that is not over. Nothing was locked."))
    except NoSuchTouchModel:
        warn(request, _("Choose a touch model. Nothing was locked."))
    else:
        undo = reverse("touch_model_unlock", args=[account.pk])
        if before is not None:
            undo = reverse("touch_model_lock_restore", args=[before.id])
        say(request, _("The touch model is locked."), undo=undo)
    return go_back(request, "account", account.pk)


@require_POST
@needs(PermissionRole.MEMBER)
def unlock(request: Visit, account_id: int) -> HttpResponse:
    """Let the rules say an account's model again."""
    ended = actions.end_lock(customers.account(account_id).pk, by=request.member)
    say(request, _("The rules say the touch model again."), undo=reverse("touch_model_lock_restore", args=[ended.pk]))
    return redirect("account", account_id)


@require_POST
@needs(PermissionRole.MEMBER)
def restore_lock(request: Visit, pk: int) -> HttpResponse:
    """Set a lock again as it was."""
    made = actions.restore_lock(pk, by=request.member)
    account_id = made.account_id
    say(request, _("The touch model is locked."), undo=reverse("touch_model_unlock", args=[account_id]))
    return redirect("account", account_id)


@require_POST
@needs(PermissionRole.MEMBER)
def complete_step(request: Visit, pk: int) -> HttpResponse:
    """Mark a step of a change done."""
    step = actions.complete_step(pk, by=request.member)
    undo = reverse("touch_models_step_reopen", args=[pk])
    say(request, _("“%(title)s” is done.") % {"title": step.title}, undo=undo)
    return _back(request, step.account_id)


@require_POST
@needs(PermissionRole.MEMBER)
def leave_out_step(request: Visit, pk: int) -> HttpResponse:
    """Mark a step of a change as one that will not be done."""
    step = actions.leave_out_step(pk, by=request.member)
    undo = reverse("touch_models_step_reopen", args=[pk])
    say(request, _("“%(title)s” is left out.") % {"title": step.title}, undo=undo)
    return _back(request, step.account_id)


@require_POST
@needs(PermissionRole.MEMBER)
def reopen_step(request: Visit, pk: int) -> HttpResponse:
    """Take that back."""
    step = actions.reopen_step(pk, by=request.member)
    say(request, _("“%(title)s” is to be done again.") % {"title": step.title})
    return _back(request, step.account_id)


def _back(request: Visit, account_id: int) -> HttpResponse:
    if request.POST.get("back") == "changes" and queries.has_models():
        return redirect("touch_models_changes")
    return redirect("account", account_id)
