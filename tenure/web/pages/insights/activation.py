"""Activation: the milestones of the workspace, and the share of new accounts that reach them in time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tenure.insights import actions, queries
from tenure.insights.errors import MilestoneUnusable
from tenure.insights.types import Standing
from tenure.stats.trends import Trend, trend_chart
from tenure.web.pages.insights import asking, words
from tenure.web.pages.insights.metrics import behind_link, behind_points
from tenure.web.permission import may, needs
from tenure.web.shell.opening import opening
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.customers.models import Account

TONES = {Standing.REACHED: "good", Standing.LATE: "watch", Standing.AHEAD: "info", Standing.MISSED: "risk"}


class MilestoneForm(forms.Form):
    """Something an account should have done by a day."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    event = forms.CharField(
        label=gettext_lazy("Event"),
        max_length=500,
        widget=forms.TextInput(attrs={"list": "events", "autocomplete": "off"}),
    )
    due_days = forms.IntegerField(
        label=gettext_lazy("Due so many days after sign-up"), min_value=0, max_value=3650, initial=14
    )


@require_http_methods(["GET", "HEAD", "POST"])
def activation(request: Visit) -> HttpResponse:
    """Show the milestones and how many reach them; take a new one."""
    form = MilestoneForm(request.POST or None)
    if request.method == "POST":
        if not may(request, PermissionRole.MEMBER):
            raise RoleTooLow
        if form.is_valid() and _define(request, form):
            return redirect("insights_activation")
    by = asking.split(request, ("plan", "touch_model"))
    read = queries.read_metric("activation", by=by)
    groups = list(dict.fromkeys(row.group for row in read.rows))
    names = asking.group_names(by, groups)
    lines = {names[g] or str(read.metric.title): [r for r in read.rows if r.group == g] for g in groups[:6]}
    shown = {
        "form": form,
        "may_define": may(request, PermissionRole.MEMBER),
        "events": asking.event_choices(),
        "milestones": queries.milestones(),
        "metric": read.metric,
        "by": by,
        "splits": asking.split_choices(read.metric),
        "known": any(row.value is not None for row in read.rows),
        "spec": opening(
            trend_chart(
                [
                    Trend(
                        name=name,
                        points=tuple((r.period, None if r.value is None else float(r.value)) for r in rows),
                    )
                    for name, rows in lines.items()
                ],
                period=_("Month of sign-up"),
                unit=_("Share in time"),
                is_share=True,
            ),
            behind_points({name: (read, [r for r in rows if r.value]) for name, rows in lines.items()}),
        ),
        "rows": [
            (
                words.period_words(row.period, read.metric.grain),
                names[row.group],
                words.value_words(request, read.metric.unit, row.value),
                behind_link(read.metric, row.period, by, row.group) if row.value else "",
                words.interval_words(request, read.metric.unit, row),
                row.n,
            )
            for row in reversed(read.rows)
        ],
    }
    return render(request, "insights/activation.html", shown, status=422 if form.errors else 200)


@require_POST
@needs(PermissionRole.MEMBER)
def remove(request: Visit, pk: int) -> HttpResponse:
    """Stop asking for a milestone."""
    name = next((m.name for m in queries.milestones() if m.id == pk), "")
    actions.remove_milestone(pk, by=request.member)
    say(request, _("“%(name)s” is no milestone any more.") % {"name": name})
    return redirect("insights_activation")


def milestones_of_account(request: Visit, account: "Account") -> Mapping[str, Any] | None:
    """Say how an account stands with each milestone."""
    standings = queries.account_milestones(account.pk)
    if not standings:
        return None
    names = {
        Standing.REACHED: _("reached"),
        Standing.LATE: _("reached late"),
        Standing.AHEAD: _("to come"),
        Standing.MISSED: _("missed"),
    }
    return {
        "standings": [(s, names[s.standing], TONES[s.standing]) for s in standings],
        "reached": sum(s.reached_on is not None for s in standings),
        "of": len(standings),
    }


def _define(request: Visit, form: MilestoneForm) -> bool:
    try:
        made = actions.define_milestone(**form.cleaned_data, by=request.member)
    except MilestoneUnusable:
        form.add_error("name", _("Another milestone has this name, or a name or event cannot be used."))
        return False
    say(request, _("“%(name)s” is a milestone now.") % {"name": made.name})
    return True
