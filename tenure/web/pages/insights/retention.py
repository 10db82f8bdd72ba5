"""Retention: the triangle, its curves, and the accounts of each cell."""

from datetime import date
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.insights import queries
from tenure.insights.errors import PeriodUnusable
from tenure.insights.types import Cohort, CurvePoint, Entry, Grain, Retention, RetentionAsked
from tenure.stats.trends import AgeLine, TriangleCell, age_chart, triangle_chart
from tenure.web.asked import whole
from tenure.web.exporting import csv_answer
from tenure.web.pages.insights import asking, words
from tenure.web.pages.insights.behind import accounts_page, which_accounts
from tenure.web.shell import formats
from tenure.web.shell.opening import opening
from tenure.web.visiting import Visit

MOST_AGES = 26
MOST_DRAWN = 30


@require_safe
def retention(request: Visit) -> HttpResponseBase:
    """Show who comes back."""
    asked = _asked(request)
    since, until = asking.days(request, asked.grain)
    found = queries.retention(asked, since=since, until=until)
    if request.GET.get("format") == "csv":
        return _csv(found)
    names = _group_names(asked, [c.group for c in found.cohorts])
    ages = range(min(MOST_AGES, max((len(c.cells) for c in found.cohorts), default=0)))
    shown = {
        "asked": asked,
        "since": since,
        "until": until,
        "empty": not found.cohorts,
        "events": asking.event_choices(),
        "splits": asking.trait_split_choices(),
        "curves": _curves(found, names),
        "curve_rows": [
            (names[c.group], p.age, *_shares(p), p.of, _pooled(found, c.group, p))
            for c in found.curves
            for p in c.points
        ],
        "triangle": _drawn(found, names),
        "ages": list(ages),
        "split": bool(asked.split or asked.change),
        "rows": [(names[c.group], words.period_words(c.period, asked.grain), _link(asked, c), c.size,
                  [_cell(asked, c, age) for age in ages]) for c in found.cohorts],
    }  # fmt: skip
    return render(request, "insights/retention.html", shown)


@require_safe
def retention_accounts(request: Visit) -> HttpResponseBase:
    """List the accounts of a cohort, or of one cell: those that came back, or those that did not."""
    asked, cohort, age = _asked(request), asking.day(request, "cohort"), request.GET.get("age", "")
    group = request.GET.get("group", "")
    at = whole(age, digits=4)
    came_back = request.GET.get("back", "1") != "0"
    came = words.period_words(cohort, asked.grain) if cohort else ""
    name = _group_names(asked, [group])[group]
    if cohort is not None:
        ids = queries.cohort_accounts(asked, group=group, cohort=cohort, age=at, came_back=came_back)
    elif at is not None:
        since, until = asking.days(request, asked.grain)
        ids = queries.curve_accounts(asked, group=group, age=at, since=since, until=until)
    else:
        raise PeriodUnusable
    if cohort is None:
        lead = _("Came in any of the cohorts and were active again %(age)s periods later.") % {"age": at}
    elif at is None:
        lead = _("Everybody who came in %(cohort)s.") % {"cohort": came}
    elif came_back:
        lead = _("Came in %(cohort)s and were active again %(age)s periods later.") % {"cohort": came, "age": at}
    else:
        lead = _("Came in %(cohort)s and were not active %(age)s periods later.") % {"cohort": came, "age": at}
    return accounts_page(
        request,
        ids,
        title=f"{_('Retention')} · {name}" if name else _("Retention"),
        lead=" ".join(filter(None, (lead, which_accounts(asked.subject, asked.split)))),
        back=reverse("insights_retention") + _query(asked),
        back_name=_("Retention"),
    )


def _asked(request: Visit) -> RetentionAsked:
    given = request.GET
    split = asking.split(request, queries.trait_splits())
    return RetentionAsked(
        subject=asking.subject(request),
        entry=Entry.SIGN_UP if given.get("entry") == Entry.SIGN_UP else Entry.FIRST_USE,
        grain=Grain.WEEK if given.get("grain") == Grain.WEEK else Grain.MONTH,
        event=given.get("event", "").strip().replace("\x00", "")[:500],
        split=split,
        change=None if split else asking.day(request, "change"),
    )


