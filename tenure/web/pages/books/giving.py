"""The books as text, and giving accounts out: proposed, looked over, done, undone."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tenure.touch_models import actions, queries
from tenure.touch_models.errors import BooksChangedMeanwhile, BooksWrong
from tenure.web import definitions
from tenure.web.pages.books.words import PROBLEMS, reasons
from tenure.web.permission import needs
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole


@needs(PermissionRole.ADMIN)
def edit(request: Visit) -> HttpResponse:
    """Change who can look after how much, and the pooled books."""
    found = queries.books()
    if request.method != "POST":
        return definitions.page(request, _editor(), queries.books_text_of(found.books), found.version)
    text, begun = definitions.text_in(request), definitions.version_in(request)
    try:
        actions.change_books(queries.read_books(text), by=request.member, version=begun)
    except BooksWrong as wrong:
        problems = definitions.listed(wrong, PROBLEMS)
        return definitions.page(request, _editor(), text, found.version if begun is None else begun, problems)
    except BooksChangedMeanwhile:
        words = _("Somebody else changed the books meanwhile. Save again to put yours in place of theirs.")
        return definitions.page(request, _editor(), text, found.version, [{"words": words}])
    say(request, _("The books are saved."))
    return redirect("books")


@require_POST
@needs(PermissionRole.ADMIN)
def preview(request: Visit) -> HttpResponse:
    """Say whether the text can be used, and how many members and pooled books it names."""
    try:
        made = queries.read_books(definitions.text_in(request))
    except BooksWrong as wrong:
        return definitions.problems_fragment(request, definitions.listed(wrong, PROBLEMS))
    return render(request, "books/preview.html", {"made": made})


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


def _editor() -> definitions.Editor:
    return definitions.Editor(
        title=_("Edit the books"),
        lead=_("How much each member can look after, and the books that some look after together."),
        label=_("The books as text (YAML)"),
        help=_(
            "“accounts”, “mrr” (whole units of your currency) and “minutes_a_week” are bounds; leave out what has "
            "none. Pooled books have a target: “keep_percent” of accounts or revenue over so many days."
        ),
        preview_url=reverse("books_preview"),
        cancel_url=reverse("books"),
        back_to=_("Books"),
    )
