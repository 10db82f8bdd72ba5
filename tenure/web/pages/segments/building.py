"""The builder: a new segment or a change, as a form or as text, with its effect beside it."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.customers.types import ObservedTrait
from tenure.segments import actions, queries
from tenure.segments.errors import ConditionWrong, SegmentNameMissing, SegmentNameTaken
from tenure.segments.queries import WrittenSegment
from tenure.segments.types import Subject
from tenure.segments.types.answers import SegmentSummary
from tenure.segments.types.conditions import Listed
from tenure.segments.types.problems import Problem, ProblemCode
from tenure.web.pages.segments import drafts, listing, words
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
    """Define a segment."""
    if request.method != "POST":
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
    against = request.POST.get("against", "")
    segment = queries.segment(int(against)) if against.isascii() and against.isdigit() and len(against) < 19 else None
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
    raw = drafts.to_raw(sheet.draft, _types(queries.traits_to_choose_from(sheet.subject)))
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
    nodes = list(sheet.draft.walk())
    traits = queries.traits_to_choose_from(sheet.subject)
    asks_people = any(node.kind == "people" for node in nodes)
    events = {node.fields["event"].strip() for node in nodes if node.can_be_filtered and node.filters}
    return {
        "sheet": sheet,
        "segment": segment,
        "here": request.path,
        "root": sheet.draft,
        "subjects": list(words.SUBJECTS.items()),
        "traits": traits,
        "person_traits": queries.traits_to_choose_from(Subject.PERSON) if asks_people else (),
        "value_lists": _value_lists(sheet.draft, traits),
        "events": queries.events_to_choose_from(),
        "properties": sorted({name for event in events for name in queries.properties_to_choose_from(event)}),
        "members": list(member_names().items()),
        "named": _to_name(segment),
        "plans": queries.plans_to_choose_from() if any(node.kind == "billed_plan" for node in nodes) else (),
        "cancel": reverse("segment", args=[segment.id]) if segment else reverse("segments"),
        **_choices(sheet.subject),
    }


def _choices(subject: Subject) -> dict[str, Any]:
    """Return what each list of the builder offers."""
    of_people = {k: v for k, v in words.KINDS.items() if k not in words.ACCOUNT_ONLY}
    by_days = {k: v for k, v in words.MEASURES.items() if k != "active_people"}
    is_account = subject is Subject.ACCOUNT
    return {
        "kinds": list((words.KINDS if is_account else of_people).items()),
        "person_kinds": list(of_people.items()),
        "presets": list(words.PRESETS.items()),
        "groups": list(words.GROUPS.items()),
        "trait_operators": list(words.TRAIT_OPERATORS.items()),
        "times_operators": list(words.TIMES_OPERATORS.items()),
        "age_operators": list(words.AGE_OPERATORS.items()),
        "owner_operators": list(words.OWNER_OPERATORS.items()),
        "renewal_operators": list(words.RENEWAL_OPERATORS.items()),
        "quantifiers": list(words.QUANTIFIERS.items()),
        "roles": list(words.ROLES.items()),
        "statuses": list(words.STATUSES.items()),
        "ticket_whats": list(words.TICKETS.items()),
        "time_units": list(words.TIME_UNITS.items()),
        "bys": list(words.BY.items()),
        "measures": list((words.MEASURES if is_account else by_days).items()),
        "person_measures": list(by_days.items()),
        "directions": list(words.DIRECTIONS.items()),
        "periods": list(words.PERIODS.items()),
        "yes_no": list(words.YES_NO.items()),
    }


def _to_name(segment: SegmentSummary | None) -> list[tuple[str, str, bool]]:
    """Return the segments that conditions may name: id, name and whether it selects people."""
    return [
        (str(s.id), s.name, s.subject is Subject.PERSON)
        for s in queries.segments()
        if segment is None or s.id != segment.id
    ]


def _types(traits: Sequence[ObservedTrait]) -> Mapping[str, str]:
    return {trait.name: trait.type for trait in traits}


def _value_lists(root: drafts.Draft, traits: Sequence[ObservedTrait]) -> list[tuple[str, Sequence[str]]]:
    """Return, for each comparison of a trait, the values that were seen of it."""
    seen = {trait.name: trait.samples for trait in traits}
    kinds = ("trait", "trait_was", "trait_changed")
    return [(node.id, seen.get(node.fields["name"].strip(), ())) for node in root.walk() if node.kind in kinds]
