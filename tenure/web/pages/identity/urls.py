"""Addresses of merges, possible duplicates and traits, and the parts they add to accounts and people."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _

from tenure.web.pages.identity import companies, computed, duplicates, merging, panels, traits
from tenure.web.shell.palette import Answer, register_commands


def _commands(request: HttpRequest) -> Sequence[Answer]:
    return [
        Answer(label=_("Possible duplicates"), url=reverse("duplicates"), icon="git-merge"),
        Answer(label=_("Traits: types and sources"), url=reverse("traits"), icon="tags"),
        Answer(label=_("Facts about companies"), url=reverse("company_facts"), icon="world"),
        Answer(label=_("Computed traits"), url=reverse("computed_traits"), icon="variable"),
    ]


register_commands("identity", _commands)
panels.register()

urlpatterns = [
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/export.csv", duplicates.duplicates_csv, name="duplicates_csv"),
    path("duplicates/<int:pk>/refuse/", duplicates.refuse, name="duplicate_refuse"),
    path("duplicates/<int:pk>/suspect/", duplicates.suspect_again, name="duplicate_suspect"),
    path("merges/<str:kind>/", merging.merge, name="merge"),
    path("merges/<int:pk>/part/", merging.part, name="merge_part"),
    path("accounts/<int:pk>/parent/", merging.set_parent, name="account_parent"),
    path("people/<int:pk>/places/<int:account_pk>/", merging.set_place, name="person_place"),
    path("traits/", traits.traits, name="traits"),
    path("traits/rule/", traits.set_rule, name="trait_rule"),
    path("traits/companies/", companies.company_facts, name="company_facts"),
    path("traits/computed/", computed.computed_traits, name="computed_traits"),
    path("traits/computed/<int:pk>/remove/", computed.remove, name="computed_trait_remove"),
    path("accounts/<int:pk>/trait/", traits.one, {"kind": "account"}, name="account_trait"),
    path("people/<int:pk>/trait/", traits.one, {"kind": "person"}, name="person_trait"),
]
