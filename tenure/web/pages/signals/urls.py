"""Addresses of the signals pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tenure.signals import queries
from tenure.web.pages.signals import acting, views
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
    path("signals/", views.signals, name="signals"),
    path("signals/export.csv", views.signals_csv, name="signals_csv"),
    path("signals/<int:pk>/", views.signal, name="signal"),
    path("signals/<int:pk>/close/", acting.close, name="signal_close"),
    path("signals/<int:pk>/reopen/", acting.reopen, name="signal_reopen"),
    path("signals/<int:pk>/snooze/", acting.snooze, name="signal_snooze"),
    path("signals/<int:pk>/wake/", acting.wake, name="signal_wake"),
    path("signals/<int:pk>/assign/", acting.assign, name="signal_assign"),
]
