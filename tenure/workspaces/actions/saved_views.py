"""Views of lists that members keep."""

from django.db import transaction

from tenure.kernel import clock
from tenure.workspaces.errors import NameMissing, NotYourView
from tenure.workspaces.models import Member, SavedView
from tenure.workspaces.queries import covers
from tenure.workspaces.types import PermissionRole


@transaction.atomic
def save_view(name: str, *, page: str, query: str, by: Member) -> SavedView:
    """Keep a list's address under a name; the same name again replaces what it held."""
    if not (name := name.strip()[:80]):
        raise NameMissing
    view, _ = SavedView.objects.update_or_create(
        member=by, page=page, name=name, defaults={"query": query, "saved_at": clock.now()}
    )
    return view


@transaction.atomic
def share_view(view: SavedView, *, by: Member) -> SavedView:
    """Show a view to every member of the workspace."""
    return _set_shared(view, by, is_shared=True)


@transaction.atomic
def unshare_view(view: SavedView, *, by: Member) -> SavedView:
    """Show a view only to the member who saved it."""
    return _set_shared(view, by, is_shared=False)


@transaction.atomic
def remove_view(view: SavedView, *, by: Member) -> None:
    """Forget a view; the accounts and people in it are untouched."""
    _mine(view, by).delete()


def _set_shared(view: SavedView, by: Member, *, is_shared: bool) -> SavedView:
    view = _mine(view, by)
    view.is_shared = is_shared
    view.save(update_fields=["is_shared"])
    return view


def _mine(view: SavedView, by: Member) -> SavedView:
    view = SavedView.objects.select_for_update().get(pk=view.pk)
    if view.member_id != by.pk and not (view.is_shared and covers(by, PermissionRole.ADMIN)):
        raise NotYourView
    return view
