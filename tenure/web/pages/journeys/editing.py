"""The journey editor: a new one, a change, a copy; with whom it would let in, and what would happen when."""

import dataclasses
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tenure.journeys import actions, queries, registry
from tenure.journeys.errors import JourneyInvalid, JourneyTaken
from tenure.journeys.types import JourneyRow, JourneyStatus, Problem, Subject, TriggerKind
from tenure.kernel import clock
from tenure.segments import queries as segments
from tenure.segments.types import Subject as SegmentSubject
from tenure.web.asked import whole
from tenure.web.pages.journeys.sheets import Sheet, empty_sheet, sheet_from, sheet_of
from tenure.web.pages.journeys.words import step_words, template_names, trigger_sentence
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

_MOST_USED = {"wait": 0, "send_email": 1}
"""What is offered first."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PermissionRole.ADMIN)
def new(request: Visit) -> HttpResponse:
    """Write a journey, from nothing or (`?copy=7`) from another one; saving makes a draft."""
    if request.method == "POST":
        return _answer(request, sheet_from(request.POST, row=None), None)
    copied = whole(request.GET.get("copy", ""))
    if copied is not None:
        sheet = sheet_of(queries.journey_row(copied), is_new=True)
    else:
        wanted = request.GET.get("subject", "")
        subject = Subject(wanted) if wanted in set(Subject) else Subject.ACCOUNT
        sheet = empty_sheet(subject, segment_id=request.GET.get("segment", "")[:20])
    sheet.show()
    return _page(request, sheet, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PermissionRole.ADMIN)
def edit(request: Visit, pk: int) -> HttpResponse:
    """Change a journey; those who are in it keep the version they came in by."""
    row = queries.journey_row(pk)
    if request.method == "POST":
        return _answer(request, sheet_from(request.POST, row=row), row)
    sheet = sheet_of(row, is_new=False)
    sheet.show()
    return _page(request, sheet, row)


@require_POST
@needs(PermissionRole.ADMIN)
def preview(request: Visit) -> HttpResponse:
    """Show whom the journey as it stands would let in, and what would happen to somebody who came in now."""
    against = whole(request.POST.get("against", ""))
    row = None if against is None else queries.journey_row(against)
    sheet = sheet_from(request.POST, row=row)
    sheet.check()
    shown: dict[str, Any] = {
        "row": row,
        "of_accounts": sheet.subject == Subject.ACCOUNT,
        "holdout_percent": round(request.workspace.holdout_share * 100, 2),
    }
    if sheet.form.is_valid():
        shown |= _entering(sheet, row)
    if sheet.steps and all(step.form and step.form.is_valid() for step in sheet.steps):
        shown["moments"] = _moments(sheet, ZoneInfo(request.workspace.timezone))
    return render(request, "journeys/preview.html", shown)


@require_POST
@needs(PermissionRole.ADMIN)
def delete(request: Visit, pk: int) -> HttpResponse:
    """Throw a draft away."""
    journey = queries.journey(pk)
    actions.delete_draft(journey, by=request.member)
    say(request, _("The draft “%(name)s” is gone.") % {"name": journey.name})
    return redirect("journeys")


def _answer(request: Visit, sheet: Sheet, row: JourneyRow | None) -> HttpResponse:
    order = request.POST.get("op", "save")
    if order == "save":
        return _save(request, sheet, row)
    sheet.order(order)
    sheet.show()
    if not getattr(request, "htmx", False):
        return _page(request, sheet, row)
    answer = render(request, "journeys/builder.html", _shown(request, sheet, row))
    answer["HX-Trigger-After-Swap"] = "rebuilt"
    return answer


def _save(request: Visit, sheet: Sheet, row: JourneyRow | None) -> HttpResponse:
    if not sheet.check():
        return _page(request, sheet, row, status=422)
    given = sheet.form.cleaned_data
    said: dict[str, Any] = {
        "definition": sheet.definition(),
        "about": given["about"],
        "priority": given["priority"] or 0,
        "by": request.member,
    }
    try:
        if row is None:
            saved = actions.define_journey(given["name"], subject=sheet.subject, **said)
        else:
            saved = actions.change_journey(queries.journey(row.id), name=given["name"], **said)
    except JourneyInvalid as error:
        for problem in msgspec.convert(error.details["problems"], list[Problem]):
            sheet.place(problem)
        return _page(request, sheet, row, status=422)
    except JourneyTaken:
        sheet.form.add_error("name", _("Another journey already has this name."))
        return _page(request, sheet, row, status=422)
    if saved.status == JourneyStatus.DRAFT:
        say(request, _("“%(name)s” is saved as a draft; nothing runs until you launch it.") % {"name": saved.name})
    else:
        say(request, _("“%(name)s” is saved; whoever comes in from now on takes this way.") % {"name": saved.name})
    return redirect("journey", saved.pk)


def _entering(sheet: Sheet, row: JourneyRow | None) -> dict[str, Any]:
    definition = sheet.form.definition(())
    found = queries.would_enter(definition, sheet.subject, journey=queries.journey(row.id) if row else None)
    names = segments.named(SegmentSubject(sheet.subject.value), found.sample)
    trigger = definition.trigger
    name = segments.segment_names().get(trigger.segment_id or 0, "") if trigger.segment_id else trigger.event
    return {
        "found": found,
        "some": [names[pk] for pk in found.sample if pk in names],
        "sentence": trigger_sentence(definition, sheet.subject, name),
        "by_segment": trigger.kind == TriggerKind.SEGMENT,
    }


@dataclasses.dataclass(frozen=True, kw_only=True)
class Moment:
    """When a step would come due for somebody who came in now."""

    at: datetime
    words: str
    icon: str


def _moments(sheet: Sheet, tz: ZoneInfo) -> list[Moment]:
    """Say when each step would come due, in the workspace's time zone."""
    at, templates, moments = clock.now(), template_names(), []
    for step in sheet.step_definitions():
        kind = registry.step(step.kind)
        if kind.problems(step.settings):
            break
        at = kind.due_at(step.settings, arrived_at=at, tz=tz)
        if step.kind != "wait":
            moments.append(Moment(at=at, words=step_words(step, templates), icon=kind.icon))
    return moments


def _page(request: HttpRequest, sheet: Sheet, row: JourneyRow | None, status: int = 200) -> HttpResponse:
    return render(request, "journeys/edit.html", _shown(request, sheet, row), status=status)


def _shown(request: HttpRequest, sheet: Sheet, row: JourneyRow | None) -> dict[str, Any]:
    asked = sheet.form.asked()
    has_errors = bool(sheet.wrong) or (
        sheet.form.is_bound and bool(sheet.form.errors or any(step.form and step.form.errors for step in sheet.steps))
    )
    return {
        "sheet": sheet,
        "form": sheet.form,
        "asked": asked,
        "kept": [(name, value) for name, value in sheet.values.items() if name not in asked and value],
        "row": row,
        "here": request.path,
        "has_errors": has_errors,
        "kinds": sorted(
            ((step.kind, step.name(), step.icon) for step in registry.steps()),
            key=lambda kind: _MOST_USED.get(kind[0], 9),
        ),
        "events": segments.events_to_choose_from(),
        "has_segments": bool(segments.segments(subject=SegmentSubject(sheet.subject.value))),
        "cancel": reverse("journey", args=[row.id]) if row else reverse("journeys"),
    }
