"""Keys with which other programs use the API."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.web.pages.settings.forms import ApiKeyForm
from tenure.web.permission import may, needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import actions, queries
from tenure.workspaces.types import ApiScope, PermissionRole


def api_keys(request: Visit) -> HttpResponse:
    """List the keys that work."""
    return _page(request, ApiKeyForm())


@require_POST
@needs(PermissionRole.ADMIN)
def create(request: Visit) -> HttpResponse:
    """Make a key; the answer to this one request shows it, and nothing can show it again."""
    form = ApiKeyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    made = actions.create_api_key(
        form.cleaned_data["name"],
        scopes=[ApiScope(scope) for scope in form.cleaned_data["scopes"]],
        by=request.member,
    )
    answer = _page(request, ApiKeyForm(), secret=made.secret, name=form.cleaned_data["name"])
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@needs(PermissionRole.ADMIN)
def revoke(request: Visit, pk: int) -> HttpResponse:
    """Stop a key from working."""
    key = get_object_or_404(queries.api_keys(), pk=pk)
    actions.revoke_api_key(key, by=request.member)
    say(request, _("The key “%(name)s” no longer works.") % {"name": key.name})
    return redirect("settings_api_keys")


def _page(request: Visit, form: ApiKeyForm, *, secret: str = "", name: str = "", status: int = 200) -> HttpResponse:
    shown = {
        "section": "api_keys",
        "keys": queries.api_keys(),
        "form": form,
        "secret": secret,
        "name": name,
        "may_change": may(request, PermissionRole.ADMIN),
        "curl": f'curl {settings.TENURE_URL}/api/v1/accounts -H "Authorization: Bearer {secret}"' if secret else "",
    }
    return render(request, "settings/api_keys.html", shown, status=status)
