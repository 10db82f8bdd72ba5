"""Addresses of the frame itself."""

from django.urls import path

from tenure.web.shell import views

urlpatterns = [
    path("palette", views.palette, name="palette"),
    path("shell/counts", views.counts, name="shell_counts"),
    path("style", views.style, name="style"),
]
