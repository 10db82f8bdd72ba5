"""Addresses of the connections' pages and doors."""

from django.urls import path

from tenure.web.pages.connections import hooks

urlpatterns = [
    path("hooks/stripe/<str:address>", hooks.stripe, name="stripe_hook"),
]
