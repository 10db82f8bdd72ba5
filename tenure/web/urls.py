"""Addresses of the pages; each subject keeps its own in `pages/<subject>/urls.py`."""

from importlib import import_module
from pkgutil import iter_modules

from django.urls import include, path
from django.views.i18n import set_language

from tenure.web import pages

urlpatterns = [
    path("sign-in/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("", include("tenure.web.shell.urls")),
    *(
        path("", include(f"tenure.web.pages.{page.name}.urls"))
        for page in iter_modules(pages.__path__)
        if page.ispkg and hasattr(import_module(f"tenure.web.pages.{page.name}.urls"), "urlpatterns")
    ),
]
