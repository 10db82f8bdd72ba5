"""The accounts by their chance to leave, the record of what says so, and what is called leaving."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from tenure.risk import actions, queries
from tenure.risk.errors import RiskTextWrong
from tenure.risk.types import GAPS, HORIZONS, ChurnKind, RiskBand
from tenure.snapshots import queries as snapshots
from tenure.web.exporting import csv_answer
from tenure.web.pages.accounts.words import RISK_BANDS as BANDS
from tenure.web.pages.accounts.words import RISK_TONES as TONES
from tenure.web.pages.risk.words import (
    KINDS,
    calibration_chart,
    left_out_words,
    problem_words,
    range_asked,
    range_query,
)  # fmt: skip
from tenure.web.permission import may, needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

ROWS = 50


class ChoicesForm(forms.Form):
    """What is called leaving."""

    kind = forms.ChoiceField(label=_("What counts as leaving"), choices=[(k.value, KINDS[k]) for k in ChurnKind])
    horizon_days = forms.IntegerField(
        label=_("How many days to look ahead"), min_value=HORIZONS[0], max_value=HORIZONS[1]
    )
    gap_days = forms.IntegerField(
        label=_("Days without use after which use has ended"), min_value=GAPS[0], max_value=GAPS[1]
    )


@require_safe
def risk(request: Visit) -> HttpResponse:
    """List accounts by their chance, with the model's record beside them."""
    asked = request.GET.get("band", "")
    band = RiskBand(asked) if asked in set(RiskBand) else None
    low, high = range_asked(request.GET)
    found = queries.risks() if band is None else queries.risks().filter(band=band.value)
    found = found if low is None else found.filter(chance__gte=low)
    found = found if high is None else found.filter(chance__lte=high)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    said = queries.risks_of([each.account_id for each in page])
    model = queries.model_latest()
    shown = {
        "page": page,
        "rows": [(e, said[e.account_id], BANDS[RiskBand(e.band)], TONES[RiskBand(e.band)]) for e in page],
        "bands": [(each.value, BANDS[each]) for each in RiskBand],
        "band": asked if band else "",
        "low": low,
        "high": high,
        "is_ranged": low is not None or high is not None,
        "model": model,
        "record": _record(model.quality, model.left_out) if model is not None and model.quality else None,
        "refused": queries.refusal_words(model),
        "kind": KINDS[queries.choices().kind],
        "choices": queries.choices(),
        "versions": queries.all_models()[:20],
        "weeks": len(snapshots.weeks_taken()),
        "may_choose": may(request, PermissionRole.ADMIN),
    }
    return render(request, "risk/risk.html", shown)


@require_safe
def risk_csv(request: Visit) -> HttpResponseBase:
    """Export every chance with its three weightiest reasons."""

    def rows() -> Iterator[tuple[Any, ...]]:
        for each, said in queries.all_in_words():
            reasons = [f"{r.words} (×{r.times:.2f})" for r in said.reasons[:3]]
            yield (
                each.account_id, str(each.account), round(each.chance, 4), round(each.low, 4), round(each.high, 4),
                each.band, each.foretold_at, *reasons, *[""] * (3 - len(reasons)),
            )  # fmt: skip

    header = (
        "account_id", "account", "chance", "low", "high", "band", "foretold_at", "reason_1", "reason_2", "reason_3"
    )  # fmt: skip
    return csv_answer("risk", header, rows())


@require_http_methods(["GET", "POST"])
@needs(PermissionRole.ADMIN)
def choose(request: Visit) -> HttpResponse:
    """Say what is called leaving and how far to look ahead."""
    now = queries.choices()
    form = ChoicesForm(
        request.POST or None,
        initial={"kind": now.kind.value, "horizon_days": now.horizon_days, "gap_days": now.gap_days},
    )
    if "text" in request.POST:
        return _choose_by_text(request)
    if request.method == "POST" and form.is_valid():
        actions.choose(
            kind=ChurnKind(form.cleaned_data["kind"]),
            horizon_days=form.cleaned_data["horizon_days"],
            gap_days=form.cleaned_data["gap_days"],
            by=request.member,
        )
        say(request, gettext("Saved. The next model is learnt within minutes."))
        return redirect("risk")
    shown = {"form": form, "text": queries.choices_text()}
    return render(request, "risk/choices.html", shown, status=422 if form.is_bound else 200)


@require_safe
def choices_text(request: Visit) -> HttpResponse:
    """Download what is called leaving as text."""
    answer = HttpResponse(queries.choices_text(), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="leaving.yaml"'
    return answer


def _choose_by_text(request: Visit) -> HttpResponse:
    text = request.POST["text"].replace("\x00", "")
    try:
        chosen = queries.read_choices(text)
    except RiskTextWrong as error:
        now = queries.choices()
        form = ChoicesForm(initial={"kind": now.kind.value, "horizon_days": now.horizon_days, "gap_days": now.gap_days})
        shown = {"form": form, "text": text, "problems": [problem_words(each) for each in error.problems]}
        return render(request, "risk/choices.html", shown, status=422)
    actions.choose(kind=chosen.kind, horizon_days=chosen.horizon_days, gap_days=chosen.gap_days, by=request.member)
    say(request, gettext("Saved. The next model is learnt within minutes."))
    return redirect("risk")


def _record(quality: dict[str, Any], left_out: list[dict[str, Any]]) -> dict[str, Any]:
    """Put into words how a model did on what it was not learnt from."""
    best = quality["best_single"]
    return {
        **quality,
        "calibration": calibration_chart(quality["bands"], reverse("risk")),
        "band_rows": [(each, range_query(each)) for each in quality["bands"]],
        "left_out": [left_out_words(each) for each in left_out],
        "best": (snapshots.feature_name(best[0]), best[1]) if best else None,
    }
