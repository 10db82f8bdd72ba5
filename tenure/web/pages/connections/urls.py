"""Addresses of the connections' pages and doors."""

from django.urls import path

from tenure.web.pages.connections import hooks, views

urlpatterns = [
    path("settings/connections/", views.connections, name="connections"),
    path("settings/connections/stripe/new/", views.connect, name="connection_new"),
    path("settings/connections/<int:pk>/", views.connection, name="connection"),
    path("settings/connections/<int:pk>/status/", views.status, name="connection_status"),
    path("settings/connections/<int:pk>/secret/", views.add_secret, name="connection_secret"),
    path("settings/connections/<int:pk>/key/", views.change_key, name="connection_key"),
    path("settings/connections/<int:pk>/check/", views.check_key, name="connection_check"),
    path("settings/connections/<int:pk>/back-fill/", views.back_fill, name="connection_back_fill"),
    path("settings/connections/<int:pk>/matching/", views.change_matching, name="connection_matching"),
    path("settings/connections/<int:pk>/read-again/", views.read_again, name="connection_read_again"),
    path("settings/connections/<int:pk>/disconnect/", views.disconnect, name="connection_disconnect"),
    path("settings/connections/<int:pk>/unmatched/", views.unmatched, name="connection_unmatched"),
    path("settings/connections/<int:pk>/unmatched/make/", views.make_all, name="connection_make_all"),
    path("settings/connections/<int:pk>/unmatched.csv", views.unmatched_csv, name="connection_unmatched_csv"),
    path("settings/connections/customers/<int:pk>/link/", views.link, name="connection_link"),
    path("hooks/stripe/<str:address>", hooks.stripe, name="stripe_hook"),
]
