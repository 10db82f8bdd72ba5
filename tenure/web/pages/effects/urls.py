"""Addresses of the effects pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tenure.web.pages.effects import views
from tenure.web.shell.navigation import NavigationItem, register

register(
    NavigationItem(
        key="effects", label=_("Effects"), url_name="effects", icon="scale", go="f", order=70, group=_("Insights")
    )
)

urlpatterns = [
    path("effects/", views.effects, name="effects"),
    path("effects/accounts/", views.effect_accounts, name="effect_accounts"),
    path("effects/curves.csv", views.curves_csv, name="effect_curves_csv"),
    path("effects/accounts.csv", views.accounts_csv, name="effect_accounts_csv"),
]
