"""Addresses of privacy, and its parts of the pages of people and accounts."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _

from tenure.privacy.types import SubjectKind
from tenure.web.pages.privacy import customers, panels, settings
from tenure.web.shell.palette import Answer, register_commands


def _commands(request: HttpRequest) -> Sequence[Answer]:
    return [Answer(label=_("Privacy: retention and erasures"), url=reverse("privacy"), icon="shield-lock")]


register_commands("privacy", _commands)
panels.register()

PERSON, ACCOUNT = {"kind": SubjectKind.PERSON}, {"kind": SubjectKind.ACCOUNT}

urlpatterns = [
    path("settings/privacy/", settings.privacy, name="privacy"),
    path("settings/privacy/retention/", settings.set_retention, name="privacy_retention"),
    path("settings/privacy/was-erased/", settings.was_erased, name="was_erased"),
    path("settings/privacy/erasures.csv", settings.erasures_csv, name="erasures_csv"),
    path("settings/privacy/erasures/<int:pk>/", settings.erasure, name="erasure"),
    path("settings/privacy/erasures/<int:pk>/progress/", settings.progress, name="erasure_progress"),
    path("people/<int:pk>/export/", customers.export, PERSON, name="person_export"),
    path("people/<int:pk>/erase/", customers.erase, PERSON, name="person_erase"),
    path("people/<int:pk>/consents/", customers.write_consent, name="person_consent"),
    path("accounts/<int:pk>/export/", customers.export, ACCOUNT, name="account_export"),
    path("accounts/<int:pk>/erase/", customers.erase, ACCOUNT, name="account_erase"),
]
