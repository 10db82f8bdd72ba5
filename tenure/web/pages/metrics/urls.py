"""Address of the metrics; a monitoring system on this machine, or one with the token, may ask."""

from django.urls import path

from tenure.web.pages.metrics.views import metrics

urlpatterns = [path("metrics", metrics, name="metrics")]
