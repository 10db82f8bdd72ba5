"""What members do to scorecards and scores, and the undoing of it."""

from datetime import UTC, date, datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.health import actions, queries
from tenure.kernel.errors import DomainError
from tenure.web.asked import whole
from tenure.web.permission import needs
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@require_POST
@needs(PermissionRole.MEMBER)
def begin(request: Visit) -> HttpResponse:
    """Begin with the scorecard Tenure suggests."""
    made = actions.define_suggested_scorecard(by=request.member)
    say(request, _("“%(name)s” judges every account from now on.") % {"name": made.name})
    return redirect("scorecard", made.pk)


@require_POST
@needs(PermissionRole.MEMBER)
def archive(request: Visit, pk: int) -> HttpResponse:
    """Take a scorecard out of use."""
    found = actions.archive_scorecard(pk, by=request.member)
    said = _("“%(name)s” is archived; it judges nobody any more.") % {"name": found.name}
    say(request, said, undo=reverse("scorecard_restore", args=[pk]))
    return redirect("scorecards")


@require_POST
@needs(PermissionRole.MEMBER)
def restore(request: Visit, pk: int) -> HttpResponse:
    """Take it back into use."""
    found = actions.restore_scorecard(pk, by=request.member)
    say(request, _("“%(name)s” is in use again.") % {"name": found.name})
    return redirect("scorecard", pk)


@require_POST
@needs(PermissionRole.MEMBER)
def put_first(request: Visit, pk: int) -> HttpResponse:
    """Make it the main one of every account it applies to."""
    before = queries.scorecards()
    found = actions.put_scorecard_first(pk, by=request.member)
    undo = reverse("scorecard_first", args=[before[0].id]) if before and before[0].id != pk else ""
    said = _("“%(name)s” is the main scorecard of whomever it applies to.") % {"name": found.name}
    say(request, said, undo=undo)
    return redirect("scorecards")


@require_POST
@needs(PermissionRole.MEMBER)
def judge(request: Visit, pk: int) -> HttpResponse:
    """Write down what a member thinks of an account."""
    try:
        made = actions.judge_account(pk, _score(request), note=request.POST.get("note", ""), by=request.member)
    except DomainError as refusal:
        warn(request, str(refusal))
        return _back(request, pk)
    say(request, _("Your judgement is written down."), undo=reverse("judgement_withdraw", args=[made.pk]))
    return _back(request, made.account_id)


@require_POST
@needs(PermissionRole.MEMBER)
def withdraw(request: Visit, pk: int) -> HttpResponse:
    """Take a judgement back."""
    found = actions.withdraw_judgement(pk, by=request.member)
    say(request, _("The judgement is taken back."))
    return _back(request, found.account_id)


@require_POST
@needs(PermissionRole.MEMBER)
def override(request: Visit, pk: int, scorecard_pk: int) -> HttpResponse:
    """Say what the score is instead, why, and until when."""
    before = queries.overrides_of(pk, scorecard_pk)
    try:
        made = actions.override_score(
            pk,
            scorecard_pk,
            _score(request),
            reason=request.POST.get("reason", ""),
            ends_at=_end(request.POST.get("ends_on", "")),
            by=request.member,
        )
    except DomainError as refusal:
        warn(request, str(refusal))
        return redirect(f"{reverse('account_health', args=[pk])}?scorecard={scorecard_pk}#override")
    held = next((each for each in before if each.ended_at is None), None)
    undo = reverse("override_bring_back", args=[held.id]) if held else reverse("override_end", args=[made.pk])
    say(request, _("The score is overridden."), undo=undo)
    return _back(request, made.account_id)


@require_POST
@needs(PermissionRole.MEMBER)
def end_override(request: Visit, pk: int) -> HttpResponse:
    """Let the computed score count again."""
    found = actions.end_override(pk, by=request.member)
    say(request, _("The computed score counts again."), undo=reverse("override_bring_back", args=[pk]))
    return _back(request, found.account_id)


@require_POST
@needs(PermissionRole.MEMBER)
def bring_back(request: Visit, pk: int) -> HttpResponse:
    """Undo the ending of an override."""
    found = actions.bring_override_back(pk, by=request.member)
    say(request, _("The override is back."))
    return _back(request, found.account_id)


def _back(request: HttpRequest, account_id: int) -> HttpResponse:
    return redirect("account" if request.POST.get("from") == "account" else "account_health", account_id)


def _score(request: Visit) -> int:
    """Return the score that was typed; -1, which is refused, for what is none."""
    said = whole(request.POST.get("score", "").strip(), digits=3)
    return -1 if said is None else said


def _end(text: str) -> datetime | None:
    """Read the last day of an override as its end where the workspace is; empty: it ends when somebody ends it."""
    try:
        day = date.fromisoformat(text) if text else None
        return datetime.combine(day, time.max, timezone.get_current_timezone()) if day else None
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)  # refused as over, rather than one that never ends
