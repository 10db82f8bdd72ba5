"""Imports from files: upload, say what columns mean, look at what would come of it, run, mend, take back."""

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.connectors.csv_events.types import FileUnreadable
from tenure.connectors.files import actions, queries, reading, wording
from tenure.connectors.files.errors import ColumnsUnusable, FileGone, FileTooLarge
from tenure.connectors.files.exporting import EXPORTED, export
from tenure.connectors.files.rules import columns as rules
from tenure.connectors.files.rules.shapes import SHAPES
from tenure.connectors.files.types import KEPT_DAYS, LARGEST, NAMED, Column, Kind, Status, Target, ValueType
from tenure.web.asked import whole
from tenure.web.exporting import csv_answer, json_lines_answer
from tenure.web.pages.imports import words
from tenure.web.permission import may, needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.actions import record_audit
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.connectors.files.models import Import

ROWS = 50
SHOWN = 5
_BUSY = (Status.CHECKING, Status.RUNNING, Status.UNDOING)


@require_safe
def imports(request: Visit) -> HttpResponse:
    """List the imports, the newest first."""
    return _list(request)


@require_POST
@needs(PermissionRole.ADMIN)
def upload(request: Visit) -> HttpResponse:
    """Take a file in and lead to what its columns mean."""
    given = request.FILES.get("file")
    kind = request.POST.get("kind", "")
    if given is None or kind not in set(Kind):
        return _list(request, problem=_("Choose a file."), status=422)
    try:
        made = actions.upload(given.name or "file", given.chunks(), kind=Kind(kind), by=request.member)
    except (FileUnreadable, FileTooLarge) as error:
        return _list(request, problem=wording.problem_of(error), status=422)
    return redirect("import", made.pk)


@require_safe
def file_import(request: Visit, pk: int) -> HttpResponse:
    """Show one import as far as it is."""
    return _page(request, queries.file_import(pk))


@require_safe
def status(request: Visit, pk: int) -> HttpResponse:
    """Say how far it is; the page asks every second. When it is at its end the page is loaded again."""
    of = queries.file_import(pk)
    answer = render(request, "imports/status.html", _standing(of))
    if of.status not in _BUSY:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@needs(PermissionRole.ADMIN)
