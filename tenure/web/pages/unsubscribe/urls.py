"""Address of the unsubscribe page; anybody with the link may open it."""

from django.urls import path

from tenure.web.pages.unsubscribe.views import unsubscribe

urlpatterns = [path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe")]
