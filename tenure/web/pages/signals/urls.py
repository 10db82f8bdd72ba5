"""Addresses of the signals pages."""

from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _

from tenure.signals import queries
from tenure.web.pages.signals import acting, inbox, own_rules, rules, views
from tenure.web.shell.navigation import NavigationItem, register
from tenure.web.visiting import Visit


def _count(request: Visit) -> int:
    return queries.counts().open


register(
    NavigationItem(
        key="signals", label=_("Signals"), url_name="signals", icon="activity", go="s", order=20, count=_count,
        in_bottom_bar=True,
    )
)  # fmt: skip

urlpatterns = [
    path("signals/", inbox.signals, name="signals"),
    path("signals/export.csv", inbox.signals_csv, name="signals_csv"),
    path("signals/views/", inbox.save_view, name="signals_view_save"),
    path("signals/views/<int:pk>/share/", inbox.share_view, name="signals_view_share"),
    path("signals/views/<int:pk>/remove/", inbox.remove_view, name="signals_view_remove"),
    path("signals/close/", acting.close, name="signals_close"),
    path("signals/snooze/", acting.snooze, name="signals_snooze"),
    path("signals/assign/", acting.assign, name="signals_assign"),
    re_path(r"^signals/ask/(?P<what>closing|snoozing)/$", acting.preview, name="signals_ask"),
    path("signals/undo/<int:audit_pk>/", acting.take_back, name="signals_take_back"),
    path("signals/mute/", acting.mute, name="signal_mute"),
    path("signals/mutes/<int:pk>/end/", acting.unmute, name="signal_unmute"),
    path("signals/rules/", rules.rules, name="signal_rules"),
    path("signals/rules/export.csv", rules.rules_csv, name="signal_rules_csv"),
    path("signals/rules/new/", own_rules.new, name="segment_signal_new"),
    path("signals/rules/own/<int:pk>/", own_rules.edit, name="segment_signal"),
    path("signals/rules/own/<int:pk>/rule.yaml", own_rules.as_text, name="segment_signal_text"),
    path("signals/rules/own/<int:pk>/archive/", own_rules.archive, name="segment_signal_archive"),
    path("signals/rules/own/<int:pk>/restore/", own_rules.restore, name="segment_signal_restore"),
    path("signals/rules/<str:kind>/", rules.rule, name="signal_rule"),
    path("signals/<int:pk>/", views.signal, name="signal"),
    path("signals/<int:pk>/reopen/", acting.reopen, name="signal_reopen"),
    path("signals/<int:pk>/wake/", acting.wake, name="signal_wake"),
    path("signals/<int:pk>/outcome/", acting.judge, name="signal_judge"),
]
