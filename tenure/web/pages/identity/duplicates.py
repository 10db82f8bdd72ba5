"""People and accounts that may be one: merged with one click, or remembered not to be."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tenure.customers import actions
from tenure.customers import queries as customers
from tenure.customers.types import SubjectKind
from tenure.web.answering import go_back
from tenure.web.exporting import csv_answer
from tenure.web.permission import may, needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

ROWS = 50
REASONS: Mapping[str, Promise] = {
    "domain": gettext_lazy("the same domain"),
    "name": gettext_lazy("the same name but for its legal form"),
    "similar": gettext_lazy("names a slip apart"),
    "address": gettext_lazy("the same e-mail address"),
    "person_name": gettext_lazy("the same name at one account"),
    "local": gettext_lazy("the same mailbox name at one account"),
}


@require_safe
def duplicates(request: Visit) -> HttpResponse:
    """List who may be one."""
    kind, refused = _asked(request)
    page = customers.possible_duplicates(kind, refused=refused, cursor=request.GET.get("cursor", ""), limit=ROWS)
    shown = {
        "kind": kind,
        "refused": refused,
        "rows": [{"pair": each, "reason": REASONS[each.reason]} for each in page.suggestions],
        "count": page.count,
        "next": page.next_cursor,
        "may_change": may(request, PermissionRole.MEMBER),
    }
    return render(request, "identity/duplicates.html", shown)


@require_safe
def duplicates_csv(request: Visit) -> HttpResponseBase:
    """Export the list."""
    header = ("first_id", "first", "second_id", "second", "reason", "detail", "score", "found_at", "refused_at")
    return csv_answer("possible-duplicates", header, _lines(*_asked(request)))


def _lines(kind: SubjectKind, refused: bool) -> Iterator[tuple[object, ...]]:
    cursor = ""
    while True:
        page = customers.possible_duplicates(kind, refused=refused, cursor=cursor, limit=500)
        for s in page.suggestions:
            yield (
                s.first_id, s.first, s.second_id, s.second, s.reason, s.detail, s.score, s.found_at, s.refused_at
            )  # fmt: skip
        cursor = page.next_cursor
        if not cursor:
            return


def _asked(request: Visit) -> tuple[SubjectKind, bool]:
    kind: Any = "person" if request.GET.get("kind") == "person" else "account"
    return cast(SubjectKind, kind), request.GET.get("refused") == "1"


@require_POST
@needs(PermissionRole.MEMBER)
def refuse(request: Visit, pk: int) -> HttpResponse:
    """Remember that two are not one."""
    actions.refuse_duplicate(pk, by=request.member)
    say(request, _("These two are kept apart."), undo=reverse("duplicate_suspect", args=[pk]))
    return go_back(request, "duplicates")


@require_POST
@needs(PermissionRole.MEMBER)
def suspect_again(request: Visit, pk: int) -> HttpResponse:
    """Suggest two again."""
    actions.suspect_again(pk, by=request.member)
    return go_back(request, "duplicates")
