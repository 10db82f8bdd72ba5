"""Addresses of the lifecycle, its place in the menu, and its part of an account's page."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from tenure.lifecycle import queries
from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.pages.lifecycle import acting, editing, panel, views
from tenure.web.shell.navigation import HOW_THEY_ARE, NavigationItem, register
from tenure.web.shell.palette import Answer, register_search

register(
    NavigationItem(
        key="lifecycle",
        label=_("Lifecycle"),
        url_name="lifecycle",
        icon="timeline",
        go="l",
        order=47,
        group=HOW_THEY_ARE,
    )
)
register_panel(
    "lifecycle", subject="account", place=Place.SIDE, order=42, template="lifecycle/panel.html",
    context=panel.life_of_account,
)  # fmt: skip


def _search(_request: HttpRequest, text: str, limit: int) -> Sequence[Answer]:
    found = [(key, name) for key, name in queries.stage_names().items() if text.casefold() in name.casefold()]
    return [
        Answer(label=name, url=reverse("lifecycle_stage", args=[key]), icon="timeline") for key, name in found[:limit]
    ]


register_search("lifecycle", _("Lifecycle stages"), _search)

urlpatterns = [
    path("lifecycle/", views.lifecycle, name="lifecycle"),
    path("lifecycle/edit/", editing.edit, name="lifecycle_edit"),
    path("lifecycle/preview/", editing.preview, name="lifecycle_preview"),
    path("lifecycle/versions/", views.versions, name="lifecycle_versions"),
    path("lifecycle/versions/<int:number>/restore/", editing.restore, name="lifecycle_restore"),
    path("lifecycle/put/", acting.put, name="lifecycle_put"),
    path("lifecycle/put/preview/", acting.preview_put, name="lifecycle_put_preview"),
    path("lifecycle/put/<int:audit_pk>/undo/", acting.take_back, name="lifecycle_take_back"),
    path("lifecycle/accounts/<int:account_id>/let-go/", acting.let_go, name="lifecycle_let_go"),
    path("lifecycle/held/", views.held, name="lifecycle_held"),
    path("lifecycle/held/export.csv", views.held_csv, name="lifecycle_held_csv"),
    path("lifecycle/held/<int:pk>/again/", acting.hold_again, name="lifecycle_hold_again"),
    path("lifecycle/moves/", views.moves, name="lifecycle_moves"),
    path("lifecycle/moves/export.csv", views.moves_csv, name="lifecycle_moves_csv"),
    path("lifecycle/stages/<slug:key>/", views.stage, name="lifecycle_stage"),
    path("lifecycle/stages/<slug:key>/export.csv", views.stage_csv, name="lifecycle_stage_csv"),
]
