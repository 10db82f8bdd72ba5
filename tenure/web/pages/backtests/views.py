"""Run a definition over the past, and see what it came to, down to each account."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from tenure.backtests import actions, queries
from tenure.backtests.types import Cell, Definition, Judged, Status
from tenure.kernel.money import minor_digits, whole_minor
from tenure.web.asked import whole
from tenure.web.exporting import csv_answer
from tenure.web.pages.risk.words import calibration_chart, range_asked, range_query
from tenure.web.permission import may
from tenure.web.shell import formats
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.backtests.models import Backtest

ROWS = 50
CELLS: dict[Cell, Promise] = {
    Cell.CAUGHT: _("caught"),
    Cell.FALSE_ALARM: _("false alarms"),
    Cell.MISSED: _("missed"),
    Cell.QUIET: _("rightly left alone"),
}
STATES: dict[Status, Promise] = {
    Status.WAITING: _("waiting"),
    Status.RUNNING: _("running"),
    Status.DONE: _("done"),
    Status.REFUSED: _("says nothing"),
    Status.FAILED: _("failed"),
}


class RunForm(forms.Form):
    """What to run, and how to judge it."""

    definition = forms.ChoiceField(label=_("What to run"))
    top_percent = forms.FloatField(
        label=_("Percent of the accounts that can be touched at a time"), min_value=0.1, max_value=50, initial=10
    )
    touch_cost = forms.DecimalField(
        label=_("What one touch costs"), min_value=0, max_value=10**9, decimal_places=2, initial=50
    )

    def __init__(self, *args: Any, definitions: list[Definition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {}
        offered = []
        for each, name in zip(definitions, queries.definition_names(definitions), strict=True):
            self.by_key[key_of(each)] = each
            offered.append((key_of(each), name))
            for earlier in queries.earlier_versions(each):
                self.by_key[key_of(earlier, earlier.version)] = earlier
                words = gettext("%(name)s, version %(n)s") % {"name": name, "n": earlier.version}
                offered.append((key_of(earlier, earlier.version), words))
        self.fields["definition"].choices = offered  # type: ignore[attr-defined]


def key_of(definition: Definition, version: int = 0) -> str:
    """Return what stands for a definition in a form, as it is today or in a version of before."""
    return f"{definition.kind}:{definition.subject}" + (f":{version}" if version else "")


@require_http_methods(["GET", "POST"])
def backtests(request: Visit) -> HttpResponse:
    """List the backtests there are, and run another."""
    may_run = may(request, PermissionRole.MEMBER)
    form = RunForm(request.POST or None, definitions=queries.definitions())
    if request.method == "POST":
        if not may_run:
            raise RoleTooLow
        if form.is_valid():
            made = actions.ask_for_backtest(
                form.by_key[form.cleaned_data["definition"]],
                by=request.member,
                top_share=form.cleaned_data["top_percent"] / 100,
                touch_cost=whole_minor(
                    form.cleaned_data["touch_cost"].scaleb(minor_digits(request.workspace.currency))
                ),
            )
            say(request, gettext("It runs in the background."))
            return redirect("backtest", made.pk)
    page = Paginator(queries.backtests(), ROWS).get_page(request.GET.get("page"))
    names = queries.names_of(list(page))
    rows = [
        (each, name, next(iter(queries.judged_of(each)), None), STATES[Status(each.status)])
        for each, name in zip(page, names, strict=True)
    ]
    shown = {"page": page, "rows": rows, "form": form, "may_run": may_run}
    return render(request, "backtests/backtests.html", shown, status=422 if form.is_bound else 200)


@require_safe
def backtest(request: Visit, pk: int) -> HttpResponse:
    """Show what one came to, beside the version before it and what needs no model."""
    made = queries.backtest(pk)
    judged = queries.judged_of(made)
    before = queries.previous_of(made)
    earlier = queries.judged_of(before)[:1] if before else []
    own = judged[0] if judged else None
    bands = msgspec.to_builtins(own.bands) if own else []
    lines: list[tuple[str, Judged]] = []
    (name,) = queries.names_of([made])
    if own is not None:
        lines.append((name, own))
        lines += [(_before_words(made, before), e) for e in earlier if before]
        lines += [(queries.baseline_name(each.name), each) for each in judged[1:]]
    shown = {
        "made": made,
        "name": name,
        "state": STATES[Status(made.status)],
        "is_under_way": made.status in (Status.WAITING, Status.RUNNING),
        "percent": round(made.progress * 100),
        "refused": queries.refusal_words(made.refusal) if made.refusal else "",
        "own": own,
        "missed": own.churns - own.churns_caught if own else 0,
        "lines": lines,
        "moments": queries.moments_of(made),
        "headline": queries.headline(own) if own else "",
        "warnings": queries.warnings(made, own, judged[1:]) if own else [],
        "calibration": calibration_chart(bands, reverse("backtest_accounts", args=[made.pk])) if bands else None,
        "bands": [(each, range_query(each)) for each in bands],
        "by_score": _by_score(own, made.lower_is_worse) if own else [],
        **_run_before(made, request),
        "cells": [(each.value, CELLS[each]) for each in Cell],
    }
    template = "backtests/body.html" if request.headers.get("HX-Request") else "backtests/backtest.html"
    return render(request, template, shown)


def _before_words(made: "Backtest", before: "Backtest") -> str:
    if before.version != made.version:
        said = {"n": before.version, "day": formats.day(before.asked_at)}
        if not queries.on_the_same_terms(made, before):
            return gettext("Version %(n)s, the one before, run on %(day)s on other terms") % said
        return gettext("Version %(n)s, the one before, run on %(day)s") % said
    if not queries.on_the_same_terms(made, before):
        return gettext("The same, run on %(day)s on other terms") % {"day": formats.day(before.asked_at)}
    return gettext("The same, run on %(day)s") % {"day": formats.day(before.asked_at)}


def _by_score(own: Judged, lower_is_worse: bool) -> list[tuple[float, float, dict[str, Any], str]]:
    """Return from which score to which, who left, and what asks for the accounts; the worst first."""
    found = []
    for each in reversed(msgspec.to_builtins(own.by_score)):
        ends = (-each["high"], -each["low"]) if lower_is_worse else (each["low"], each["high"])
        found.append((*ends, each, range_query(each)))
    return found


def _run_before(made: "Backtest", request: Visit) -> dict[str, Any]:
    """Offer to run the version before, on the same terms, where it has no backtest yet."""
    before = queries.version_before(made) if may(request, PermissionRole.MEMBER) else None
    if before is None:
        return {}
    return {
        "run_before": key_of(before, before.version),
        "version_before": before.version,
        "top_percent": f"{made.top_share * 100:g}",
        "touch_cost": str(Decimal(made.touch_cost).scaleb(-minor_digits(made.currency))),
    }


@require_safe
def accounts(request: Visit, pk: int) -> HttpResponse:
    """List the accounts behind a cell or a moment."""
    made = queries.backtest(pk)
    cell, day, number = _asked(request)
    low, high = range_asked(request.GET)
    rows, count = queries.accounts_behind(
        made, cell=cell, day=day, low=low, high=high, offset=(number - 1) * ROWS, limit=ROWS
    )
    shown = {
        "made": made,
        "name": queries.names_of([made])[0],
        "rows": [(each, CELLS[each.cell]) for each in rows],
        "count": count,
        "cell": cell.value if cell else "",
        "low": -high if made.lower_is_worse and high is not None else low,
        "high": -low if made.lower_is_worse and low is not None else high,
        "is_ranged": low is not None or high is not None,
        "day": day,
        "cells": [(each.value, CELLS[each]) for each in Cell],
        "previous": number - 1 if number > 1 else 0,
        "next": number + 1 if number * ROWS < count else 0,
    }
    return render(request, "backtests/accounts.html", shown)


@require_safe
def figures_csv(request: Visit, pk: int) -> HttpResponseBase:
    """Export the figures of a backtest and of what it is compared with."""
    made = queries.backtest(pk)
    header = (
        "name", "weeks_of_accounts", "churns", "auc", "auc_low", "auc_high", "flagged", "churns_caught", "precision",
        "precision_low", "precision_high", "recall", "lift", "median_lead_days", "cost_per_caught_minor",
        "mrr_caught_minor",
    )  # fmt: skip
    rows = (
        (
            made.subject_name if each.name == "own" else queries.baseline_name(each.name), each.rows, each.churns,
            each.auc.value, each.auc.low, each.auc.high, each.flagged, each.churns_caught, each.precision.value,
            each.precision.low, each.precision.high,
            each.recall.value, each.lift, each.lead_days, each.cost_per_caught, each.mrr_caught,
        )
        for each in queries.judged_of(made)
    )  # fmt: skip
    return csv_answer("backtest", header, rows)


@require_safe
def accounts_csv(request: Visit, pk: int) -> HttpResponseBase:
    """Export the accounts behind a cell or a moment."""
    made = queries.backtest(pk)
    cell, day, _number = _asked(request)
    low, high = range_asked(request.GET)

    def rows() -> Iterator[tuple[Any, ...]]:
        offset = 0
        while True:
            found, count = queries.accounts_behind(
                made, cell=cell, day=day, low=low, high=high, offset=offset, limit=10_000
            )
            for each in found:
                yield (
                    each.account_id, each.account_name, each.day, each.score, each.flagged, each.left_after,
                    each.cell.value,
                )  # fmt: skip
            offset += 10_000
            if offset >= count:
                return

    header = ("account_id", "account", "day", "score", "flagged", "left_after_days", "cell")
    return csv_answer("backtest-accounts", header, rows())


def _asked(request: Visit) -> tuple[Cell | None, date | None, int]:
    cell, day, page = (request.GET.get(name, "") for name in ("cell", "day", "page"))
    try:
        asked_day = date.fromisoformat(day) if day else None
    except ValueError:
        asked_day = None
    number = whole(page, digits=6) or 1
    return Cell(cell) if cell in set(Cell) else None, asked_day, max(number, 1)
