"""Addresses of setting up and of invitations."""

from django.urls import path

from tenure.web.pages.set_up import views

urlpatterns = [
    path("set-up/", views.set_up, name="set_up"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]
