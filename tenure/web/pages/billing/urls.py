"""Addresses of the pages of billing."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.pages.billing import views
from tenure.web.pages.billing.panel import billing_of_account
from tenure.web.shell.navigation import NavigationItem, register

register(
    NavigationItem(
        key="mrr", label=_("MRR and movements"), url_name="mrr", icon="report-analytics", go="m", order=69,
        group=_("Insights"),
    )
)  # fmt: skip
register_panel(
    "billing", subject="account", place=Place.SIDE, order=15, template="billing/panel.html", context=billing_of_account
)

urlpatterns = [
    path("insights/mrr/", views.mrr, name="mrr"),
    path("insights/mrr/export.csv", views.mrr_csv, name="mrr_csv"),
    path("insights/mrr/movements/", views.movements, name="movements"),
    path("insights/mrr/movements/export.csv", views.movements_csv, name="movements_csv"),
    path("insights/mrr/counting/", views.counting, name="mrr_counting"),
]
