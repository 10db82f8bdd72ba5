"""Addresses of the risk pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.pages.risk import views
from tenure.web.pages.risk.panel import risk_of_account
from tenure.web.shell.navigation import HOW_THEY_ARE, NavigationItem, register

register(
    NavigationItem(
        key="risk", label=_("Risk"), url_name="risk", icon="alert-triangle", go="k", order=46, group=HOW_THEY_ARE
    )
)

register_panel(
    "risk", subject="account", place=Place.TILE, order=6, template="risk/panel.html", context=risk_of_account
)

urlpatterns = [
    path("risk/", views.risk, name="risk"),
    path("risk/accounts.csv", views.risk_csv, name="risk_csv"),
    path("risk/choices/", views.choose, name="risk_choices"),
    path("risk/choices.yaml", views.choices_text, name="risk_choices_text"),
]
