"""The books in the editor, with what they would mean beside it; the ones before brought back."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.touch_models import actions, queries
from tenure.touch_models.types.books import Books
from tenure.web.pages import definitions
from tenure.web.pages.books.form import FIELDS
from tenure.web.pages.books.words import BOUNDS, PROBLEMS, attained_words
from tenure.web.permission import needs
from tenure.web.shell import formats
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@needs(PermissionRole.ADMIN)
def edit(request: Visit) -> HttpResponse:
    """Change who can look after how much, and the pooled books."""
    found = queries.books()

    def save(made: Books, begun: int | None) -> HttpResponse:
        saved = actions.change_books(made, by=request.member, version=begun)
        undo = reverse("books_restore", args=[found.version]) if saved.version != found.version else ""
        say(request, _("The books are saved."), undo=undo)
        return redirect("books")

    made = found.books if found.version else queries.suggested_books()
    return definitions.edit(request, _editor(), made=made, version=found.version, save=save)


@require_POST
@needs(PermissionRole.ADMIN)
def preview(request: Visit) -> HttpResponse:
    """Show who would have too much and how far pooled books would be, if it were saved."""

    def show(made: Books) -> HttpResponse:
        members = [row for row in queries.member_books(made=made) if row.capacity is not None]
        shown = {
            "made": made,
            "members": [(row, formats.listed(str(BOUNDS[name]) for name in row.over)) for row in members],
            "pools": [(item, attained_words(item, request.workspace.currency)) for item in queries.pools(made=made)],
        }
        return render(request, "books/preview.html", shown)

    return definitions.preview(request, _editor(), show)


@require_POST
@needs(PermissionRole.ADMIN)
def restore(request: Visit, number: int) -> HttpResponse:
    """Put the books of an earlier version in force again; 0: none, as before the first."""
    before = queries.books().version
    saved = actions.restore_books(number, by=request.member)
    undo = reverse("books_restore", args=[before]) if saved.version != before else ""
    say(request, _("The books are as they were."), undo=undo)
    return redirect("books")


def _editor() -> definitions.Editor[Books]:
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
        conflict=_("Somebody else changed the books meanwhile. Save again to put yours in place of theirs."),
        fields=FIELDS,
        problems=PROBLEMS,
        read_text=queries.read_books,
        read_plain=queries.read_books_form,
        text_of=queries.books_text_of,
        plain_of=queries.books_form,
    )
