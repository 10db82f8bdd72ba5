"""Timelines as pages show them: a newest part that renews itself, older parts on demand, filters as tabs."""

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenure.channels import queries as channels
from tenure.customers.types import SubjectKind
from tenure.kernel import clock
from tenure.kernel.cursors import CursorUnreadable
from tenure.tracking import queries as tracking
from tenure.tracking.types import Section, TimelineItem, TimelinePage
from tenure.web.exporting import csv_answer
from tenure.web.pages.accounts.timeline_words import Said, Told, said
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces

ROWS = 30
EXPORTED_AT_ONCE = 1_000
MOST_NEWEST = 200
"""The newest part of a page may grow so far before the page begins anew."""
SECTION_NAMES = {
    Section.USE: _("Use"),
    Section.TOUCHES: _("Touches"),
    Section.SIGNALS: _("Signals"),
    Section.TASKS: _("Tasks"),
    Section.CONVERSATIONS: _("Tickets"),
    Section.FACTS: _("Facts"),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Line:
    """One line: what is known, and what it says."""

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
    csv_url: str

    def page(self, sections: Sequence[Section], before: str = "", limit: int = ROWS) -> TimelinePage:
        """Read a page of it."""
        return _with_states(tracking.timeline(**self._whose(), sections=sections, before=before, limit=limit))

    def above(self, cursor: str, sections: Sequence[Section]) -> TimelinePage:
        """Read what stands above a cursor."""
        return _with_states(tracking.timeline_above(cursor, **self._whose(), sections=sections, limit=MOST_NEWEST))

    def _whose(self) -> dict[str, int]:
        return {"account_id": self.pk} if self.kind == "account" else {"person_id": self.pk}


def shown(request: Visit, subject: Subject) -> dict[str, Any]:
    """Return what the template of a timeline needs for its newest part."""
    chosen, last = _chosen(request), _last_asked(request)
    stored = tracking.events_stored()
    page = subject.page(_sections(chosen), _before(last) if last else "")
    return {
        "up_to": last,
        "sections": [(section.value, name, section == chosen) for section, name in SECTION_NAMES.items()],
        "next_cursor": page.next_cursor,
        **_newest_part(subject, chosen, page.items, until=page.next_cursor, stored=stored),
    }


def older(request: Visit, subject: Subject) -> HttpResponse:
    """Answer with the part of a timeline before a cursor."""
    chosen = _chosen(request)
    page = subject.page(_sections(chosen), request.GET.get("before", ""))
    days = _days(page.items, subject.kind)
    context = {
        "timeline": subject,
        "days": days,
        "section": chosen.value if chosen else "",
        "next_cursor": page.next_cursor,
        "day_above": request.GET.get("day", ""),
        "last_day": days[-1].day if days else "",
    }
    return render(request, "accounts/timeline_older.html", context)


def exported(request: Visit, subject: Subject) -> HttpResponseBase:
    """Answer with the whole timeline, or with the chosen part of it, as CSV."""
    header = ("at", "first_at", "part", "kind", "text", "more", "times", "person_id", "person", "account_id", "source")
    name = f"{subject.kind}-{subject.pk}-timeline"
    return csv_answer(name, header, _lines(subject, _sections(_chosen(request))))


def _lines(subject: Subject, sections: Sequence[Section]) -> Iterator[tuple[object, ...]]:
    members, before = workspaces.member_names(), ""
    while True:
        page = subject.page(sections, before, EXPORTED_AT_ONCE)
        for item in page.items:
            told = said(Told(item=item, members=members, subject=subject.kind))
            yield (
                item.at, item.first_at, item.section.value, item.kind, told.text, told.more, item.count,
                item.person_id, item.person_name, item.account_id, item.source,
            )  # fmt: skip
        before = page.next_cursor
        if not before:
            return


def newest(request: Visit, subject: Subject) -> HttpResponse:
    """Answer with the newest part as it is now, or 204 when it is as the page has it.

    `until` is the cursor under the newest part; `seen` says what the page has. What comes in late stands where it
    belongs. Unless events were stored since, the lake is not asked.
    """
    chosen = _chosen(request)
    until, seen = request.GET.get("until", ""), request.GET.get("seen", "")
    stored = tracking.events_stored()
    sections = _sections(chosen)
    entries = subject.above(until, [section for section in sections if section != Section.USE]).items
    if seen.startswith(f"{stored}.{_digest(entries)}."):
        return HttpResponse(status=204)
    page = subject.above(until, sections)
    if page.next_cursor:  # so much that the page had better begin anew
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    context = _newest_part(subject, chosen, page.items, until=until, stored=stored)
    if seen.rpartition(".")[2] == context["seen"].rpartition(".")[2]:
        answer = render(request, "accounts/timeline_poll.html", {**context, "moved": True})
        answer["HX-Reswap"] = "none"
        return answer
    return render(request, "accounts/timeline_newest.html", {**context, "moved": True})


def _newest_part(
    subject: Subject, chosen: Section | None, items: Sequence[TimelineItem], *, until: str, stored: int
) -> dict[str, Any]:
    days = _days(items, subject.kind)
    entries = [item for item in items if item.section != Section.USE]
    return {
        "timeline": subject,
        "days": days,
        "section": chosen.value if chosen else "",
        "until": until,
        "seen": f"{stored}.{_digest(entries)}.{_digest(items)}",
        "last_day": days[-1].day if days else "",
    }


def _with_states(page: TimelinePage) -> TimelinePage:
    """Add to every touch how far its message is."""
    states = channels.statuses_of({pk for i in page.items if (pk := i.particulars.get("message_id"))})
    items = [
        dataclasses.replace(item, particulars={**item.particulars, "status": states[pk].value})
        if (pk := item.particulars.get("message_id")) in states
        else item
        for item in page.items
    ]
    return dataclasses.replace(page, items=items)


def _digest(items: Sequence[TimelineItem]) -> str:
    """Tell one list of items from another."""
    known = [
        (i.at, i.first_at, i.kind, i.count, i.person_id, i.source, *map(i.particulars.get, ("event", "status")))
        for i in items
    ]
    return hashlib.sha256(repr(known).encode()).hexdigest()[:16]


def _chosen(request: Visit) -> Section | None:
    try:
        return Section(request.GET["show"]) if request.GET.get("show") else None
    except ValueError as error:
        raise CursorUnreadable from error


def _sections(chosen: Section | None) -> Sequence[Section]:
    return [chosen] if chosen else list(Section)


def _last_asked(request: Visit) -> date | None:
    """Return the day up to which a timeline is asked for; None: all of it, as it goes on."""
    try:
        day = date.fromisoformat(request.GET.get("to", ""))
    except ValueError:
        return None
    return day if day < _local(clock.now()) else None


def _before(day: date) -> str:
    """Return the cursor under which stands what happened up to the end of a day."""
    return tracking.cursor_before(timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)))


def _days(items: Sequence[TimelineItem], kind: SubjectKind) -> list[Day]:
    members = workspaces.member_names()
    today = _local(clock.now())
    days: list[Day] = []
    for item in items:
        day = _local(item.at)
        if not days or days[-1].day != day:
            days.append(Day(day=day, is_today=day == today, lines=[]))
        told = Told(item=item, members=members, subject=kind)
        days[-1].lines.append(Line(item=item, said=said(told)))
    return days


def _local(at: datetime) -> date:
    return timezone.localtime(at).date()
