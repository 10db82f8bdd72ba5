"""Addresses of the outbox."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tenure.web.pages.outbox import views
from tenure.web.shell.navigation import WHAT_WE_DO, NavigationItem, register

register(
    NavigationItem(
        key="outbox", label=_("Outbox"), url_name="outbox", icon="outbound", go="o", order=57, group=WHAT_WE_DO
    )
)

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/export.csv", views.outbox_csv, name="outbox_csv"),
    path("outbox/<int:pk>/", views.message, name="message"),
    path("outbox/<int:pk>/body/", views.body, name="message_body"),
    path("outbox/<int:pk>/again/", views.send_again, name="message_again"),
]
