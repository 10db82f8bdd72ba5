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
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from tenure.backtests import actions, queries
from tenure.backtests.types import Cell, Definition, Judged, Reach, Status
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
        label=_("Percent of the accounts that can be touched at a time"),
        min_value=0.1,
        max_value=50,
        initial=10,
        required=False,
    )
    top_count = forms.IntegerField(
        label=_("or, instead, so many accounts"),
        min_value=1,
        max_value=100_000,
        required=False,
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

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two ways to say how many."""
        said = super().clean() or self.cleaned_data
        if not self.errors and not said.get("top_percent") and not said.get("top_count"):
            self.add_error("top_percent", _("Say how many accounts can be touched: a percent or a number."))
        return said

    @property
    def reach(self) -> Reach:
        """How many accounts can be touched at a time."""
        if self.cleaned_data.get("top_count"):
            return Reach(count=self.cleaned_data["top_count"])
        return Reach(share=self.cleaned_data["top_percent"] / 100)


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
                reach=form.reach,
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
    judged, definition = queries.judged_of(made), queries.definition_of(made)
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
        "how": queries.how_words(definition),
        "flagged_words": _flagged_words(definition, queries.reach_of(made)),
        **_tops(made, request),
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


def _flagged_words(definition: Definition, reach: Reach) -> str:
    """Say who is flagged at a moment."""
    if definition.is_yes_or_no:
        return gettext("Flagged is everybody it names.")
    if reach.share is not None:
        return gettext("Flagged are the worst %(share)s %% of the accounts at a time.") % {
            "share": f"{reach.share * 100:g}"
        }
    return ngettext(
        "Flagged is the worst %(n)s account at a time.",
        "Flagged are the worst %(n)s accounts at a time.",
        reach.count or 0,
    ) % {"n": reach.count}


def _before_words(made: "Backtest", before: "Backtest") -> str:
    if before.of_segment != made.of_segment:
        return gettext("As it was before, about another segment, run on %(day)s") % {
            "day": formats.day(before.asked_at)
        }
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


def _tops(made: "Backtest", request: Visit) -> dict[str, Any]:
    """Return what it came to at several numbers of touches, and at the one that is asked for."""
    lines = queries.tops_of(made)
    typed = request.GET.get("top", "")
    asked = queries.read_reach(typed) if typed else None
    if asked is not None and asked not in [each.reach for each in lines]:
        also = queries.at_top(made, asked)
        lines = sorted([*lines, also], key=lambda each: each.flagged) if also else lines
    chosen = None if queries.definition_of(made).is_yes_or_no else queries.reach_of(made)
    return {
        "tops": [
            (queries.reach_words(each.reach), queries.written_reach(each.reach), each, each.reach in (chosen, asked))
            for each in lines
        ],
        "top_typed": typed,
        "top_unread": bool(typed) and asked is None,
    }


def _run_before(made: "Backtest", request: Visit) -> dict[str, Any]:
    """Offer to run the version before and the one in force, on the same terms, where they have no backtest yet."""
    if not may(request, PermissionRole.MEMBER):
        return {}
    before, today = queries.version_before(made), queries.version_in_force(made)
    return {
        "run_before": key_of(before, before.version) if before else "",
        "version_before": before.version if before else 0,
        "run_today": key_of(today) if today else "",
        "version_today": today.version if today else 0,
        "top_percent": "" if made.top_share is None else f"{made.top_share * 100:g}",
        "top_count": made.top_count or "",
        "touch_cost": str(Decimal(made.touch_cost).scaleb(-minor_digits(made.currency))),
    }


@require_safe
def accounts(request: Visit, pk: int) -> HttpResponse:
    """List the accounts behind a cell or a moment."""
    made = queries.backtest(pk)
    cell, day, number = _asked(request)
    low, high = range_asked(request.GET)
    top = queries.read_reach(request.GET.get("top", ""))
    rows, count = queries.accounts_behind(
        made, cell=cell, day=day, low=low, high=high, top=top, offset=(number - 1) * ROWS, limit=ROWS
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
        "top": queries.reach_words(top) if top else "",
        "cells": [(each.value, CELLS[each]) for each in Cell if top is None or each in (Cell.CAUGHT, Cell.FALSE_ALARM)],
        "previous": number - 1 if number > 1 else 0,
        "next": number + 1 if number * ROWS < count else 0,
    }
    return render(request, "backtests/accounts.html", shown)


@require_safe
def figures_csv(request: Visit, pk: int) -> HttpResponseBase:
    """Export the figures of a backtest and of what it is compared with."""
    made = queries.backtest(pk)
    header = (
        "name", "top", "weeks_of_accounts", "churns", "auc", "auc_low", "auc_high", "flagged", "churns_caught",
        "precision", "precision_low", "precision_high", "recall", "lift", "median_lead_days", "cost_per_caught_minor",
        "mrr_caught_minor",
    )  # fmt: skip
    judged = queries.judged_of(made)
    named = queries.definition_of(made).is_yes_or_no
    reach = "" if named else queries.written_reach(queries.reach_of(made))
    rows: list[tuple[Any, ...]] = [
        (
            made.subject_name if each.name == "own" else queries.baseline_name(each.name), reach, each.rows,
            each.churns,
            each.auc.value, each.auc.low, each.auc.high, each.flagged, each.churns_caught, each.precision.value,
            each.precision.low, each.precision.high,
            each.recall.value, each.lift, each.lead_days, each.cost_per_caught, each.mrr_caught,
        )
        for each in judged
    ]  # fmt: skip
    rows += [
        (
            made.subject_name, queries.written_reach(each.reach), judged[0].rows, judged[0].churns, None, None, None,
            each.flagged, each.churns_caught, each.precision.value, each.precision.low, each.precision.high,
            each.recall.value, each.lift, each.lead_days, each.cost_per_caught, None,
        )
        for each in queries.tops_of(made)
    ]  # fmt: skip
    return csv_answer("backtest", header, rows)


@require_safe
def accounts_csv(request: Visit, pk: int) -> HttpResponseBase:
    """Export the accounts behind a cell or a moment."""
    made = queries.backtest(pk)
    cell, day, _number = _asked(request)
    low, high = range_asked(request.GET)
    top = queries.read_reach(request.GET.get("top", ""))

    def rows() -> Iterator[tuple[Any, ...]]:
        offset = 0
        while True:
            found, count = queries.accounts_behind(
                made, cell=cell, day=day, low=low, high=high, top=top, offset=offset, limit=10_000
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
