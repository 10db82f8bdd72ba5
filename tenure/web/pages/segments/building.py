"""The builder: a new segment or a change, as a form or as text, with its effect beside it."""

import dataclasses
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.segments import actions, queries
from tenure.segments.errors import ConditionWrong, SegmentNameMissing, SegmentNameTaken
from tenure.segments.queries import WrittenSegment
from tenure.segments.types import Subject
from tenure.segments.types.answers import SegmentSummary
from tenure.segments.types.conditions import Listed
from tenure.segments.types.problems import Problem, ProblemCode
from tenure.web.asked import whole
from tenure.web.pages.segments import drafts, listing, offering, words
from tenure.web.pages.segments.views import member_names
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

TEXT_LIMIT = 100_000


@dataclasses.dataclass(kw_only=True)
class Sheet:
    """Everything the builder's form holds."""

    subject: Subject = Subject.ACCOUNT
    name: str = ""
    description: str = ""
    mode: str = "form"
    draft: drafts.Draft = dataclasses.field(default_factory=drafts.new_draft)
    text: str = ""
    name_error: str = ""
    problems: list[dict[str, Any]] = dataclasses.field(default_factory=list)


@needs(PermissionRole.MEMBER)
def new(request: Visit) -> HttpResponse:
    """Define a segment, from nothing or after another."""
    if request.method != "POST":
        if (like := whole(request.GET.get("like", ""))) is not None:
            return _page(request, _copy(queries.segment(like)), None)
        wanted = request.GET.get("subject", "")
        subject = Subject(wanted) if wanted in set(Subject) else Subject.ACCOUNT
        return _page(request, Sheet(subject=subject), None)
    return _answer(request, _sheet(request, None), None)


@needs(PermissionRole.MEMBER)
def edit(request: Visit, pk: int) -> HttpResponse:
    """Change a segment."""
    segment = queries.segment(pk)
    if segment.is_static:
        return redirect("segment", pk)
    if request.method != "POST":
        sheet = Sheet(subject=segment.subject, name=segment.name, description=segment.description)
        if segment.condition is not None:
            sheet.draft = drafts.from_condition(segment.condition)
        return _page(request, sheet, segment)
    return _answer(request, _sheet(request, segment), segment)


@require_POST
@needs(PermissionRole.MEMBER)
def preview(request: Visit) -> HttpResponse:
    """Show what the condition as it stands would select, and who would enter and leave."""
    against = whole(request.POST.get("against", ""))
    segment = None if against is None else queries.segment(against)
    sheet = _sheet(request, segment)
    shown: dict[str, Any] = {"sheet": sheet, "subject": words.SUBJECTS[sheet.subject], "segment": segment}
    try:
        written = _written(sheet, segment)
    except ConditionWrong:
        shown["missing"] = _missing(sheet.draft)
        return render(request, "segments/preview.html", shown)
    if isinstance(written.condition, Listed):
        seen = listing.preview(written)
    else:
        seen = queries.preview(written.condition, written.subject, against=segment.id if segment else None)
    shown["seen"] = seen
    shown["subject"] = words.SUBJECTS[written.subject]
    shown["sentence"] = queries.sentence(written.condition, written.subject, member_names())
    shown["address"] = "account" if written.subject is Subject.ACCOUNT else "person"
    return render(request, "segments/preview.html", shown)


def _copy(segment: SegmentSummary) -> Sheet:
    name = _("Copy of %(name)s") % {"name": segment.name}
    sheet = Sheet(subject=segment.subject, name=name[:120], description=segment.description)
    if segment.condition is not None and not segment.is_static:
        sheet.draft = drafts.from_condition(segment.condition)
    return sheet


def _answer(request: Visit, sheet: Sheet, segment: SegmentSummary | None) -> HttpResponse:
    # a control that was morphed into one of another kind still listens, but has lost what it says
    order = request.POST.get("op", "again" if getattr(request, "htmx", False) else "save")
    if order == "save":
        return _save(request, sheet, segment)
    if order == "text" and sheet.mode == "form":
        _turn_to_text(sheet, segment)
    elif order == "form" and sheet.mode == "text":
        _turn_to_form(sheet, segment)
    elif sheet.mode == "form":
        sheet.draft = drafts.changed(sheet.draft, order)
    template = "segments/builder.html" if getattr(request, "htmx", False) else "segments/edit.html"
    answer = render(request, template, _shown(request, sheet, segment))
    if getattr(request, "htmx", False):
        answer["HX-Trigger-After-Swap"] = "rebuilt"
    return answer


