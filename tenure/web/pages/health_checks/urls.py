"""Addresses of health checks."""

from django.urls import path

from tenure.web.pages.health_checks import views

urlpatterns = [
    path("healthz", views.is_alive, name="is_alive"),
    path("readyz", views.is_ready, name="is_ready"),
]
