"""The tracking plan: what arrives, how it changes, and what is let in."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tenure.insights.queries import today
from tenure.tracking import queries as tracking
from tenure.tracking.actions.planning import acknowledge_drift, define_rule, remove_rule
from tenure.tracking.types import DriftKind, Place, PlannedEvent, RuleGiven, RuleKind
from tenure.web.asked import whole
from tenure.web.exporting import csv_answer
from tenure.web.pages.settings.forms import PlanRuleForm
from tenure.web.permission import may, needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

ROWS = 100
TYPE_NAMES = {
    "text": gettext_lazy("text"),
    "number": gettext_lazy("number"),
    "boolean": gettext_lazy("yes or no"),
    "list": gettext_lazy("list"),
    "object": gettext_lazy("object"),
    "null": gettext_lazy("nothing"),
}
"""What the types of values are called."""


@require_safe
def plan(request: Visit) -> HttpResponse:
    """Show what drifts, the rules, and the events of the latest four weeks."""
    return _plan(request, PlanRuleForm())


@require_safe
def event(request: Visit) -> HttpResponse:
    """Show one event with its properties."""
    name = request.GET.get("name", "")
    found = tracking.planned_events(names=[name])
    if not found:
        raise Http404
    shown = {
        "section": "plan",
        "event": found[0],
        "title": _title(found[0].name),
        "daily": [n for _day, n in found[0].daily],
        "behind": _behind(found[0]),
        "properties": [
            {
                "property": each,
                "types": [(TYPE_NAMES[t], n) for t, n in sorted(each.types.items(), key=lambda one: -one[1])],
                "share": each.seen / each.looked_at if each.looked_at else 0,
            }
            for each in tracking.planned_properties(name)
        ],
        "rules": tracking.rules().filter(event=name),
        "may_change": may(request, PermissionRole.ADMIN),
        "export": f"?{urlencode({'name': name})}",
    }
    return render(request, "settings/plan_event.html", shown)


@require_POST
@needs(PermissionRole.ADMIN)
def add_rule(request: Visit) -> HttpResponse:
    """Add a rule; what was typed comes back when something is wrong with it."""
    return _defined(
        request,
        PlanRuleForm(request.POST),
        _("The rule holds, within seconds, for everything that arrives from now on."),
    )


@require_POST
@needs(PermissionRole.ADMIN)
def put_rule_back(request: Visit) -> HttpResponse:
    """Make a rule again that was removed: what it was is in the address."""
    return _defined(
        request,
        PlanRuleForm(request.GET),
        _("The rule holds again, within seconds, for everything that arrives from now on."),
    )


def _defined(request: Visit, form: PlanRuleForm, words: str) -> HttpResponse:
    if not form.is_valid():
        return _plan(request, form, status=422)
    define_rule(_given(form), by=request.member)
    say(request, words)
    return redirect(f"{reverse('plan')}#rules")


def _given(form: PlanRuleForm) -> RuleGiven:
    given = form.cleaned_data
    return RuleGiven(
        kind=RuleKind(given["kind"]), event=given["event"], new_name=given["new_name"], field=given["field"],
        place=Place(given["place"] or Place.PAYLOAD),
    )  # fmt: skip


@require_POST
@needs(PermissionRole.ADMIN)
def take_out_rule(request: Visit, pk: int) -> HttpResponse:
    """Remove a rule."""
    rule = tracking.rule(pk)
    again = urlencode({name: getattr(rule, name) for name in ("kind", "event", "new_name", "field", "place")})
    remove_rule(rule, by=request.member)
    said = _("The rule is gone. What it blocked can be sent again from the page Refused.")
    say(request, said, undo=f"{reverse('plan_rule_put_back')}?{again}")
    return redirect(f"{reverse('plan')}#rules")


@require_POST
@needs(PermissionRole.MEMBER)
def acknowledge(request: Visit, pk: int) -> HttpResponse:
    """Take a change off the list."""
    acknowledge_drift(tracking.drift(pk), by=request.member)
    return redirect("plan")


@require_safe
def plan_csv(request: Visit) -> HttpResponseBase:
    """Export the events of the plan."""
    header = ("event", "type", "calls_28_days", "people_28_days", "properties", "first_seen", "last_seen", "stopped")
    return csv_answer("tracking-plan", header, _event_lines(request.GET.get("q", "")))


@require_safe
def event_csv(request: Visit) -> HttpResponseBase:
    """Export the properties of one event."""
    header = ("event", "property", "type", "seen", "looked_at", "first_seen", "last_seen")
    return csv_answer("properties", header, _property_lines(request.GET.get("name", "")))


def _plan(request: Visit, form: PlanRuleForm, status: int = 200) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()
    events = tracking.planned_events(words)
    begin = (whole(request.GET.get("page", ""), digits=4) or 0) * ROWS
    shown = {
        "section": "plan",
        "q": words,
        "drifts": [{"drift": each, "words": _in_words(each)} for each in tracking.drifts()[:50]],
        "rules": [{"rule": each, "words": rule_in_words(each)} for each in tracking.rules()],
        "events": [
            {"event": e, "title": _title(e.name), "daily": [n for _day, n in e.daily]}
            for e in events[begin : begin + ROWS]
        ],
        "total": len(events),
        "next": f"?{urlencode({'q': words, 'page': begin // ROWS + 1})}" if len(events) > begin + ROWS else "",
        "previous": f"?{urlencode({'q': words, 'page': begin // ROWS - 1})}" if begin else "",
        "export": f"?{urlencode({'q': words})}" if words else "",
        "form": form,
        "may_change": may(request, PermissionRole.ADMIN),
        "may_acknowledge": may(request, PermissionRole.MEMBER),
    }
    return render(request, "settings/plan.html", shown, status=status)


def _behind(found: PlannedEvent) -> str:
    """Return where an event leads: to the accounts that did it this month, or to the calls that came last."""
    if found.type != "track":
        return f"{reverse('arriving')}?{urlencode({'type': found.type})}"
    query = {"period": today().replace(day=1).isoformat(), "by": "event", "group": found.name}
    return f"{reverse('insights_metric_accounts', args=['feature_adoption'])}?{urlencode(query)}"


def _title(name: str) -> str:
    """Return what an event is called, or what the plan lists beside events."""
    match name:
        case "$identify":
            return _("Traits of people")
        case "$group":
            return _("Traits of accounts")
    return name


def _in_words(drift: Any) -> str:
    said = {"event": _title(drift.event), "property": drift.property, "was": drift.was, "now": drift.now}
    match DriftKind(drift.kind):
        case DriftKind.NEW_EVENT:
            return _("“%(event)s” is a new event.") % said
        case DriftKind.NEW_TYPE:
            said |= {"was": TYPE_NAMES.get(drift.was, drift.was), "now": TYPE_NAMES.get(drift.now, drift.now)}
            return _("“%(property)s” of “%(event)s” used to be: %(was)s. Now it also comes as: %(now)s.") % said
        case DriftKind.STOPPED:
            return _("“%(event)s” has stopped: it came last on %(was)s.") % said


def rule_in_words(rule: Any) -> str:
    """Write a rule as a sentence."""
    said = {"event": rule.event, "new_name": rule.new_name, "field": rule.field}
    match RuleKind(rule.kind), bool(rule.event):
        case RuleKind.BLOCK, _any:
            return _("Block “%(event)s”") % said
        case RuleKind.RENAME, _any:
            return _("Rename “%(event)s” to “%(new_name)s”") % said
        case RuleKind.DROP, True:
            return _("Drop “%(field)s” of “%(event)s”") % said
        case RuleKind.DROP, False:
            return _("Drop “%(field)s” everywhere") % said
        case RuleKind.HASH, False if rule.place == Place.ID:
            return _("Hash e-mail addresses in “%(field)s”") % said
        case RuleKind.HASH, True:
            return _("Hash “%(field)s” of “%(event)s”") % said
        case _:
            return _("Hash “%(field)s” everywhere") % said


def _event_lines(words: str) -> Iterator[tuple[object, ...]]:
    for e in tracking.planned_events(words.replace("\x00", "").strip()):
        yield e.name, e.type, e.calls, e.people, e.properties, e.first_seen_at, e.last_seen_at, e.is_stopped


def _property_lines(name: str) -> Iterator[tuple[object, ...]]:
    for p in tracking.planned_properties(name.replace("\x00", "")):
        for type_, n in sorted(p.types.items()):
            yield name, p.name, type_, n, p.looked_at, p.first_seen_at, p.last_seen_at
