"""Parts of a person's and an account's page: export and erase, that an erasure waits, and consents."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tenure.channels import queries as channels
from tenure.kernel import clock
from tenure.privacy import queries
from tenure.privacy.types import SubjectKind
from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.pages.privacy.forms import ConsentForm
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.customers.models import Person


def register() -> None:
    """Put the parts in their places."""
    for kind in SubjectKind:
        register_panel(
            "privacy", subject=kind.value, place=Place.ACTION, order=95, template="privacy/menu.html",
            context=_menu(kind),
        )  # fmt: skip
        register_panel(
            "erasure", subject=kind.value, place=Place.TILE, order=0, template="privacy/waiting.html",
            context=_waiting(kind),
        )  # fmt: skip
    register_panel(
        "consents", subject="person", place=Place.SIDE, order=26, template="privacy/consents.html", context=consents
    )
    register_panel(
        "consent_dialog", subject="person", place=Place.BELOW, order=20, template="privacy/consent_dialog.html",
        context=lambda request, person: consents(request, person) if may(request, PermissionRole.MEMBER) else None,
    )  # fmt: skip


def _menu(kind: SubjectKind) -> Callable[[Visit, Any], Mapping[str, Any] | None]:
    return lambda request, shown: {"kind": kind, "pk": shown.pk} if may(request, PermissionRole.ADMIN) else None


def _waiting(kind: SubjectKind) -> Callable[[Visit, Any], Mapping[str, Any] | None]:
    def waiting(request: Visit, shown: Any) -> Mapping[str, Any] | None:
        found = queries.erasure_under_way(kind, shown.pk)
        return {"erasure": found, "kind": kind} if found else None

    return waiting


def consents(request: Visit, person: "Person") -> Mapping[str, Any]:
    """Say what a person agrees to now, by purpose, and what they said before."""
    said = queries.consents_of_people([person.pk]).get(person.pk, [])
    names = channels.topic_names()
    now = {each.purpose: each for each in said}  # the last word on each purpose
    return {
        "now": [{"consent": each, "name": names.get(purpose, purpose)} for purpose, each in sorted(now.items())],
        "before": [
            {"consent": each, "name": names.get(each.purpose, each.purpose)}
            for each in reversed(said)
            if now[each.purpose] is not each
        ],
        "topics": names.items(),
        "consent_form": ConsentForm(today=clock.now().astimezone(ZoneInfo(request.workspace.timezone)).date()),
        "may_change": may(request, PermissionRole.MEMBER),
    }
