"""Addresses of the tickets pages, their place in the menu, and their part of accounts and people."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.pages.tickets import views
from tenure.web.pages.tickets.panel import tickets_of_account, tickets_of_person
from tenure.web.shell.navigation import NavigationItem, register

register(NavigationItem(key="tickets", label=_("Tickets"), url_name="tickets", icon="inbox", go="t", order=35))
register_panel(
    "tickets", subject="account", place=Place.SIDE, order=45, template="tickets/panel.html", context=tickets_of_account
)
register_panel(
    "tickets", subject="person", place=Place.SIDE, order=45, template="tickets/panel.html", context=tickets_of_person
)

urlpatterns = [
    path("tickets/", views.tickets, name="tickets"),
    path("tickets/export.csv", views.tickets_csv, name="tickets_csv"),
]
