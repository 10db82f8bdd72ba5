"""Addresses of VIPs, their place in the menu, and their parts of an account's page."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.pages.vips import accepting, acting, editing, panel, views
from tenure.web.shell.navigation import WHO_THEY_ARE, NavigationItem, register

register(
    NavigationItem(key="vips", label=_("VIPs"), url_name="vips", icon="crown", go="v", order=52, group=WHO_THEY_ARE)
)
register_panel(
    "vip", subject="account", place=Place.MARK, order=20, template="vips/mark.html", context=panel.mark_of_account
)
register_panel(
    "vip_terms", subject="account", place=Place.SIDE, order=41, template="vips/panel.html", context=panel.vip_of_account
)

urlpatterns = [
    path("vips/", views.vips, name="vips"),
    path("vips/export.csv", views.vips_csv, name="vips_csv"),
    path("vips/begin/", acting.begin, name="vips_begin"),
    path("vips/begin/undo/", acting.take_back, name="vips_take_back"),
    path("vips/rules/", views.rules, name="vips_rules"),
    path("vips/rules/edit/", editing.edit, name="vips_edit"),
    path("vips/rules/preview/", editing.preview, name="vips_preview"),
    path("vips/rules/versions/<int:number>/restore/", editing.restore, name="vips_restore"),
    path("vips/accounts/<int:account_id>/accept/", acting.accept, name="vip_accept"),
    path("terms/<str:token>/", accepting.terms, name="vip_terms"),
    path("vips/accounts/<int:account_id>/offer/", acting.offer, name="vip_offer"),
    path("vips/links/<int:pk>/mail/", acting.mail, name="vip_link_mail"),
    path("vips/links/<int:pk>/revoke/", acting.revoke, name="vip_link_revoke"),
    path("vips/acceptances/<int:pk>/withdraw/", acting.withdraw, name="vip_withdraw"),
    path("vips/acceptances/<int:pk>/restore/", acting.restore, name="vip_acceptance_restore"),
]
