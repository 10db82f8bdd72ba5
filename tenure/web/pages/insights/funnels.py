"""Funnels: built from the events seen, shown at once, saved under a name; every step opens to its accounts."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.insights import actions, queries
from tenure.insights.errors import FunnelNameTaken, FunnelUnusable
from tenure.insights.types import FunnelResult, FunnelSteps, Grain, StepReached, Subject
from tenure.stats.trends import Bar, funnel_chart
from tenure.web.asked import whole
from tenure.web.exporting import csv_answer
from tenure.web.pages.insights import asking, words
from tenure.web.pages.insights.behind import accounts_page, which_accounts
from tenure.web.permission import may, needs
from tenure.web.shell import formats
from tenure.web.shell.opening import opening
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

UNITS = {"minutes": 60, "hours": 3_600, "days": 86_400}
MOST_STEPS = 8


@require_safe
def funnels(request: Visit) -> HttpResponseBase:
    """Build a funnel and show it; list the saved ones."""
    asked = _asked(request.GET)
    since, until = asking.days(request, Grain.DAY)
    by = asking.split(request, queries.trait_splits())
    found: tuple[FunnelResult, ...] = ()
    problem = ""
    if any(asked.steps):
        try:
            found = queries.funnel_result(asked, since=since, until=until, by=by)
        except FunnelUnusable as error:
            problem = str(error)
    if request.GET.get("format") == "csv":
        return _csv(found)
    names = asking.group_names(by, [r.group for r in found])
    kept = {"since": since, "until": until, "by": by}
    shown: dict[str, Any] = {
        "saved": [(f, reverse("insights_funnels") + _query(f.asked)) for f in queries.funnels()],
        "asked": asked,
        "counts": asked.subject,
        "steps": _lines(request.GET),
        "most": MOST_STEPS,
        "units": [("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))],
        "limit": request.GET.get("limit", "7"),
        "unit": request.GET.get("unit", "days"),
        "since": since,
        "until": until,
        "by": by,
        "splits": asking.trait_split_choices(),
        "events": asking.event_choices(),
        "problem": problem,
        "may_save": may(request, PermissionRole.MEMBER),
        "results": [
            {
                "name": names[r.group],
                "began": r.steps[0].count,
                "open": r.open,
                "finished": formats.percent(r.steps[-1].share, 1) if r.steps[0].count else "–",
                "steps": [_step(asked, r, step, kept) for step in r.steps],
                "spec": _chart(asked, r, kept) if r.steps[0].count else None,
                "id": f"funnel{number}",
            }
            for number, r in enumerate(found)
        ],
    }
    return render(request, "insights/funnels.html", shown)


@require_safe
def funnel_accounts(request: Visit) -> HttpResponseBase:
    """List the accounts that got to a step, or that stopped there."""
    asked = _asked(request.GET)
    since, until = asking.days(request, Grain.DAY)
    step = whole(request.GET.get("number", ""), digits=1) or 1
    by = asking.split(request, queries.trait_splits())
    stopped = request.GET.get("stopped") == "1"
    ids = queries.funnel_accounts(
        asked, step, since=since, until=until, by=by, group=request.GET.get("group", ""), stopped=stopped
    )
    event = _(" or ").join(asked.steps[step - 1]) if step <= len(asked.steps) else ""
    what = {"step": step, "event": event}
    lead = (
        _("Got to step %(step)s (%(event)s) and no further.") % what
        if stopped
        else _("Got to step %(step)s (%(event)s) at least.") % what
    )
    return accounts_page(
        request,
        ids,
        title=_("Accounts in the funnel"),
        lead=" ".join(filter(None, (lead, which_accounts(asked.subject, by)))),
        back=reverse("insights_funnels") + _query(asked, from_=since, to=until, by=by),
        back_name=_("Funnels"),
    )


@require_POST
@needs(PermissionRole.MEMBER)
def save(request: Visit) -> HttpResponse:
    """Keep a funnel under a name."""
    asked = _asked(request.POST)
    try:
        made = actions.define_funnel(request.POST.get("name", ""), asked, by=request.member)
    except (FunnelNameTaken, FunnelUnusable) as error:
        warn(request, str(error))
    else:
        say(request, _("“%(name)s” is saved.") % {"name": made.name})
    return redirect(reverse("insights_funnels") + _query(asked))


@require_POST
@needs(PermissionRole.MEMBER)
def remove(request: Visit, pk: int) -> HttpResponse:
    """Forget a saved funnel."""
    found = queries.funnel(pk)
    actions.remove_funnel(pk, by=request.member)
    say(request, _("“%(name)s” is removed.") % {"name": found.name})
    return redirect("insights_funnels")


def _asked(given: QueryDict) -> FunnelSteps:
    """Read a funnel: each `step` is one event; `or1` to `or8` are further events that do for that step."""
    listed = given.getlist("step")[:MOST_STEPS]
    steps = [(_event(event), *_others(given, n)) for n, event in enumerate(listed, 1)]
    amount, unit = given.get("limit", "7"), UNITS.get(given.get("unit", "days"), 86_400)
    limit = 7 * 86_400 if (said := whole(amount, digits=8)) is None else said * unit
    counts = Subject.PERSON if given.get("counts") == Subject.PERSON else Subject.ACCOUNT
    chosen = tuple(tuple(e for e in step if e) for step in steps)
    return FunnelSteps(subject=counts, steps=tuple(s for s in chosen if s), limit_seconds=limit)


def _lines(given: QueryDict) -> list[tuple[str, list[str]]]:
    """Return what stands in each line of the builder and what else does for its step; one empty line more on demand.

    A step that has an event has an empty place for another that does, too.
    """
    listed = given.getlist("step")[:MOST_STEPS]
    lines = [(event, [*_others(given, n), *([""] if event else [])]) for n, event in enumerate(listed, 1)]
    missing = max(2 - len(lines), 1 if given.get("more") else 0)
    return [*lines, *[("", list[str]()) for _ in range(missing)]][:MOST_STEPS]


def _event(said: str) -> str:
    return said.strip().replace("\x00", "")


def _others(given: QueryDict, n: int) -> list[str]:
    return [event for said in given.getlist(f"or{n}") if (event := _event(said))]


def _query(asked: FunnelSteps, **more: object) -> str:
    unit = next(u for u in ("days", "hours", "minutes") if asked.limit_seconds % UNITS[u] == 0 or u == "minutes")
    given = QueryDict(mutable=True)
    for n, step in enumerate(asked.steps, 1):
        given.appendlist("step", step[0])
        given.setlist(f"or{n}", list(step[1:]))
    given["limit"], given["unit"] = str(asked.limit_seconds // UNITS[unit]), unit
    given["counts"] = asked.subject.value
    for name, value in more.items():
        if value not in ("", None):
            given[name.rstrip("_")] = str(value)
    return f"?{given.urlencode()}"


def _behind(asked: FunnelSteps, result: FunnelResult, step: StepReached, kept: dict[str, Any]) -> str:
    """Return the address of those who got to a step; nobody has none."""
    where = {
        "from_": kept["since"],
        "to": kept["until"],
        "by": kept["by"],
        "group": result.group,
        "number": step.number,
    }
    return reverse("insights_funnel_accounts") + _query(asked, **where) if step.count else ""


def _step(asked: FunnelSteps, result: FunnelResult, step: StepReached, kept: dict[str, Any]) -> dict[str, Any]:
    link = _behind(asked, result, step, kept)
    last = step.number == len(result.steps)
    stopped = 0 if last else step.count - result.steps[step.number].count
    return {
        "number": step.number,
        "event": _(" or ").join(step.events),
        "count": step.count,
        "link": link,
        "share": formats.percent(step.share, 1) if step.share is not None else "–",
        "interval": f"{formats.percent(step.low, 1)} – {formats.percent(step.high, 1)}" if step.low is not None else "",
        "of_previous": formats.percent(step.of_previous, 1) if step.of_previous is not None else "",
        "took": words.duration_words(step.seconds) if step.number > 1 else "",
        "stopped": stopped,
        "stopped_link": f"{link}&stopped=1" if stopped else "",
    }


def _chart(asked: FunnelSteps, result: FunnelResult, kept: dict[str, Any]) -> dict[str, Any]:
    named = {f"{s.number}. {' / '.join(s.events)}": s for s in result.steps}
    drawn = funnel_chart(
        [
            Bar(name=name, share=s.share or 0.0, low=s.low or 0.0, high=1.0 if s.high is None else s.high)
            for name, s in named.items()
        ],
        share=_("Share of those who began"),
        interval=_("95% interval"),
    )
    return opening(drawn, lambda bar: _behind(asked, result, named[bar["name"]], kept))


def _csv(found: tuple[FunnelResult, ...]) -> HttpResponseBase:
    header = ("group", "step", "events", "count", "share", "low", "high", "of_previous", "median_seconds")
    rows = (
        (r.group, s.number, " | ".join(s.events), s.count, s.share, s.low, s.high, s.of_previous, s.seconds)
        for r in found
        for s in r.steps
    )
    return csv_answer("funnel", header, rows)
