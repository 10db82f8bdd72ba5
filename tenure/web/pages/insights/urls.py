"""Addresses of the insights pages."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from tenure.insights import registry
from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.pages.insights import activation, features, funnels, metrics, retention
from tenure.web.shell.navigation import NavigationItem, register
from tenure.web.shell.palette import Answer, register_commands, register_search

for _key, _label, _url, _icon, _go, _order in (
    ("insights", _("Active use"), "insights", "chart-line", "u", 64),
    ("adoption", _("Feature adoption"), "insights_features", "chart-bar", "w", 65),
    ("retention", _("Retention"), "insights_retention", "repeat", "r", 66),
    ("funnels", _("Funnels"), "insights_funnels", "sort-descending", "n", 67),
):
    register(
        NavigationItem(key=_key, label=_label, url_name=_url, icon=_icon, go=_go, order=_order, group=_("Insights"))
    )

register_panel(
    "milestones", subject="account", place=Place.SIDE, order=45, template="insights/account_milestones.html",
    context=activation.milestones_of_account,
)  # fmt: skip


def _search(_request: HttpRequest, text: str, limit: int) -> Sequence[Answer]:
    found = [m for m in registry.metrics() if text.casefold() in f"{m.title} {m.name}".casefold()]
    return [
        Answer(label=str(m.title), url=reverse("insights_metric", args=[m.name]), icon="chart-line")
        for m in found[:limit]
    ]


def _commands(_request: HttpRequest) -> Sequence[Answer]:
    return [
        Answer(label=now_("All metrics"), url=reverse("insights_metrics"), icon="list-details"),
        Answer(label=now_("Activation"), url=reverse("insights_activation"), icon="flag"),
    ]


register_search("metrics", _("Metrics"), _search)
register_commands("insights", _commands)

urlpatterns = [
    path("insights/", metrics.overview, name="insights"),
    path("insights/metrics/", metrics.metrics, name="insights_metrics"),
    path("insights/metrics/<slug:name>/", metrics.metric, name="insights_metric"),
    path("insights/metrics/<slug:name>/accounts/", metrics.metric_accounts, name="insights_metric_accounts"),
    path("insights/features/", features.features, name="insights_features"),
    path("insights/activation/", activation.activation, name="insights_activation"),
    path("insights/activation/<int:pk>/remove/", activation.remove, name="insights_milestone_remove"),
    path("insights/retention/", retention.retention, name="insights_retention"),
    path("insights/retention/accounts/", retention.retention_accounts, name="insights_retention_accounts"),
    path("insights/funnels/", funnels.funnels, name="insights_funnels"),
    path("insights/funnels/save/", funnels.save, name="insights_funnel_save"),
    path("insights/funnels/accounts/", funnels.funnel_accounts, name="insights_funnel_accounts"),
    path("insights/funnels/<int:pk>/remove/", funnels.remove, name="insights_funnel_remove"),
]
