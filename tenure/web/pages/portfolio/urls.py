"""Addresses of the map of the portfolio."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _

from tenure.web.pages.portfolio import views
from tenure.web.shell.palette import Answer, register_commands


def _commands(_request: HttpRequest) -> Sequence[Answer]:
    return [Answer(label=str(_("Map of the portfolio")), url=reverse("portfolio_map"), icon="chart-dots")]


register_commands("portfolio", _commands)

urlpatterns = [
    path("portfolio/", views.table, name="portfolio"),
    path("portfolio/map/", views.portfolio_map, name="portfolio_map"),
    path("portfolio/map/area/", views.area, name="portfolio_area"),
    path("portfolio/map.csv", views.map_csv, name="portfolio_map_csv"),
]
