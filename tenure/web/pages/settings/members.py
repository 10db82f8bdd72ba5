"""Who works here: members, their permission roles, and invitations."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.channels.actions import send_account_mail
from tenure.web.answering import go_back
from tenure.web.pages.settings.forms import ROLE_NAMES, ROLE_WORDS, InvitationForm
from tenure.web.permission import may, needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import actions, queries
from tenure.workspaces.errors import AlreadyMember
from tenure.workspaces.types import PermissionRole


def members(request: Visit) -> HttpResponse:
    """List members and open invitations."""
    return _page(request, InvitationForm(roles=_grantable(request)))


@require_POST
@needs(PermissionRole.ADMIN)
def invite(request: Visit) -> HttpResponse:
    """Open a door for an address: the link is mailed, and shown here this once."""
    form = InvitationForm(request.POST, roles=_grantable(request))
    if form.is_valid():
        try:
            made = actions.invite_member(
                form.cleaned_data["email"],
                permission_role=PermissionRole(form.cleaned_data["permission_role"]),
                by=request.member,
            )
        except AlreadyMember:
            form.add_error("email", _("This person is already a member of the workspace."))
        else:
            link = f"{settings.TENURE_URL}{reverse('invitation', args=[made.secret])}"
            _mail(request, form.cleaned_data["email"], link)
            invited = {"link": link, "email": form.cleaned_data["email"]}
            return _page(request, InvitationForm(roles=_grantable(request)), invited=invited)
    return _page(request, form, status=422)


@require_POST
@needs(PermissionRole.ADMIN)
def withdraw(request: Visit, pk: int) -> HttpResponse:
    """Close an invitation's door."""
    invitation = get_object_or_404(queries.invitations(), pk=pk)
    actions.withdraw_invitation(invitation, by=request.member)
    say(request, _("The invitation for %(email)s no longer works.") % {"email": invitation.email})
    return redirect("settings_members")


@require_POST
@needs(PermissionRole.ADMIN)
def change_role(request: Visit, pk: int) -> HttpResponse:
    """Give a member another permission role."""
    member = get_object_or_404(queries.members(), pk=pk)
    try:
        role = PermissionRole(request.POST.get("permission_role", ""))
    except ValueError:
        return go_back(request, "settings_members")
    if role != member.permission_role:
        actions.change_permission_role(member, permission_role=role, by=request.member)
        say(request, _("%(name)s is now: %(role)s.") % {"name": member.name, "role": ROLE_NAMES[role]})
    return redirect("settings_members")


@require_POST
@needs(PermissionRole.ADMIN)
def remove(request: Visit, pk: int) -> HttpResponse:
    """End a membership; the note offers the way back."""
    member = get_object_or_404(queries.members(), pk=pk)
    actions.remove_member(member, by=request.member)
    say(
        request,
        _("%(name)s is no longer a member. What they did stays on record.") % {"name": member.name},
        undo=reverse("settings_member_back", args=[member.pk]),
    )
    return redirect("settings_members")


@require_POST
@needs(PermissionRole.ADMIN)
def bring_back(request: Visit, pk: int) -> HttpResponse:
    """Undo a removal."""
    member = actions.bring_back_member(queries.former_member(pk), by=request.member)
    say(request, _("%(name)s is a member again.") % {"name": member.name})
    return go_back(request, "settings_members")


def _grantable(request: Visit) -> list[PermissionRole]:
    return [role for role in PermissionRole if may(request, role)]


def _page(
    request: Visit, form: InvitationForm, *, invited: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    may_change = may(request, PermissionRole.ADMIN)
    grantable = _grantable(request)
    rows: list[dict[str, Any]] = [
        {
            "member": each,
            "role": ROLE_NAMES[PermissionRole(each.permission_role)],
            "may_change": may_change and PermissionRole(each.permission_role) in grantable,
        }
        for each in queries.members()
    ]
    shown = {
        "section": "members",
        "rows": rows,
        "invitations": [
            {"invitation": each, "role": ROLE_NAMES[PermissionRole(each.permission_role)]}
            for each in queries.invitations().select_related("invited_by")
        ],
        "roles": [(role.value, ROLE_NAMES[role]) for role in grantable],
        "all_roles": [(ROLE_NAMES[role], ROLE_WORDS[role]) for role in PermissionRole],
        "form": form,
        "may_change": may_change,
        "invited": invited,
    }
    answer = render(request, "settings/members.html", shown, status=status)
    if invited:
        answer["Cache-Control"] = "no-store"
    return answer


def _mail(request: Visit, email: str, link: str) -> None:
    with translation.override(request.workspace.locale):
        names = {"who": request.member.name, "workspace": request.workspace.name, "link": link}
        send_account_mail(
            to=[email],
            subject=_("%(who)s invites you to %(workspace)s on Tenure") % names,
            text=_(
                "%(who)s invites you to work on the customers of %(workspace)s in Tenure.\n\n"
                "Open this link to join; it works once, for 14 days:\n%(link)s\n"
            )
            % names,
        )
