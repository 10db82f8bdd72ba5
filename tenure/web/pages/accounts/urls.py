"""Addresses of accounts, their place in the menu, and how the palette finds them."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from tenure.customers import queries as customers
from tenure.customers.types import AccountFilter
from tenure.web.pages.accounts import account, acting, bulk, listing, owners, parts
from tenure.web.shell.navigation import NavigationItem, register
from tenure.web.shell.palette import Answer, register_search

register(
    NavigationItem(
        key="accounts",
        label=_("Accounts"),
        url_name="accounts",
        icon="building",
        go="a",
        order=30,
        in_bottom_bar=True,
        beside=("duplicates", "merges", "traits"),
    )
)


def _search(request: HttpRequest, text: str, limit: int) -> Sequence[Answer]:
    found = customers.accounts_list(AccountFilter(search=text.replace("\x00", "")), limit=limit).accounts
    return [
        Answer(label=str(each), url=reverse("account", args=[each.pk]), icon="building", detail=each.domain)
        for each in found
    ]


register_search("accounts", _("Accounts"), _search)
parts.register_all()

urlpatterns = [
    path("accounts/", listing.accounts, name="accounts"),
    path("accounts/export.csv", listing.accounts_csv, name="accounts_csv"),
    path("accounts/export.jsonl", listing.accounts_jsonl, name="accounts_jsonl"),
    path("accounts/views/", listing.save_view, name="accounts_view_save"),
    path("accounts/views/<int:pk>/share/", listing.share_view, name="accounts_view_share"),
    path("accounts/views/<int:pk>/remove/", listing.remove_view, name="accounts_view_remove"),
    path("accounts/owners/", owners.assign, name="accounts_owners"),
    path("accounts/owners/preview/", owners.preview, name="accounts_owners_preview"),
    path("accounts/owners/<int:audit_pk>/undo/", owners.undo, name="accounts_owners_undo"),
    path("accounts/snooze/", bulk.snooze, name="accounts_snooze"),
    path("accounts/snooze/preview/", bulk.preview_snooze, name="accounts_snooze_preview"),
    path("accounts/run/", bulk.run, name="accounts_run"),
    path("accounts/run/<int:audit_pk>/undo/", bulk.take_back_run, name="accounts_run_undo"),
    path("accounts/run/preview/", bulk.preview_run, name="accounts_run_preview"),
    path("accounts/<int:pk>/", account.account, name="account"),
    path("accounts/<int:pk>/acts/", bulk.acts, name="account_acts"),
    path("accounts/<int:pk>/timeline/", account.timeline, name="account_timeline"),
    path("accounts/<int:pk>/timeline.csv", account.timeline_csv, name="account_timeline_csv"),
    path("accounts/<int:pk>/timeline/newest/", account.newest, name="account_newest"),
    path("accounts/<int:pk>/use/", account.use, name="account_use"),
    path("accounts/<int:pk>/traits/", account.traits, name="account_traits"),
    path("accounts/<int:pk>/owner/", owners.assign_one, name="account_owner"),
    path("accounts/<int:pk>/call/", acting.log_call, name="account_call"),
    path("accounts/<int:pk>/run/", acting.run_playbook, name="account_run"),
]
