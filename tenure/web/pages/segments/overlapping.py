"""How much segments have in common."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.segments import queries
from tenure.segments.types import Subject
from tenure.segments.types.answers import Overlap
from tenure.web.asked import whole
from tenure.web.pages.segments.words import SUBJECTS

SHOWN_FIRST = 6
MOST = 12


@require_safe
def overlap(request: HttpRequest) -> HttpResponse:
    """Show of each pair of the chosen segments how many are in both, and what share that is."""
    wanted = request.GET.get("subject", "")
    subject = Subject(wanted) if wanted in set(Subject) else Subject.ACCOUNT
    there = sorted(queries.segments(subject=subject), key=lambda s: (-s.size, s.name))
    asked = {whole(pk) for pk in request.GET.getlist("s")}
    chosen = [s for s in there if s.id in asked][:MOST] if asked else there[:SHOWN_FIRST]
    found = {(o.first_id, o.second_id): o for o in queries.overlaps([s.id for s in chosen])}
    shown = {
        "subject": subject,
        "subjects": list(SUBJECTS.items()),
        "there": there,
        "chosen": chosen,
        "chosen_ids": {s.id for s in chosen},
        "rows": [(row, [_cell(found, row.id, column.id) for column in chosen]) for row in chosen],
        "most": MOST,
    }
    return render(request, "segments/overlap.html", shown)


def _cell(found: dict[tuple[int, int], Overlap], first: int, second: int) -> dict[str, Any]:
    pair = found.get((first, second)) or found[second, first]
    return {"is_itself": first == second, "first": first, "second": second, "both": pair.both, "share": pair.jaccard}
