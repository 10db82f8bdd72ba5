"""Recording what a VIP accepted, links by which it accepts itself, and taking them back."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.customers import queries as customers
from tenure.touch_models import queries as touch_models
from tenure.touch_models.errors import ChannelForbidden
from tenure.vips import actions, queries
from tenure.vips.actions.offering import DAYS
from tenure.vips.errors import AcceptanceIncomplete, AcceptanceLinkOver, NobodyToMailTo, NoSuchVipLevel
from tenure.web.asked import whole
from tenure.web.permission import needs
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@require_POST
@needs(PermissionRole.ADMIN)
def begin(request: Visit) -> HttpResponse:
    """Begin with the usual three reasons."""
    actions.begin(by=request.member)
    say(request, _("The rules are saved, and every account was looked at."), undo=reverse("vips_take_back"))
    return redirect("vips")


@require_POST
@needs(PermissionRole.ADMIN)
def take_back(request: Visit) -> HttpResponse:
    """Be without rules for VIPs again."""
    actions.take_back_beginning(by=request.member)
    say(request, _("The rules for VIPs are gone again, as if they had never been saved."))
    return redirect("vips")


@require_POST
@needs(PermissionRole.MEMBER)
def accept(request: Visit, account_id: int) -> HttpResponse:
    """Record that a customer accepted the terms of its level."""
    account = customers.account(account_id)
    try:
        made = actions.record_acceptance(
            account.pk,
            request.POST.get("level", "").replace("\x00", ""),
            accepted_by=request.POST.get("accepted_by", "").replace("\x00", ""),
            accepted_on=date.fromisoformat(request.POST.get("accepted_on", "")),
            note=request.POST.get("note", "").replace("\x00", ""),
            by=request.member,
        )
    except (AcceptanceIncomplete, ValueError):
        warn(request, _("Say who accepted, and on which day that is not to come. Nothing was recorded."))
    except NoSuchVipLevel:
        warn(request, _("Nothing is promised to this level. Nothing was recorded."))
    else:
        say(request, _("The acceptance is recorded."), undo=reverse("vip_withdraw", args=[made.pk]))
    return redirect("account", account.pk)


@require_POST
@needs(PermissionRole.MEMBER)
def offer(request: Visit, account_id: int) -> HttpResponse:
    """Make a link by which the customer accepts the terms of its level itself."""
    account = customers.account(account_id)
    try:
        made = actions.offer_terms(
            account.pk,
            request.POST.get("level", "").replace("\x00", ""),
            days=whole(request.POST.get("days", ""), digits=3) or DAYS,
            person_id=whole(request.POST.get("person", "")),
            by=request.member,
        )
    except NoSuchVipLevel:
        warn(request, _("Nothing is promised to this level. No link was made."))
    else:
        say(
            request,
            _("The link is made: send it to the customer from below, or copy it."),
            undo=reverse("vip_link_revoke", args=[made.pk]),
        )
    return redirect(f"{reverse('account', args=[account.pk])}#vip_links")


@require_POST
@needs(PermissionRole.MEMBER)
def mail(request: Visit, pk: int) -> HttpResponse:
    """Mail a link to whom it is meant for."""
    link = queries.link(pk)
    try:
        touch_models.check_channel(link.account_id, "email")
        actions.mail_link(pk, by=request.member)
    except ChannelForbidden:
        warn(request, _("The touch model of this account says not to reach it by e-mail. Nothing was sent."))
    except (AcceptanceLinkOver, NobodyToMailTo):
        warn(request, _("This link cannot be mailed any more. Nothing was sent."))
    else:
        say(request, _("The link is on its way by e-mail."))
    return redirect(f"{reverse('account', args=[link.account_id])}#vip_links")


@require_POST
@needs(PermissionRole.MEMBER)
def revoke(request: Visit, pk: int) -> HttpResponse:
    """Take a link back."""
    link = actions.revoke_link(pk, by=request.member)
    say(request, _("The link is taken back: nobody can accept by it any more."))
    return redirect("account", link.account_id)


@require_POST
@needs(PermissionRole.MEMBER)
def withdraw(request: Visit, pk: int) -> HttpResponse:
    """Take an acceptance back that was recorded by mistake."""
    made = actions.withdraw_acceptance(pk, by=request.member)
    say(request, _("The acceptance is taken back."), undo=reverse("vip_acceptance_restore", args=[pk]))
    return redirect("account", made.account_id)


@require_POST
@needs(PermissionRole.MEMBER)
def restore(request: Visit, pk: int) -> HttpResponse:
    """Let it count again."""
    made = actions.restore_acceptance(pk, by=request.member)
    say(request, _("The acceptance is recorded."), undo=reverse("vip_withdraw", args=[pk]))
    return redirect("account", made.account_id)
