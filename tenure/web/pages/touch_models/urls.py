"""Addresses of touch models, their place in the menu, and their part of an account's page."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from tenure.touch_models import queries
from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.pages.touch_models import acting, editing, panel, views
from tenure.web.shell.navigation import WHO_THEY_ARE, NavigationItem, register
from tenure.web.shell.palette import Answer, register_search

register(
    NavigationItem(
        key="touch_models",
        label=_("Touch models"),
        url_name="touch_models",
        icon="hand-stop",
        go="y",
        order=51,
        group=WHO_THEY_ARE,
    )
)
register_panel(
    "touch_model", subject="account", place=Place.SIDE, order=43, template="touch_models/panel.html",
    context=panel.model_of_account,
)  # fmt: skip


def _search(_request: HttpRequest, text: str, limit: int) -> Sequence[Answer]:
    found = [(key, name) for key, name in queries.model_names().items() if text.casefold() in name.casefold()]
    return [Answer(label=name, url=reverse("touch_model", args=[key]), icon="hand-stop") for key, name in found[:limit]]


register_search("touch_models", _("Touch models"), _search)

urlpatterns = [
    path("touch-models/", views.touch_models, name="touch_models"),
    path("touch-models/begin/", acting.begin, name="touch_models_begin"),
    path("touch-models/begin/undo/", acting.take_back, name="touch_models_take_back"),
    path("touch-models/edit/", editing.edit, name="touch_models_edit"),
    path("touch-models/preview/", editing.preview, name="touch_models_preview"),
    path("touch-models/versions/", views.versions, name="touch_models_versions"),
    path("touch-models/versions/<int:number>/restore/", editing.restore, name="touch_models_restore"),
    path("touch-models/changes/", views.changes, name="touch_models_changes"),
    path("touch-models/steps/<int:pk>/done/", acting.complete_step, name="touch_models_step_done"),
    path("touch-models/steps/<int:pk>/leave-out/", acting.leave_out_step, name="touch_models_step_leave_out"),
    path("touch-models/steps/<int:pk>/reopen/", acting.reopen_step, name="touch_models_step_reopen"),
    path("touch-models/accounts/<int:account_id>/lock/", acting.lock, name="touch_model_lock"),
    path("touch-models/accounts/<int:account_id>/unlock/", acting.unlock, name="touch_model_unlock"),
    path("touch-models/locks/<int:pk>/restore/", acting.restore_lock, name="touch_model_lock_restore"),
    path("touch-models/of/<slug:key>/", views.touch_model, name="touch_model"),
    path("touch-models/of/<slug:key>/export.csv", views.touch_model_csv, name="touch_model_csv"),
]
