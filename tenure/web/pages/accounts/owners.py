"""Who looks after which accounts: one, or many with a preview of what will happen and a way back."""

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tenure.customers import actions
from tenure.customers import queries as customers
from tenure.kernel.errors import Invalid
from tenure.web.answering import go_back
from tenure.web.asked import whole
from tenure.web.pages.accounts.list_view import AccountsView
from tenure.web.pages.accounts.listing import matching_ids
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

MOST_AT_ONCE = 10_000


class NothingChosen(Invalid):
    """Choose at least one account."""

    code = "nothing_chosen"


class OwnerUnreadable(Invalid):
    """Choose a member, or nobody."""

    code = "owner_unreadable"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Handover:
    """So many of the chosen accounts are somebody's (or nobody's) now."""

    name: str
    count: int


@require_POST
@needs(PermissionRole.MEMBER)
def preview(request: Visit) -> HttpResponse:
    """Say what would happen, before anything does."""
    ids, owner = chosen_ids(request), _owner(request)
    now: Counter[int | None] = Counter(customers.accounts(ids).values_list("owner_id", flat=True))
    names = dict(workspaces.members().values_list("pk", "name"))
    unchanged = now.pop(owner.pk if owner else None, 0)
    shown = {
        "owner": owner,
        "ids": ids,
        "everything": bool(request.POST.get("everything")),
        "view": request.POST.get("view", ""),
        "changes": sum(now.values()),
        "unchanged": unchanged,
        "handovers": [
            Handover(name=names.get(pk, _("somebody who left")) if pk else _("nobody"), count=count)
            for pk, count in sorted(now.items(), key=lambda each: (-each[1], each[0] or 0))
        ],
    }
    return render(request, "accounts/owners_preview.html", shown)


@require_POST
@needs(PermissionRole.MEMBER)
def assign(request: Visit) -> HttpResponse:
    """Give the chosen accounts to a member; the note offers the way back."""
    ids, owner = chosen_ids(request), _owner(request)
    done = actions.assign_owners(dict.fromkeys(ids, owner.pk if owner else None), by=request.member)
    count = len(done.before)
    name = owner.name if owner else _("nobody")
    text = ngettext("%(n)d account has a new owner: %(name)s.", "%(n)d accounts have a new owner: %(name)s.", count) % {
        "n": count,
        "name": name,
    }
    say(request, text, undo=reverse("accounts_owners_undo", args=[done.audit_id]) if done.audit_id else "")
    return go_back(request, "accounts")


@require_POST
@needs(PermissionRole.MEMBER)
def undo(request: Visit, audit_pk: int) -> HttpResponse:
    """Give accounts back to whose they were before an assignment of one's own."""
    mine = workspaces.audit_trail().filter(action="accounts.assign_owners", member=request.member)
    entry = get_object_or_404(mine, pk=audit_pk)
    here = set(workspaces.members().values_list("pk", flat=True))
    before = {int(pk): owner if owner in here else None for pk, owner in entry.details["previous_owners"].items()}
    done = actions.assign_owners(before, by=request.member)
    count = len(done.before)
    say(
        request,
        ngettext("%(n)d account has its owner back.", "%(n)d accounts have their owners back.", count) % {"n": count},
    )
    return go_back(request, "accounts")


@require_POST
@needs(PermissionRole.MEMBER)
def assign_one(request: Visit, pk: int) -> HttpResponse:
    """Give one account to a member."""
    account, owner = customers.account(pk), _owner(request)
    done = actions.assign_owners({account.pk: owner.pk if owner else None}, by=request.member)
    if done.audit_id:
        text = _("%(name)s looks after this account now.") if owner else _("Nobody looks after this account now.")
        say(
            request,
            text % {"name": owner.name if owner else ""},
            undo=reverse("accounts_owners_undo", args=[done.audit_id]),
        )
    return go_back(request, "account", account.pk)


def chosen_ids(request: Visit) -> list[int]:
    """Return the ids of the ticked accounts, or of every account of the view when that was asked for."""
    if request.POST.get("everything"):
        ids = matching_ids(AccountsView.of(QueryDict(request.POST.get("view", ""))), MOST_AT_ONCE)
    else:
        sent = request.POST.getlist("ids")[:MOST_AT_ONCE]
        asked = [pk for said in sent if (pk := whole(said)) is not None]
        here = set(customers.accounts(asked).values_list("pk", flat=True))
        ids = [pk for pk in dict.fromkeys(asked) if pk in here]
    if not ids:
        raise NothingChosen
    return ids


def _owner(request: Visit) -> "Member | None":
    wanted = request.POST.get("owner", "")
    if wanted == "none":
        return None
    if (pk := whole(wanted)) is None:
        raise OwnerUnreadable
    return get_object_or_404(workspaces.members(), pk=pk)