def _save(request: Visit, sheet: Sheet, segment: SegmentSummary | None) -> HttpResponse:
    try:
        written = _written(sheet, segment)
    except ConditionWrong:
        return _page(request, sheet, segment, status=422)
    try:
        if isinstance(written.condition, Listed):
            saved = listing.made(request, written)
        elif segment is None:
            saved = actions.define_segment(
                written.name,
                subject=written.subject,
                condition=written.condition,
                description=written.description,
                by=request.member,
            )
        else:
            saved = actions.change_segment(
                segment.id,
                name=written.name,
                description=written.description,
                condition=written.condition,
                by=request.member,
            )
    except SegmentNameMissing:
        sheet.name_error = _("Give the segment a name of at most 120 characters.")
        return _page(request, sheet, segment, status=422)
    except SegmentNameTaken:
        sheet.name_error = _("Another segment already has this name.")
        return _page(request, sheet, segment, status=422)
    say(request, _("“%(name)s” is saved.") % {"name": saved.name})
    return redirect("segment", saved.pk)


def _written(sheet: Sheet, segment: SegmentSummary | None) -> WrittenSegment:
    """Return what the sheet says; raises `ConditionWrong` after writing each problem where it belongs."""
    if sheet.mode == "text":
        try:
            written = queries.read_text(sheet.text, of=segment.id if segment else None)
            if segment is not None and isinstance(written.condition, Listed):
                raise ConditionWrong([Problem(path="members", code=ProblemCode.VALUE_UNWANTED)])
            if segment is not None and written.subject is not segment.subject:
                raise ConditionWrong([_fixed_subject(segment)])
        except ConditionWrong as wrong:
            sheet.problems = [_listed(p) for p in wrong.problems]
            raise
        return written
    raw = drafts.to_raw(sheet.draft, offering.trait_types(sheet.subject))
    try:
        condition = queries.read_condition(raw.condition, sheet.subject, of=segment.id if segment else None)
    except ConditionWrong as wrong:
        said = {n: queries.problem_words(p) for n, p in enumerate(wrong.problems)}
        drafts.place_problems(raw, wrong.problems, said)
        sheet.problems = [_listed(p) for p in wrong.problems]
        raise
    return WrittenSegment(name=sheet.name, description=sheet.description, subject=sheet.subject, condition=condition)


def _missing(root: drafts.Draft) -> list[dict[str, Any]]:
    """Return what is wrong with the form, each with the field it leads to."""
    return [
        {"to": f"{node.id}_{field or 'kind'}", "field": words.FIELDS.get(field, ""), "words": said}
        for node in root.walk()
        for field, errors in node.errors.items()
        for said in errors
    ]


def _turn_to_text(sheet: Sheet, segment: SegmentSummary | None) -> None:
    try:
        sheet.text = queries.written_text(_written(sheet, segment))
        sheet.mode = "text"
    except ConditionWrong:
        return


def _turn_to_form(sheet: Sheet, segment: SegmentSummary | None) -> None:
    try:
        written = _written(sheet, segment)
    except ConditionWrong:
        return
    sheet.name, sheet.description, sheet.subject = written.name, written.description, written.subject
    sheet.draft = drafts.from_condition(written.condition)
    sheet.mode = "form"


def _fixed_subject(segment: SegmentSummary) -> Problem:

    return Problem(
        path="subject", code=ProblemCode.CHOICE_UNKNOWN, params={"given": "", "choices": str(segment.subject)}
    )


def _listed(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "path": problem.path, "words": queries.problem_words(problem)}


def _sheet(request: Visit, segment: SegmentSummary | None) -> Sheet:
    said = request.POST
    subject = said.get("subject", "")
    return Sheet(
        subject=segment.subject if segment else Subject(subject) if subject in set(Subject) else Subject.ACCOUNT,
        name=said.get("name", "").replace("\x00", ""),
        description=said.get("description", "").replace("\x00", ""),
        mode="text" if said.get("mode") == "text" else "form",
        draft=drafts.from_post(said),
        text=said.get("text", "")[:TEXT_LIMIT],
    )


def _page(request: Visit, sheet: Sheet, segment: SegmentSummary | None, status: int = 200) -> HttpResponse:
    return render(request, "segments/edit.html", _shown(request, sheet, segment), status=status)


def _shown(request: Visit, sheet: Sheet, segment: SegmentSummary | None) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "segment": segment,
        "here": request.path,
        "root": sheet.draft,
        "subjects": list(words.SUBJECTS.items()),
        "cancel": reverse("segment", args=[segment.id]) if segment else reverse("segments"),
        **offering.offered([sheet.draft], sheet.subject, but=segment.id if segment else None),
    }
