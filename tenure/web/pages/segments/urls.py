"""Addresses of the segments pages, their place in the menu, and how the palette finds them."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from tenure.segments import queries
from tenure.web.pages.segments import acting, building, listing, overlapping, views
from tenure.web.permission import may
from tenure.web.shell.navigation import WHO_THEY_ARE, NavigationItem, register
from tenure.web.shell.palette import Answer, register_commands, register_search
from tenure.workspaces.types import PermissionRole

register(
    NavigationItem(
        key="segments", label=_("Segments"), url_name="segments", icon="filter", go="e", order=50, group=WHO_THEY_ARE
    )
)


def _search(_request: HttpRequest, text: str, limit: int) -> Sequence[Answer]:
    found = [(pk, name) for pk, name in queries.segment_names().items() if text.casefold() in name.casefold()]
    return [Answer(label=name, url=reverse("segment", args=[pk]), icon="filter") for pk, name in found[:limit]]


def _commands(request: HttpRequest) -> Sequence[Answer]:
    if not may(request, PermissionRole.MEMBER):
        return []
    return [
        Answer(label=str(_("New segment")), url=reverse("segment_new"), icon="plus"),
        Answer(label=str(_("New list")), url=reverse("segment_new_list"), icon="plus"),
    ]


register_search("segments", _("Segments"), _search)
register_commands("segments", _commands)

urlpatterns = [
    path("segments/", views.segments, name="segments"),
    path("segments/new/", building.new, name="segment_new"),
    path("segments/preview/", building.preview, name="segment_preview"),
    path("segments/new-list/", listing.new, name="segment_new_list"),
    path("segments/overlap/", overlapping.overlap, name="segment_overlap"),
    path("segments/<int:pk>/", views.segment, name="segment"),
    path("segments/<int:pk>/put/", listing.put, name="segment_put"),
    path("segments/<int:pk>/put/<int:subject_id>/", listing.put_back, name="segment_put_back"),
    path("segments/<int:pk>/take/<int:subject_id>/", listing.take, name="segment_take"),
    path("segments/<int:pk>/history/", views.history, name="segment_history"),
    path("segments/<int:pk>/versions/", views.versions, name="segment_versions"),
    path("segments/<int:pk>/export.csv", views.members_csv, name="segment_csv"),
    path("segments/<int:pk>/why/<int:subject_id>/", views.why, name="segment_why"),
    path("segments/<int:pk>/edit/", building.edit, name="segment_edit"),
    path("segments/<int:pk>/archive/", acting.archive, name="segment_archive"),
    path("segments/<int:pk>/restore/", acting.restore, name="segment_restore"),
    path("segments/<int:pk>/pause/", acting.pause, name="segment_pause"),
    path("segments/<int:pk>/resume/", acting.resume, name="segment_resume"),
]
