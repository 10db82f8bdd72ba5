"""The list of segments, and one segment: its members, its history, its versions, and why somebody is in it."""

from collections.abc import Iterator
from datetime import UTC, date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tenure.kernel import clock
from tenure.segments import queries
from tenure.segments.types import Subject
from tenure.segments.types.answers import LeafReason, SegmentSummary
from tenure.segments.types.conditions import Condition, Not
from tenure.stats.charts import Chart, line_chart
from tenure.web.asked import whole
from tenure.web.exporting import csv_answer
from tenure.web.pages.segments.words import CAUSES, SUBJECTS
from tenure.web.shell import formats
from tenure.web.shell.opening import opening, rows_opening
from tenure.workspaces import queries as workspaces

ROWS = 50
CHART_DAYS = 90


@require_safe
def segments(request: HttpRequest) -> HttpResponse:
    """List the segments in use, or those archived."""
    archived = bool(request.GET.get("archived"))
    found = queries.archived_segments() if archived else queries.segments()
    subject = request.GET.get("subject", "")
    if subject in set(Subject):
        found = [s for s in found if s.subject == subject]
    named = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    if named:
        found = [s for s in found if named.casefold() in f"{s.name} {s.description}".casefold()]
    members = member_names()
    shown = {
        "rows": [(s, SUBJECTS[s.subject], in_words(s, members)) for s in found],
        "archived": archived,
        "subject": subject,
        "q": named,
        "subjects": list(SUBJECTS.items()),
        "has_archived": archived or bool(queries.archived_segments()),
        "none_yet": not queries.segment_names(),
    }
    return render(request, "segments/segments.html", shown)


@require_safe
def segment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who is in a segment."""
    named = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    other = _other(request.GET.get("also_in", ""), pk)
    also_in = other.id if other else None
    then = _day_asked(request)
    page = queries.members_of(pk, cursor=request.GET.get("cursor"), limit=ROWS, named=named, also_in=also_in, on=then)
    shown = {
        **_head(pk, "members"),
        "other": other,
        "then": then,
        "items": page.items,
        "next": page.next_cursor,
        "has_previous": bool(request.GET.get("cursor")),
        "q": named,
        **_chart(pk),
    }
    return render(request, "segments/segment.html", shown)


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who entered and left, and what made them."""
    page = queries.history_of(pk, cursor=request.GET.get("cursor"), limit=ROWS)
    members = member_names()
    shown = {
        **_head(pk, "history"),
        "items": [
            (item, CAUSES[item.cause] if item.cause else "", [_reason(r, members) for r in item.turned])
            for item in page.items
        ],
        "next": page.next_cursor,
        "has_previous": bool(request.GET.get("cursor")),
    }
    return render(request, "segments/history.html", shown)


@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the condition was from time to time."""
    head = _head(pk, "versions")
    members = member_names()
    found = [
        (v, queries.sentence(v.condition, head["segment"].subject, members) if v.condition else "")
        for v in queries.versions(pk)
    ]
    return render(request, "segments/versions.html", {**head, "versions": found, "text": queries.text_form(pk)})


@require_safe
def why(request: HttpRequest, pk: int, subject_id: int) -> HttpResponse:
    """Show why an account or person is or is not in a segment, condition by condition."""
    found = queries.segment(pk)
    of_account = found.subject is Subject.ACCOUNT
    reasons = queries.why(
        pk, account_id=subject_id if of_account else None, person_id=None if of_account else subject_id
    )
    members = member_names()
    shown = {
        "segment": found,
        "sentence": in_words(found, members),
        "who": queries.named(found.subject, [subject_id])[subject_id],
        "reasons": reasons,
        "now": [_reason(r, members) for r in reasons.now],
        "at_entry": [_reason(r, members) for r in reasons.at_entry],
    }
    return render(request, "segments/why.html", shown)


@require_safe
def members_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Export everybody in a segment."""
    found = queries.segment(pk)
    return csv_answer(f"segment-{pk}", (f"{found.subject}_id", "name", _detail_name(found), "since"), _lines(pk))


def _lines(pk: int) -> Iterator[tuple[object, ...]]:
    for item in queries.all_members_of(pk):
        yield item.who.id, item.who.name, item.who.detail, item.since


def _detail_name(found: SegmentSummary) -> str:
    return "domain" if found.subject is Subject.ACCOUNT else "email"


def member_names() -> dict[int, str]:
    """Return what the workspace's members are called."""
    return dict(workspaces.members().values_list("pk", "name"))


def in_words(found: SegmentSummary, members: dict[int, str]) -> str:
    """Say whom a segment selects."""
    if found.condition is None:
        return _("What this segment selects cannot be read any more.")
    return queries.sentence(found.condition, found.subject, members)


def _other(said: str, pk: int) -> SegmentSummary | None:
    """Return the segment that members have to be in, too, where one was asked for."""
    asked = whole(said)
    if asked is None or asked == pk:
        return None
    other = queries.segment(asked)
    return other if other.subject is queries.segment(pk).subject else None


def _head(pk: int, tab: str) -> dict[str, Any]:
    found = queries.segment(pk)
    return {
        "segment": found,
        "subject": SUBJECTS[found.subject],
        "of_accounts": found.subject is Subject.ACCOUNT,
        "sentence": in_words(found, member_names()),
        "tab": tab,
    }


def _reason(reason: LeafReason, members: dict[int, str]) -> dict[str, Any]:
    is_negated = reason.path.rpartition(".")[2] == "not"
    said: Condition = Not(condition=reason.leaf) if is_negated else reason.leaf
    return {
        "phrase": queries.phrase(said, members),
        "value": queries.value_words(reason.leaf, reason.value, members),
        "held": reason.held is not is_negated,
    }


def _day_asked(request: HttpRequest) -> date | None:
    """Return the day of which the members are asked for; None: those of now."""
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None
    return day if day < clock.now().astimezone(UTC).date() else None


def _chart(pk: int) -> dict[str, Any]:
    """Draw the size by day; a point opens who was in it then."""
    sizes = queries.sizes_by_day(pk, days=CHART_DAYS)
    if len({s.size for s in sizes}) < 2:
        return {}
    first, last = sizes[0].size, sizes[-1].size
    said = ngettext(
        "%(last)d is in it now; %(first)d was %(days)d days ago.",
        "%(last)d are in it now; %(first)d were %(days)d days ago.",
        last,
    ) % {"last": last, "first": first, "days": CHART_DAYS - 1}
    here, there = reverse("segment", args=[pk]), {s.day.isoformat(): s.size for s in sizes}

    def members(day: str) -> str:
        return f"{here}?on={day}" if there[day] else ""

    chart = Chart(
        title=_("Size of the segment by day"),
        description=said,
        spec=line_chart([(s.day, float(s.size)) for s in sizes], day=_("Day"), unit=_("In the segment")),
        columns=(_("Day"), _("In the segment")),
        rows=tuple((formats.day(s.day), str(s.size)) for s in reversed(sizes)),
    )
    return {
        "chart": chart,
        "spec": opening(chart.spec, lambda point: members(point["day"])),
        "chart_rows": rows_opening(chart, (members(s.day.isoformat()) for s in reversed(sizes))),
    }