def choose_encoding(request: Visit, pk: int) -> HttpResponse:
    """Read the file by another encoding and show the rows again."""
    of = queries.file_import(pk)
    chosen = request.POST.get("encoding", "")
    try:
        actions.choose_encoding(of, chosen if chosen in reading.ENCODINGS else "")
    except FileUnreadable as error:
        return _page(request, of, problem=wording.problem_of(error), status=422)
    return redirect("import", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def choose_columns(request: Visit, pk: int) -> HttpResponse:
    """Keep what the columns mean, and begin the dry run."""
    of = queries.file_import(pk)
    zone = request.POST.get("timezone", "")
    columns = _columns_said(of, request.POST)
    try:
        zone = zone if zone in available_timezones() else "UTC"
        event = request.POST.get("event", "").replace("\x00", "").strip()
        of.event = event  # what was typed stays on the page when it is refused
        of = actions.choose_columns(of, columns, timezone=zone, event=event)
        actions.check_import(of)
    except ColumnsUnusable as error:
        return _page(request, of, problem=_unusable(of, error), said=columns, status=422)
    return redirect("import", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def run(request: Visit, pk: int) -> HttpResponse:
    """Begin the import."""
    actions.run_import(queries.file_import(pk), by=request.member)
    return redirect("import", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def undo(request: Visit, pk: int) -> HttpResponse:
    """Begin to take an import back."""
    actions.undo_import(queries.file_import(pk), by=request.member)
    return redirect("import", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def remove(request: Visit, pk: int) -> HttpResponse:
    """Throw a file away that has not been imported."""
    actions.remove_import(queries.file_import(pk), by=request.member)
    say(request, _("The file is gone."))
    return redirect("imports")


@require_safe
@needs(PermissionRole.ADMIN)
def refused_csv(request: Visit, pk: int) -> HttpResponseBase:
    """Give the rows that were refused, with the reason, to be mended and imported."""
    of = queries.file_import(pk)
    return csv_answer("refused", [*rules.ERROR_COLUMNS, *of.header], queries.refused_lines(of))


@require_safe
@needs(PermissionRole.ADMIN)
def export_all(request: Visit, kind: str, form: str) -> HttpResponseBase:
    """Export everything of a kind as CSV or JSON lines; events and tickets between two days."""
    if kind not in EXPORTED or form not in ("csv", "jsonl"):
        raise Http404
    days = {name: _day(request.GET.get(name, "")) for name in ("since", "until")}
    found = export(Kind(kind), **days)
    details = {"format": form, **{name: str(day or "") for name, day in days.items()}}
    record_audit("exports.make", by=request.member, subject=kind, details=details)
    if form == "csv":
        return csv_answer(kind, found.columns, found.lines())
    return json_lines_answer(kind, found.records)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _list(request: Visit, problem: str = "", status: int = 200) -> HttpResponse:
    begin = (whole(request.GET.get("page", ""), digits=4) or 0) * ROWS
    asked_for = kind if (kind := request.GET.get("kind", "")) in set(Kind) else ""
    some = list(queries.imports()[begin : begin + ROWS + 1])
    shown = {
        "section": "imports",
        "imports": [{"of": each, "kind": words.KINDS[Kind(each.kind)], **_state(each)} for each in some[:ROWS]],
        "kinds": [(k.value, name) for k, name in words.KINDS.items()],
        "chosen": request.POST.get("kind") or asked_for or Kind.ACCOUNTS.value,
        "asked_for": asked_for,
        "problem": problem,
        "largest": LARGEST // 1024**3,
        "next": f"?page={begin // ROWS + 1}" if len(some) > ROWS else "",
        "previous": f"?page={begin // ROWS - 1}" if begin else "",
        "may_change": may(request, PermissionRole.ADMIN),
        "exports": [(k.value, words.KINDS[k], k in (Kind.EVENTS, Kind.TICKETS)) for k in EXPORTED],
    }
    return render(request, "imports/imports.html", shown, status=status)


def _page(
    request: Visit, of: "Import", *, problem: str = "", said: list[Column] | None = None, status: int = 200
) -> HttpResponse:
    may_change = may(request, PermissionRole.ADMIN)
    can_map = may_change and of.status in (Status.MAPPING, Status.CHECKED, Status.FAILED) and of.said_at is None
    shown = {
        "section": "imports",
        "problem": problem,
        "may_change": may_change,
        "can_map": can_map,
        "can_run": may_change and of.status == Status.CHECKED and of.new + of.changed > 0,
        "can_undo": may_change and of.said_at is not None and of.status in (Status.DONE, Status.FAILED),
        "kept_days": KEPT_DAYS,
        "refused": [
            {"row": row, "reason": wording.reason(row.code, row.particulars)} for row in queries.refused_rows(of)[:20]
        ],
        "rows": _rows_shown(of) if may_change else [],
        **_standing(of),
    }
    if can_map:
        try:
            shown |= _mapping(of, said)
        except (FileGone, FileUnreadable, LookupError) as error:
            shown |= {"can_map": False, "can_run": False, "problem": _unreadable(error)}
    return render(request, "imports/import.html", shown, status=status)


def _standing(of: "Import") -> dict[str, Any]:
    return {
        "of": of,
        "kind": words.KINDS[Kind(of.kind)],
        "is_busy": of.status in _BUSY,
        "is_storing": of.status == Status.RUNNING and of.bytes >= of.size,
        "stopped": wording.problem(of.problem, of.problem_particulars) if of.problem else "",
        **_state(of),
    }


def _unusable(of: "Import", error: ColumnsUnusable) -> str:
    """Say what is wrong with the columns, with the fields by the names they have on the page."""
    if error.details.get("why") != "no_key":
        return wording.problem_of(error)
    fields: Any = error.details["fields"]
    return wording.problem("no_key", {"fields": [str(words.target(Kind(of.kind), Target(each))) for each in fields]})


def _unreadable(error: Exception) -> str:
    if isinstance(error, FileUnreadable):
        return wording.problem_of(error)
    return wording.problem("file_gone" if isinstance(error, FileGone) else "breaks_off", {"line": 0, "error": error})


def _state(of: "Import") -> dict[str, Any]:
    state, tone = words.STATES[Status(of.status)]
    return {"state": state, "tone": tone}


def _mapping(of: "Import", said: list[Column] | None) -> dict[str, Any]:
    kind = Kind(of.kind)
    shape = SHAPES[kind]
    columns = {c.name: c for c in (rules.restored(of.columns) if said is None else said)}
    sample = queries.first_rows(of, SHOWN)
    return {
        "columns": [
            {"number": n, "name": name, "means": columns.get(name), "cells": [r.cells.get(name, "") for r in sample]}
            for n, name in enumerate(of.header)
        ],
        "targets": [(t.value, words.target(kind, t)) for t in (*shape.fields, *shape.named)],
        "keys": [[words.KEYS.get(t, words.target(kind, t)) for t in group] for group in shape.keys],
        "has_names": bool(shape.named),
        "has_event": Target.EVENT in shape.fields,
        "types": [(t.value, name) for t, name in words.TYPES.items()],
        "encodings": sorted({*reading.ENCODINGS, of.encoding}),
        "timezones": sorted(available_timezones()),
    }


def _columns_said(of: "Import", said: Any) -> list[Column]:
    columns = []
    for number, name in enumerate(of.header):
        target = said.get(f"target_{number}", "")
        if target not in set(Target):
            continue
        type_ = said.get(f"type_{number}", "")
        is_named = target in NAMED
        columns.append(
            Column(
                name=name,
                target=Target(target),
                trait=said.get(f"trait_{number}", "").replace("\x00", "").strip()[:255] or name if is_named else "",
                type=ValueType(type_)
                if is_named and type_ in set(ValueType)
                else rules.type_for(Kind(of.kind), Target(target)),
            )
        )
    return columns


def _rows_shown(of: "Import") -> list[dict[str, Any]]:
    return [
        {
            **row,
            "said": words.OUTCOMES[row["outcome"]],
            "reason": wording.reason(row["code"], row["particulars"]) if row.get("code") else "",
            "changes": [(name, value) for name, value in row["changes"].items()],
        }
        for row in of.first_rows
    ]
