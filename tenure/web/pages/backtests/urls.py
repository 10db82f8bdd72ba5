"""Addresses of the backtests pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tenure.web.pages.backtests import views
from tenure.web.shell.navigation import NavigationItem, register

register(
    NavigationItem(
        key="backtests",
        label=_("Backtests"),
        url_name="backtests",
        icon="history",
        go="q",
        order=72,
        group=_("Insights"),
    )
)

urlpatterns = [
    path("backtests/", views.backtests, name="backtests"),
    path("backtests/<int:pk>/", views.backtest, name="backtest"),
    path("backtests/<int:pk>/accounts/", views.accounts, name="backtest_accounts"),
    path("backtests/<int:pk>/figures.csv", views.figures_csv, name="backtest_csv"),
    path("backtests/<int:pk>/accounts.csv", views.accounts_csv, name="backtest_accounts_csv"),
]
