"""Giving accounts out: proposed, looked over, done, undone."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.touch_models import actions, queries
from tenure.web.pages.books.words import reasons
from tenure.web.permission import needs
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole


@needs(PermissionRole.ADMIN)
def give_out(request: Visit) -> HttpResponse:
    """Show who would get which account and why; on a POST, do it."""
    if request.method == "POST":
        chosen = {int(said) for said in request.POST.getlist("account") if said.isdecimal() and len(said) < 19}
        done = actions.give_out(by=request.member, account_ids=chosen)
        if not done.before:
            warn(request, _("Nothing was given out: choose some accounts."))
            return redirect("books_give_out")
        words = ngettext("%(n)d account is given out.", "%(n)d accounts are given out.", len(done.before))
        undo = reverse("accounts_owners_undo", args=[done.audit_id]) if done.audit_id else ""
        say(request, words % {"n": len(done.before)}, undo=undo)
        return redirect("books")
    proposed = queries.propose()
    names = workspaces.member_names()
    rows = [
        {"given": each, "from_name": names.get(each.from_id or 0, ""), "reasons": reasons(each)}
        for each in proposed.given
    ]
    loads = [
        (names[pk], proposed.before[pk], proposed.after[pk]) for pk in sorted(proposed.after, key=names.__getitem__)
    ]
    shown = {"proposed": proposed, "rows": rows, "loads": loads, "has_books": bool(queries.books().version)}
    return render(request, "books/give_out.html", shown)
