"""How long each kind of data is kept, and the ledger of erasures."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.kernel.cursors import as_cursor, from_cursor, moment
from tenure.privacy import actions, queries
from tenure.privacy.actions.erasing import ERASERS
from tenure.privacy.types import ErasureStatus, SubjectKind
from tenure.web.exporting import csv_answer
from tenure.web.pages.privacy.forms import LookForm, RetentionForm
from tenure.web.pages.privacy.words import domain_name
from tenure.web.permission import may, needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.privacy.models import Erasure

ROWS = 50


@require_safe
def privacy(request: Visit) -> HttpResponse:
    """Show how long things are kept and who was erased."""
    return _page(request)


@require_POST
@needs(PermissionRole.ADMIN)
def set_retention(request: Visit) -> HttpResponse:
    """Keep things for other times; what was typed comes back when something is wrong with it."""
    form = RetentionForm(request.POST, now=queries.retention())
    if not form.is_valid():
        return _page(request, form=form, status=422)
    changed = form.changed()
    for kind, days in changed:
        actions.set_retention(kind, days, by=request.member)
    say(request, _("Saved. What is older goes within a day.") if changed else _("Nothing was different."))
    return redirect("privacy")


@require_POST
def was_erased(request: Visit) -> HttpResponse:
    """Say whether somebody known by an id was erased; asked by POST, so that the id stays out of every log."""
    form = LookForm(request.POST)
    if not form.is_valid():
        return _page(request, look=form, status=422)
    known_as = form.cleaned_data["known_as"].replace("\x00", "").strip()
    found = list(queries.erasures_of(SubjectKind(form.cleaned_data["kind"]), known_as)[:20])
    answer = _page(request, look=form, found=found)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def erasure(request: Visit, pk: int) -> HttpResponse:
    """Show one erasure: who has forgotten and how much."""
    return render(request, "privacy/erasure.html", {"section": "privacy", **_told(queries.erasure(pk))})


@require_safe
def progress(request: Visit, pk: int) -> HttpResponse:
    """Answer with how far an erasure is now."""
    return render(request, "privacy/erasure_progress.html", _told(queries.erasure(pk)))


@require_safe
def erasures_csv(request: Visit) -> HttpResponseBase:
    """Export the ledger."""
    header = ("id", "kind", "asked_at", "asked_by", "reason", "status", "done_at", "attempts", "error", "fingerprint")
    return csv_answer("erasures", [*header, "forgot"], _lines())


def _page(
    request: Visit,
    *,
    form: RetentionForm | None = None,
    look: LookForm | None = None,
    found: "list[Erasure] | None" = None,
    status: int = 200,
) -> HttpResponse:
    rows = list(_after(queries.erasures(), request.GET.get("cursor", ""))[: ROWS + 1])
    more, rows = len(rows) > ROWS, rows[:ROWS]
    shown = {
        "section": "privacy",
        "form": form or RetentionForm(now=queries.retention()),
        "look": look or LookForm(),
        "looked": found is not None,
        "found": found or [],
        "rows": [{"erasure": each, "rows": _rows(each)} for each in rows],
        "next": f"?cursor={as_cursor([rows[-1].asked_at, rows[-1].pk])}" if more else "",
        "previous": "?" if request.GET.get("cursor") else "",
        "may_change": may(request, PermissionRole.ADMIN),
    }
    return render(request, "privacy/settings.html", shown, status=status)


def _after(ledger: "QuerySet[Erasure]", cursor: str) -> "QuerySet[Erasure]":
    if not cursor:
        return ledger
    at, pk = from_cursor(cursor, 2)
    return ledger.filter(Q(asked_at__lt=moment(at)) | Q(asked_at=moment(at), pk__lt=pk))


def _told(erasure: "Erasure") -> dict[str, Any]:
    answers = {answer.domain: answer for answer in erasure.answers.all()}
    listed = [*ERASERS, *(domain for domain in answers if domain not in ERASERS)]
    return {
        "erasure": erasure,
        "is_waiting": erasure.status == ErasureStatus.WAITING,
        "answered": len(answers),
        "of": len(listed),
        "rows": _rows(erasure),
        "domains": [
            {
                "name": domain_name(domain),
                "answer": answer,
                "rows": sum(answer.forgot.values()) if answer else 0,
                "forgot": sorted(answer.forgot.items(), key=lambda place: -place[1]) if answer else [],
            }
            for domain in listed
            for answer in [answers.get(domain)]
        ],
    }


def _rows(erasure: "Erasure") -> int:
    return sum(sum(answer.forgot.values()) for answer in erasure.answers.all())


def _lines() -> Iterator[list[object]]:
    for each in queries.erasures().iterator(chunk_size=500):
        forgot = "; ".join(
            f"{answer.domain}: {', '.join(f'{place} {count}' for place, count in answer.forgot.items()) or 0}"
            for answer in each.answers.all()
        )
        yield [
            each.pk, each.kind, each.asked_at, each.actor, each.reason, each.status, each.done_at, each.attempts,
            each.error, each.fingerprint, forgot,
        ]  # fmt: skip
