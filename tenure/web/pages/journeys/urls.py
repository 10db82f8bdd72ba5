"""Addresses of the journeys pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tenure.web.pages.journeys import acting, views
from tenure.web.shell.navigation import NavigationItem, register

register(NavigationItem(key="journeys", label=_("Journeys"), url_name="journeys", icon="route", go="j", order=50))

urlpatterns = [
    path("journeys/", views.journeys, name="journeys"),
    path("journeys/<int:pk>/", views.journey, name="journey"),
    path("journeys/<int:pk>/decisions/", views.decisions, name="journey_decisions"),
    path("journeys/<int:pk>/decisions.csv", views.decisions_csv, name="journey_decisions_csv"),
    path("journeys/<int:pk>/enrolments/", views.enrolments, name="journey_enrolments"),
    path("journeys/<int:pk>/launch/", acting.launch, name="journey_launch"),
    path("journeys/<int:pk>/pause/", acting.pause, name="journey_pause"),
    path("journeys/<int:pk>/resume/", acting.resume, name="journey_resume"),
    path("journeys/<int:pk>/archive/", acting.archive, name="journey_archive"),
    path("decisions/<int:pk>/", views.decision, name="decision"),
]
