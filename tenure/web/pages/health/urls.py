"""Addresses of the pages of health, their place in the menu, and their part of accounts."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from tenure.health import queries
from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.pages.health import acting, building, one_account, views
from tenure.web.pages.health.faded import who_faded
from tenure.web.pages.health.panel import health_of_account
from tenure.web.permission import may
from tenure.web.shell.navigation import HOW_THEY_ARE, NavigationItem, register
from tenure.web.shell.palette import Answer, register_commands, register_search
from tenure.workspaces.types import PermissionRole

register(
    NavigationItem(
        key="health", label=_("Health"), url_name="health", icon="heartbeat", go="h", order=45, group=HOW_THEY_ARE
    )
)
register_panel(
    "health", subject="account", place=Place.TILE, order=5, template="health/panel.html", context=health_of_account
)
register_panel("faded", subject="account", place=Place.MAIN, order=12, template="health/faded.html", context=who_faded)


def _search(_request: HttpRequest, text: str, limit: int) -> Sequence[Answer]:
    found = [each for each in queries.scorecards() if text.casefold() in each.name.casefold()]
    return [Answer(label=s.name, url=reverse("scorecard", args=[s.id]), icon="heartbeat") for s in found[:limit]]


def _commands(request: HttpRequest) -> Sequence[Answer]:
    if not may(request, PermissionRole.MEMBER):
        return []
    return [Answer(label=str(_("New scorecard")), url=reverse("scorecard_new"), icon="plus")]


register_search("scorecards", _("Scorecards"), _search)
register_commands("scorecards", _commands)

urlpatterns = [
    path("health/", views.overview, name="health"),
    path("health/judging/", views.judging, name="health_judging"),
    path("health/export.csv", views.scores_csv, name="health_csv"),
    path("health/scorecards/", views.scorecards, name="scorecards"),
    path("health/scorecards/new/", building.new, name="scorecard_new"),
    path("health/scorecards/suggested/", acting.begin, name="scorecard_suggested"),
    path("health/scorecards/preview/", building.preview, name="scorecard_preview"),
    path("health/scorecards/<int:pk>/", views.scorecard, name="scorecard"),
    path("health/scorecards/<int:pk>/versions/", views.versions, name="scorecard_versions"),
    path("health/scorecards/<int:pk>/edit/", building.edit, name="scorecard_edit"),
    path("health/scorecards/<int:pk>/archive/", acting.archive, name="scorecard_archive"),
    path("health/scorecards/<int:pk>/restore/", acting.restore, name="scorecard_restore"),
    path("health/scorecards/<int:pk>/first/", acting.put_first, name="scorecard_first"),
    path("accounts/<int:pk>/health/", one_account.account_health, name="account_health"),
    path("accounts/<int:pk>/health/judge/", acting.judge, name="account_judge"),
    path("accounts/<int:pk>/health/<int:scorecard_pk>/override/", acting.override, name="account_override"),
    path("health/judgements/<int:pk>/withdraw/", acting.withdraw, name="judgement_withdraw"),
    path("health/overrides/<int:pk>/end/", acting.end_override, name="override_end"),
    path("health/overrides/<int:pk>/bring-back/", acting.bring_back, name="override_bring_back"),
]
