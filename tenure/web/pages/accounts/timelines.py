"""Timelines as pages show them: the newest part that renews itself, older parts on demand, filters as tabs."""

import dataclasses
import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenure.customers.types import SubjectKind
from tenure.kernel import clock
from tenure.kernel.cursors import CursorUnreadable, moment
from tenure.tracking import queries as tracking
from tenure.tracking.types import Section, TimelineItem, TimelinePage
from tenure.web.pages.accounts.timeline_words import Said, Told, said
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces

ROWS = 30
SECTION_NAMES = {
    Section.USE: _("Use"),
    Section.TOUCHES: _("Touches"),
    Section.SIGNALS: _("Signals"),
    Section.TASKS: _("Tasks"),
    Section.FACTS: _("Facts"),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Line:
    """One line; its id stays the same while uses of one kind in a row go on being added to it."""

    id: str
    item: TimelineItem
    said: Said


@dataclasses.dataclass(frozen=True, kw_only=True)
class Day:
    """The lines of one day in the workspace's zone."""

    day: date
    is_today: bool
    lines: list[Line]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Subject:
    """Whose timeline it is, and where its parts are fetched from."""

    kind: SubjectKind
    pk: int
    url: str
    older_url: str
    newest_url: str

    def page(self, sections: Sequence[Section], before: str = "") -> Any:
        """Read a page of it."""
        whose = {"account_id": self.pk} if self.kind == "account" else {"person_id": self.pk}
        return tracking.timeline(**whose, sections=sections, before=before, limit=ROWS)


def shown(request: Visit, subject: Subject) -> dict[str, Any]:
    """Return what the template of a timeline needs for its newest page."""
    chosen = _chosen(request)
    page = subject.page(_sections(chosen))
    return {
        "timeline": subject,
        "days": _days(page.items, subject.kind),
        "sections": [(section.value, name, section == chosen) for section, name in SECTION_NAMES.items()],
        "section": chosen.value if chosen else "",
        "next_cursor": page.next_cursor,
        "after": page.items[0].at.isoformat() if page.items else "",
    }


def older(request: Visit, subject: Subject) -> HttpResponse:
    """Answer with the part of a timeline before a cursor."""
    chosen = _chosen(request)
    page = subject.page(_sections(chosen), request.GET.get("before", ""))
    context = {
        "timeline": subject,
        "days": _days(page.items, subject.kind),
        "section": chosen.value if chosen else "",
        "next_cursor": page.next_cursor,
        "is_older": True,
    }
    return render(request, "accounts/timeline_part.html", context)


def newest(request: Visit, subject: Subject, *, last_seen_at: datetime | None) -> HttpResponse:
    """Answer with what came since the page last asked: 204 when there is nothing.

    The lake is asked only when somebody was seen since then.
    """
    chosen = _chosen(request)
    after = moment(request.GET["after"]) if request.GET.get("after") else None
    sections = _sections(chosen)
    if after is not None and (last_seen_at is None or last_seen_at <= after):
        sections = [section for section in sections if section != Section.USE]
        page = subject.page(sections) if sections else TimelinePage(items=[], next_cursor="")
    else:
        page = subject.page(sections)
    fresh = [item for item in page.items if after is None or item.at > after]
    if not fresh:
        return HttpResponse(status=204)
    if len(fresh) == len(page.items) and page.next_cursor:
        # So much has come that some of it is on no part of the page: begin anew.
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    days = _days(fresh, subject.kind)
    context = {
        "timeline": subject,
        "days": days,
        "section": chosen.value if chosen else "",
        "after": fresh[0].at.isoformat(),
        # A run of uses that has grown, and the heading of a day that has begun already, are on the page: they move up.
        "grown": [line.id for day in days for line in day.lines if line.item.first_at < line.item.at],
        "replaced": True,
    }
    return render(request, "accounts/timeline_newest.html", context)


def _chosen(request: Visit) -> Section | None:
    try:
        return Section(request.GET["show"]) if request.GET.get("show") else None
    except ValueError as error:
        raise CursorUnreadable from error


def _sections(chosen: Section | None) -> Sequence[Section]:
    return [chosen] if chosen else list(Section)


def _days(items: Sequence[TimelineItem], kind: SubjectKind) -> list[Day]:
    members = workspaces.member_names()
    today = _local(clock.now())
    days: list[Day] = []
    for item in items:
        day = _local(item.at)
        if not days or days[-1].day != day:
            days.append(Day(day=day, is_today=day == today, lines=[]))
        told = Told(item=item, members=members, subject=kind)
        days[-1].lines.append(Line(id=_line_id(item), item=item, said=said(told)))
    return days


def _local(at: datetime) -> date:
    return timezone.localtime(at).date()


def _line_id(item: TimelineItem) -> str:
    parts = (item.kind, item.person_id, item.first_at.isoformat(), item.particulars.get("event"), item.source)
    return "line-" + hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
