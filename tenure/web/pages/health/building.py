"""The builder: a scorecard as a form or as text, each made from the other, with its effect beside it."""

import dataclasses
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.health import actions, queries
from tenure.health.errors import ScorecardNameMissing, ScorecardNameTaken, ScorecardWrong, TooManyScorecards
from tenure.health.queries import WrittenScorecard
from tenure.health.types.answers import ScorecardSummary
from tenure.lake.engine import CannotCompute
from tenure.segments.types import Subject
from tenure.web.asked import whole
from tenure.web.pages.health import conditions, drafts, rows, words
from tenure.web.pages.segments import offering
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

TEXT_LIMIT = 100_000


@dataclasses.dataclass(kw_only=True)
class Sheet:
    """Everything the builder's form holds."""

    text: str = ""
    mode: str = "form"
    roots: conditions.Roots | None = None
    """The conditions as they are being built; None: as the text says."""
    subject: Subject = Subject.ACCOUNT
    name_error: str = ""
    problems: list[dict[str, Any]] = dataclasses.field(default_factory=list)


@needs(PermissionRole.MEMBER)
def new(request: Visit) -> HttpResponse:
    """Define a scorecard, beginning with the suggested one."""
    if request.method == "POST":
        return _answer(request, None)
    return _page(request, Sheet(text=queries.suggested_text()), None)


@needs(PermissionRole.MEMBER)
def edit(request: Visit, pk: int) -> HttpResponse:
    """Change a scorecard."""
    found = queries.scorecard(pk)
    if request.method == "POST":
        return _answer(request, found)
    return _page(request, Sheet(text=queries.text_form(pk)), found)


@require_POST
@needs(PermissionRole.MEMBER)
def preview(request: Visit) -> HttpResponse:
    """Show what the scorecard as it stands would say, and whose band would change."""
    against, account = (whole(request.POST.get(name, "")) for name in ("against", "account"))
    found = None if against is None else queries.scorecard(against)
    sheet = _sheet(request, "again")
    shown: dict[str, Any] = {"sheet": sheet, "card": found}
    written = _written(sheet)
    if written is None:
        return render(request, "health/preview.html", shown)
    try:
        seen = queries.preview(
            written.definition,
            against=found.id if found and not found.archived_at else None,
            account_id=account,
        )
    except CannotCompute as refusal:
        shown["cannot"] = str(refusal)
        return render(request, "health/preview.html", shown)
    most = max([*seen.spread.steps, 1])
    shown |= {
        "seen": seen,
        "bands": list(reversed(seen.spread.bands)),
        "steps": [(words.step(n), count, most) for n, count in enumerate(seen.spread.steps)],
        "parts": words.part_rows(seen.sample.parts) if seen.sample else [],
        "is_same": found is not None and found.definition == written.definition,
    }
    return render(request, "health/preview.html", shown)


def _answer(request: Visit, found: ScorecardSummary | None) -> HttpResponse:
    order = request.POST.get("op", "save")
    sheet = _sheet(request, order)
    if order == "save":
        return _save(request, sheet, found)
    if order in ("form", "text"):
        sheet.mode = order
    _written(sheet)
    is_htmx = getattr(request, "htmx", False)
    answer = render(request, "health/builder.html" if is_htmx else "health/edit.html", _shown(request, sheet, found))
    if is_htmx:
        answer["HX-Trigger-After-Swap"] = "rebuilt"
    return answer


def _sheet(request: Visit, order: str) -> Sheet:
    """Read the form; in the builder the fields say what becomes of the text."""
    sheet = Sheet(text=request.POST.get("text", "")[:TEXT_LIMIT].replace("\r\n", "\n"))
    sheet.mode = "form" if request.POST.get("mode") == "form" else "text"
    if sheet.mode == "form":
        sheet.text, sheet.roots = drafts.changed(sheet.text, request.POST, order)
    return sheet


def _save(request: Visit, sheet: Sheet, found: ScorecardSummary | None) -> HttpResponse:
    written = _written(sheet)
    if written is None:
        return _page(request, sheet, found, status=422)
    try:
        if found is None:
            saved = actions.define_scorecard(
                written.name, definition=written.definition, description=written.description, by=request.member
            )
        else:
            saved = actions.change_scorecard(
                found.id,
                name=written.name,
                description=written.description,
                definition=written.definition,
                by=request.member,
            )
    except ScorecardNameMissing:
        sheet.name_error = _("Give the scorecard a name of at most 120 characters.")
    except ScorecardNameTaken:
        sheet.name_error = _("Another scorecard already has this name.")
    except TooManyScorecards as refusal:
        sheet.name_error = str(refusal)
    else:
        say(request, _("“%(name)s” is saved; everybody is being judged by it.") % {"name": saved.name})
        return redirect("scorecard", saved.pk)
    return _page(request, sheet, found, status=422)


def _written(sheet: Sheet) -> WrittenScorecard | None:
    """Read what the sheet says; None after noting each problem at its line."""
    try:
        return queries.read_text(sheet.text)
    except ScorecardWrong as wrong:
        sheet.problems = [{"line": p.line, "path": p.path, "words": queries.problem_words(p)} for p in wrong.problems]
        return None


def _page(request: Visit, sheet: Sheet, found: ScorecardSummary | None, status: int = 200) -> HttpResponse:
    return render(request, "health/edit.html", _shown(request, sheet, found), status=status)


def _shown(request: Visit, sheet: Sheet, found: ScorecardSummary | None) -> dict[str, Any]:
    plain = drafts.plain_of(sheet.text)
    roots = sheet.roots
    if plain is not None and roots is None:
        roots = conditions.of_plain(plain)
    shown: dict[str, Any] = {
        "sheet": sheet,
        "card": found,
        "here": request.path,
        "cancel": reverse("scorecard", args=[found.id]) if found else reverse("scorecards"),
        "sample": queries.scores(scorecard_id=found.id if found else None, limit=200).items,
    }
    if plain is None or roots is None:
        sheet.mode = "text"  # what a form cannot show is put right as text
    elif sheet.mode == "form":
        if sheet.problems:
            conditions.mark(roots)
        shown |= offering.offered(list(roots.values()), Subject.ACCOUNT)
        shown["form"] = rows.form_of(plain, roots, sheet.problems)
    return shown
