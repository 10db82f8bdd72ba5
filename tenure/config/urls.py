"""Every address of the web process."""

from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [path("", include("tenure.web.urls"))]
if find_spec("tenure.api.urls"):
    urlpatterns.insert(0, path("api/v1/", include("tenure.api.urls")))

handler404 = "tenure.web.wrong.not_found"
handler403 = "tenure.web.wrong.not_allowed"
handler500 = "tenure.web.wrong.broken"
