"""Addresses of my day and its tasks."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tenure.kernel import clock
from tenure.playbooks import queries
from tenure.web.pages.my_day import acting, views
from tenure.web.shell.navigation import NavigationItem, register
from tenure.web.visiting import Visit


def _count(request: Visit) -> int:
    return queries.open_task_count(request.member, clock.now())


register(
    NavigationItem(
        key="my_day", label=_("My day"), url_name="my_day", icon="sun", go="d", order=10, count=_count,
        in_bottom_bar=True, beside=("tasks",),
    )
)  # fmt: skip

urlpatterns = [
    path("", views.my_day, name="my_day"),
    path("tasks/<int:pk>/", views.task, name="task"),
    path("tasks/<int:pk>/call/", acting.log_call, name="task_call"),
    path("tasks/<int:pk>/complete/", acting.complete, name="task_complete"),
    path("tasks/<int:pk>/undo/", acting.undo, name="task_undo"),
    path("tasks/<int:pk>/snooze/", acting.snooze, name="task_snooze"),
    path("tasks/<int:pk>/unsnooze/", acting.unsnooze, name="task_unsnooze"),
    path("tasks/<int:pk>/skip/", acting.skip, name="task_skip"),
    path("tasks/<int:pk>/hand-over/", acting.hand_over, name="task_hand_over"),
]