def _query(asked: RetentionAsked, **more: object) -> str:
    return asking.query(
        counts=asked.subject.value,
        entry=asked.entry.value,
        grain=asked.grain.value,
        event=asked.event,
        by=asked.split,
        change=asked.change.isoformat() if asked.change else "",
        **more,
    )


def _link(asked: RetentionAsked, cohort: Cohort, **more: object) -> str:
    parts = {"cohort": cohort.period.isoformat(), "group": cohort.group, **more}
    return reverse("insights_retention_accounts") + _query(asked, **parts)


def _cell(asked: RetentionAsked, cohort: Cohort, age: int) -> dict[str, Any]:
    """Return one cell as its share, how many, and links to those who came back and those who did not."""
    if age >= len(cohort.cells) or cohort.cells[age].active is None:
        return {"share": "", "active": None}
    cell = cohort.cells[age]
    return {
        "share": formats.percent(cell.share, 0),
        "active": cell.active,
        "so_far": cell.so_far,
        "back": _link(asked, cohort, age=age) if cell.active else "",
        "gone": _link(asked, cohort, age=age, back=0) if cell.active is not None and cell.active < cohort.size else "",
    }


def _curves(found: Retention, names: dict[str, str]) -> dict[str, Any]:
    """Draw the share of each age over all cohorts; a point opens those who were active again."""
    curves = {names[curve.group] or _("All cohorts"): curve for curve in found.curves[:6]}
    links = {(name, p.age): _pooled(found, c.group, p) for name, c in curves.items() for p in c.points}
    drawn = age_chart(
        [
            AgeLine(name=name, points=tuple((p.age, p.share, p.low, p.high) for p in c.points if p.age < MOST_AGES))
            for name, c in curves.items()
        ],
        age=words.age_words(found.asked.grain),
        share=_("Active again"),
        interval=_("95% interval"),
    )
    return opening(drawn, lambda point: links[point["name"], point["age"]])


def _pooled(found: Retention, group: str, point: CurvePoint) -> str:
    if not point.active:
        return ""
    days = {"from": found.since.isoformat(), "to": found.until.isoformat()}
    return reverse("insights_retention_accounts") + _query(found.asked, group=group, age=point.age, **days)


def _shares(point: CurvePoint) -> tuple[str, str]:
    low, high = formats.percent(point.low, 1), formats.percent(point.high, 1)
    return formats.percent(point.share, 1), f"{low} – {high}"


def _group_names(asked: RetentionAsked, groups: list[str]) -> dict[str, str]:
    if asked.change:
        day = formats.day(asked.change)
        known = {"before": _("before %(day)s") % {"day": day}, "after": _("from %(day)s on") % {"day": day}}
        return {g: known.get(g, g) for g in groups}
    return asking.group_names(asked.split, groups)


def _drawn(found: Retention, names: dict[str, str]) -> dict[str, Any] | None:
    """Draw the triangle while its rows can be told apart; beyond that the table says it better."""
    if len(found.cohorts) > MOST_DRAWN:
        return None
    grain = found.asked.grain
    rows = [(" · ".join(filter(None, (_cohort_mark(c.period, grain), names[c.group]))), c) for c in found.cohorts]
    links = {
        (name, cell.age): _link(found.asked, c, age=cell.age) for name, c in rows for cell in c.cells if cell.active
    }
    drawn = triangle_chart(
        [
            TriangleCell(
                cohort=name,
                age=cell.age,
                share=cell.share,
                label=_("%(active)s of %(size)s") % {"active": cell.active, "size": c.size},
            )
            for name, c in rows
            for cell in c.cells
            if cell.share is not None and cell.age < MOST_AGES
        ],
        cohort=_("Cohort"),
        age=words.age_words(grain),
        share=_("Active again"),
    )
    return opening(drawn, lambda cell: links.get((cell["cohort"], cell["age"]), ""))


def _cohort_mark(period: date, grain: Grain) -> str:
    return f"{period:%Y-%m}" if grain is Grain.MONTH else period.isoformat()


def _csv(found: Retention) -> HttpResponseBase:
    rows = (
        (c.period, c.group, c.size, cell.age, cell.active, cell.share, cell.so_far)
        for c in found.cohorts
        for cell in c.cells
    )
    return csv_answer("retention", ("cohort", "group", "size", "age", "active", "share", "so_far"), rows)
