"""The workspace itself, and the visiting member's own profile."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from tenure.tracking import queries as tracking
from tenure.tracking.actions import choose_session_gap
from tenure.web.pages.settings.forms import ProfileForm, WorkspaceForm
from tenure.web.permission import may
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import actions
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.types import PermissionRole

YEAR = 31_536_000


def workspace(request: Visit) -> HttpResponse:
    """Show and change the name, time zone, language, currency, holdout share and what a session is."""
    may_change = may(request, PermissionRole.ADMIN)
    now = request.workspace
    kept = {field: getattr(now, field) for field in ("name", "timezone", "locale", "currency")}
    kept["holdout_percent"] = round(now.holdout_share * 100, 2)
    kept["session_minutes"] = tracking.session_gap()
    if request.method == "POST":
        if not may_change:
            raise RoleTooLow
        form = WorkspaceForm(request.POST, initial=kept)
        if form.is_valid():
            chosen = form.cleaned_data
            chosen["holdout_share"] = chosen.pop("holdout_percent") / 100
            # Whoever leaves it out leaves it as it is.
            choose_session_gap(chosen.pop("session_minutes") or kept["session_minutes"], by=request.member)
            changes = {field: value for field, value in chosen.items() if value != getattr(now, field)}
            if changes:
                actions.change_workspace(now, by=request.member, **changes)
            say(request, _("Saved."))
            return redirect("settings_workspace")
    else:
        form = WorkspaceForm(initial=kept)
    if not may_change:
        for field in form.fields.values():
            field.disabled = True
    shown = {"form": form, "may_change": may_change, "section": "workspace"}
    return render(request, "settings/workspace.html", shown, status=422 if form.errors else 200)


def profile(request: Visit) -> HttpResponse:
    """Show and change how the visiting member is called and what they see."""
    member = request.member
    kept = {
        "name": member.name,
        "title": member.title,
        "language": translation.get_language(),
        "theme": request.COOKIES.get("tenure_theme", "auto"),
    }
    form = ProfileForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        actions.rename_member(member, name=chosen["name"], title=chosen["title"])
        with translation.override(chosen["language"]):
            say(request, _("Saved."))
        answer = redirect("settings_profile")
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen["language"], max_age=YEAR, samesite="Lax")
        if chosen["theme"] == "auto":
            answer.delete_cookie("tenure_theme")
        else:
            answer.set_cookie("tenure_theme", chosen["theme"], max_age=YEAR, samesite="Lax")
        return answer
    shown = {"form": form, "section": "profile"}
    return render(request, "settings/profile.html", shown, status=422 if form.errors else 200)
