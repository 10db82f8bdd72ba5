"""Addresses of playbooks and their runs."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tenure.web.pages.playbooks import editing, views
from tenure.web.shell.navigation import WHAT_WE_DO, NavigationItem, register

register(
    NavigationItem(
        key="playbooks", label=_("Playbooks"), url_name="playbooks", icon="checklist", go="b", order=56,
        group=WHAT_WE_DO, in_bottom_bar=True, beside=("runs",),
    )
)  # fmt: skip

urlpatterns = [
    path("playbooks/", views.playbooks, name="playbooks"),
    path("playbooks/new/", editing.new, name="playbook_new"),
    path("playbooks/<int:pk>/", views.playbook, name="playbook"),
    path("playbooks/<int:pk>/edit/", editing.edit, name="playbook_edit"),
    path("playbooks/<int:pk>/archive/", editing.archive, name="playbook_archive"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/finish/", views.finish, name="run_finish"),
]
