"""Giving accounts out: asked for, worked out in the background, looked over, done, undone."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tenure.kernel import clock
from tenure.touch_models import actions, queries
from tenure.web.asked import whole
from tenure.web.pages.books.words import reasons
from tenure.web.permission import needs
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole


@needs(PermissionRole.ADMIN)
def give_out(request: Visit) -> HttpResponse:
    """Show who would get which account and why, as worked out last; on a POST, do it."""
    if request.method == "POST":
        return _done(request)
    return render(request, "books/give_out.html", _shown())


@require_POST
@needs(PermissionRole.ADMIN)
def ask(request: Visit) -> HttpResponse:
    """Have it worked out."""
    actions.ask_proposal(now=clock.now(), by=request.member)
    return redirect("books_give_out")


@require_safe
@needs(PermissionRole.ADMIN)
def progress(request: Visit) -> HttpResponse:
    """Show how far it is; asked again and again until it is done."""
    return render(request, "books/proposal.html", _shown())


def _done(request: Visit) -> HttpResponse:
    chosen = {pk for said in request.POST.getlist("account") if (pk := whole(said)) is not None}
    done = actions.give_out_proposed(by=request.member, account_ids=chosen)
    if not done.before:
        warn(request, _("Nothing was given out: choose some accounts."))
        return redirect("books_give_out")
    words = ngettext("%(n)d account is given out.", "%(n)d accounts are given out.", len(done.before))
    undo = reverse("accounts_owners_undo", args=[done.audit_id]) if done.audit_id else ""
    say(request, words % {"n": len(done.before)}, undo=undo)
    return redirect("books")


def _shown() -> dict[str, Any]:
    found, names = queries.proposal(), workspaces.member_names()
    made = found.giving_out if found else None
    rows = [
        {"given": each, "from_name": names.get(each.from_id or 0, ""), "reasons": reasons(each)}
        for each in (made.given if made else ())
    ]
    loads = [
        (names[pk], made.before.get(pk, 0), made.after[pk])
        for pk in sorted((pk for pk in (made.after if made else ()) if pk in names), key=names.__getitem__)
        if made is not None
    ]
    return {
        "proposal": found,
        "proposed": made,
        "rows": rows,
        "loads": loads,
        "has_books": bool(queries.books().books.members),
        "elapsed": clock.now() - found.asked_at if found else None,
    }
