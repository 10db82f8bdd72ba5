"""The editor's page: a form and a text that say the same, what is wrong beside each field, and saving."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.http import HttpResponse
from django.shortcuts import render

from tenure.kernel.errors import Conflict
from tenure.kernel.written import LONGEST, TextWrong
from tenure.lake.engine import CannotCompute
from tenure.segments.types import Subject
from tenure.web.asked import whole
from tenure.web.pages.definitions import sheets, showing
from tenure.web.pages.definitions.fields import Field
from tenure.web.pages.definitions.sheets import Sheet
from tenure.web.pages.definitions.words import OwnWords, listed
from tenure.web.pages.segments import offering
from tenure.web.visiting import Visit

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Editor(Generic[T]):
    """One kind of definition: what its page says, where it leads, and how it is read and written."""

    title: str
    lead: str
    label: str
    help: str
    preview_url: str
    cancel_url: str
    back_to: str
    conflict: str
    """What is said when somebody else changed it meanwhile."""
    fields: Sequence[Field]
    problems: OwnWords
    read_text: Callable[[str], T]
    read_plain: Callable[[Mapping[str, Any]], T]
    text_of: Callable[[T], str]
    plain_of: Callable[[T], Mapping[str, Any]]


def edit(
    request: Visit, editor: Editor[T], *, made: T, version: int, save: Callable[[T, int | None], HttpResponse]
) -> HttpResponse:
    """Show the editor, build its form again as asked, or save; problems keep what was typed.

    `made` is what is in force (or suggested, at version 0); `save` gets what was written and the version it was begun
    from, and may raise a `Conflict`.
    """
    plain = sheets.filled(editor.fields, editor.plain_of(made))
    keys = sheets.keys_of(editor.fields, plain) if version else frozenset()
    if request.method != "POST":
        begun = Sheet(fields=editor.fields, values=plain, version=version, keys=keys)
        return _page(request, editor, begun)
    sheet = sheet_in(request, editor, keys=keys)
    if sheet.version is None:
        sheet.version = version
    order = request.POST.get("op", "again" if getattr(request, "htmx", False) else "save")
    if order != "save":
        return _rebuilt(request, editor, sheet, order)
    written = read(editor, sheet)
    if written is None:
        return _page(request, editor, sheet, status=422)
    try:
        return save(written, sheet.version)
    except Conflict:
        sheet.problems, sheet.version = [{"words": editor.conflict}], version
        return _page(request, editor, sheet, status=422)


def sheet_in(request: Visit, editor: Editor[T], *, keys: frozenset[tuple[str, str]] = frozenset()) -> Sheet:
    """Return what was sent; a text alone is taken as one."""
    said = request.POST
    sheet = Sheet(
        fields=editor.fields,
        mode="form" if said.get("mode") == "form" else "text",
        text=said.get("text", "").replace("\x00", "").replace("\r\n", "\n")[: LONGEST + 1],
        version=whole(said.get("version", ""), digits=8),
        keys=keys,
        values=sheets.posted(editor.fields, said),
    )
    sheets.settle(sheet)
    return sheet


def read(editor: Editor[T], sheet: Sheet) -> T | None:
    """Return what the sheet says; None after writing each problem where it belongs."""
    sheet.problems, sheet.errors = [], {}
    try:
        if sheet.mode == "text":
            return editor.read_text(sheet.text)
        raw = sheets.to_raw(sheet, offering.trait_types(Subject.ACCOUNT))
        return editor.read_plain(raw.plain)
    except TextWrong as wrong:
        sheet.problems = listed(wrong, editor.problems)
        if sheet.mode == "form":
            sheets.place_problems(sheet, raw, wrong.problems, [p["words"] for p in sheet.problems])
        return None


def preview(request: Visit, editor: Editor[T], show: Callable[[T], HttpResponse]) -> HttpResponse:
    """Show what saving would do, or else what is wrong with it; `show` may raise `CannotCompute`."""
    sheet = sheet_in(request, editor)
    made = read(editor, sheet)
    if made is None:
        return _problems(request, sheet)
    try:
        return show(made)
    except CannotCompute as error:
        return _problems(request, sheet, [{"words": str(error)}])


def _problems(request: Visit, sheet: Sheet, problems: Sequence[Mapping[str, Any]] = ()) -> HttpResponse:
    """Answer a preview of what cannot be used yet."""
    shown = {"problems": problems or sheet.problems, "missing": [] if problems else _missing(sheet)}
    return render(request, "definitions/wrong.html", shown)


def _rebuilt(request: Visit, editor: Editor[T], sheet: Sheet, order: str) -> HttpResponse:
    if order == "text" and sheet.mode == "form":
        written = read(editor, sheet)
        if written is not None:
            sheet.text, sheet.mode = editor.text_of(written), "text"
    elif order == "form" and sheet.mode == "text":
        written = read(editor, sheet)
        if written is not None:
            sheet.values, sheet.mode = sheets.filled(editor.fields, editor.plain_of(written)), "form"
    elif sheet.mode == "form":
        sheets.carry_out(sheet, order)
    is_htmx = getattr(request, "htmx", False)
    answer = render(request, f"definitions/{'builder' if is_htmx else 'edit'}.html", _shown(request, editor, sheet))
    if is_htmx:
        answer["HX-Trigger-After-Swap"] = "rebuilt"
    return answer


def _page(request: Visit, editor: Editor[T], sheet: Sheet, status: int = 200) -> HttpResponse:
    return render(request, "definitions/edit.html", _shown(request, editor, sheet), status=status)


def _shown(request: Visit, editor: Editor[T], sheet: Sheet) -> dict[str, Any]:
    shown: dict[str, Any] = {"editor": editor, "sheet": sheet, "here": request.path, "missing": _missing(sheet)}
    if sheet.mode == "form":
        shown["rows"], shown["suggested"] = showing.rows(sheet)
        shown |= offering.offered(sheets.conditions_of(sheet), Subject.ACCOUNT)
    return shown


def _missing(sheet: Sheet) -> list[dict[str, Any]]:
    return sheets.to_mend(sheet) if sheet.mode == "form" else []
