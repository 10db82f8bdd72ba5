"""Addresses of the journeys pages."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from tenure.web.pages.journeys import acting, editing, views
from tenure.web.permission import may
from tenure.web.shell.navigation import WHAT_WE_DO, NavigationItem, register
from tenure.web.shell.palette import Answer, register_commands
from tenure.workspaces.types import PermissionRole

register(
    NavigationItem(
        key="journeys",
        label=_("Journeys"),
        url_name="journeys",
        icon="route",
        go="j",
        order=55,
        group=WHAT_WE_DO,
        beside=("decisions",),
    )
)


def _commands(request: HttpRequest) -> Sequence[Answer]:
    if not may(request, PermissionRole.ADMIN):
        return []
    return [Answer(label=str(_("New journey")), url=reverse("journey_new"), icon="plus")]


register_commands("journeys", _commands)

urlpatterns = [
    path("journeys/", views.journeys, name="journeys"),
    path("journeys/new/", editing.new, name="journey_new"),
    path("journeys/preview/", editing.preview, name="journey_preview"),
    path("journeys/<int:pk>/edit/", editing.edit, name="journey_edit"),
    path("journeys/<int:pk>/delete/", editing.delete, name="journey_delete"),
    path("journeys/<int:pk>/", views.journey, name="journey"),
    path("journeys/<int:pk>/decisions/", views.decisions, name="journey_decisions"),
    path("journeys/<int:pk>/decisions.csv", views.decisions_csv, name="journey_decisions_csv"),
    path("journeys/<int:pk>/enrolments/", views.enrolments, name="journey_enrolments"),
    path("journeys/<int:pk>/launch/", acting.launch, name="journey_launch"),
    path("journeys/<int:pk>/pause/", acting.pause, name="journey_pause"),
    path("journeys/<int:pk>/resume/", acting.resume, name="journey_resume"),
    path("journeys/<int:pk>/archive/", acting.archive, name="journey_archive"),
    path("decisions/<int:pk>/", views.decision, name="decision"),
]
