"""The first start, and coming in by an invitation."""

from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tenure.health import actions as health
from tenure.kernel import tenancy
from tenure.web.pages.set_up.forms import JoinForm, SetUpForm
from tenure.web.shell.toasts import say
from tenure.workspaces import actions, queries
from tenure.workspaces.errors import AlreadySetUp, NotAnEmail, PasswordTooWeak

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@sensitive_post_parameters("password")
def set_up(request: HttpRequest) -> HttpResponse:
    """Make the first workspace and sign its owner in; refused as soon as there is one."""
    if queries.is_set_up():
        raise AlreadySetUp
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            owner = actions.set_up(**form.cleaned_data)
        except NotAnEmail as error:
            form.add_error("email", str(error))
        except PasswordTooWeak as error:
            form.add_error("password", str(error))
        else:
            login(request, owner.user, backend=BACKEND)
            request.session["workspace_id"] = owner.workspace_id
            with tenancy.scope(owner.workspace_id):
                source = queries.write_keys()[0]
                health.define_suggested_scorecard(by=owner)
            answer = redirect("source", source.pk)
            answer.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["locale"], max_age=31_536_000, samesite="Lax"
            )
            return answer
    return render(request, "set_up/set_up.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person in: with a new sign-in, or as who they are already."""
    invited = queries.invitation_by_token(token)
    known = queries.user_by_email(invited.email)
    form = JoinForm(request.POST or None)
    if request.method == "POST":
        if request.user.is_authenticated:
            return _join(request, token)
        if known is None and form.is_valid():
            try:
                with transaction.atomic():
                    user = actions.create_user(invited.email, **form.cleaned_data)
                    member = actions.accept_invitation(token, user=user)
            except PasswordTooWeak as error:
                form.add_error("password", str(error))
            else:
                login(request, user, backend=BACKEND)
                return _enter(request, member.workspace_id)
    asked = {
        "form": form,
        "invited": invited,
        "must_sign_in": known is not None and not request.user.is_authenticated,
        "sign_in": f"{reverse('account_login')}?next={quote(request.path)}",
        "is_other_address": request.user.is_authenticated and request.user.email != invited.email,
    }
    return render(request, "set_up/invitation.html", asked, status=422 if form.errors else 200)


def _join(request: HttpRequest, token: str) -> HttpResponse:
    member = actions.accept_invitation(token, user=request.user)  # type: ignore[arg-type]  # authenticated
    return _enter(request, member.workspace_id)


def _enter(request: HttpRequest, workspace_id: int) -> HttpResponse:
    request.session["workspace_id"] = workspace_id
    say(request, _("You are in. Welcome!"))
    return redirect("/")
