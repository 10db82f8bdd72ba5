"""Addresses of the pages of e-mail templates; they stand under the journeys that send them."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from tenure.channels import queries
from tenure.web.pages.mail_templates import editing, views
from tenure.web.permission import may
from tenure.web.shell.palette import Answer, register_commands, register_search
from tenure.workspaces.types import PermissionRole


def _search(_request: HttpRequest, text: str, limit: int) -> Sequence[Answer]:
    found = queries.templates().filter(name__icontains=text)[:limit]
    return [Answer(label=t.name, url=reverse("mail_template", args=[t.pk]), icon="mail") for t in found]


def _commands(request: HttpRequest) -> Sequence[Answer]:
    listed = Answer(label=str(_("E-mail templates")), url=reverse("mail_templates"), icon="mail")
    if not may(request, PermissionRole.ADMIN):
        return [listed]
    return [listed, Answer(label=str(_("New e-mail template")), url=reverse("mail_template_new"), icon="plus")]


register_search("mail_templates", _("E-mail templates"), _search)
register_commands("mail_templates", _commands)

urlpatterns = [
    path("journeys/templates/", views.templates, name="mail_templates"),
    path("journeys/templates/export.csv", views.templates_csv, name="mail_templates_csv"),
    path("journeys/templates/new/", editing.new, name="mail_template_new"),
    path("journeys/templates/preview/", editing.preview, name="mail_template_preview"),
    path("journeys/templates/preview/body/", editing.preview_body, name="mail_template_preview_body"),
    path("journeys/templates/<int:pk>/", views.template, name="mail_template"),
    path("journeys/templates/<int:pk>/body/", views.body, name="mail_template_body"),
    path("journeys/templates/<int:pk>/edit/", editing.edit, name="mail_template_edit"),
    path("journeys/templates/<int:pk>/archive/", editing.archive, name="mail_template_archive"),
]
