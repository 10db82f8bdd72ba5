"""Computed traits: what is computed, of how many it is known, and a form for another."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tenure.computed_traits import actions, queries
from tenure.computed_traits.errors import ComputationExists, ComputationUnclear
from tenure.computed_traits.types import Formula, Measure
from tenure.tracking import queries as tracking
from tenure.web.permission import may, needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.types import PermissionRole

MEASURES = {
    Measure.COUNT: gettext_lazy("how many"),
    Measure.DAYS: gettext_lazy("on how many days"),
    Measure.PEOPLE: gettext_lazy("by how many people"),
    Measure.FIRST: gettext_lazy("when first"),
    Measure.LAST: gettext_lazy("when last"),
    Measure.SUM: gettext_lazy("sum"),
    Measure.AVERAGE: gettext_lazy("average"),
    Measure.LARGEST: gettext_lazy("largest"),
    Measure.SMALLEST: gettext_lazy("smallest"),
    Measure.DISTINCT: gettext_lazy("how many different values"),
}


class ComputedForm(forms.Form):
    """A computed trait."""

    name = forms.CharField(label=gettext_lazy("Name of the trait"), max_length=200)
    subject = forms.ChoiceField(
        label=gettext_lazy("Of"), choices=[("account", gettext_lazy("accounts")), ("person", gettext_lazy("people"))]
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("From"),
        choices=[("use", gettext_lazy("what people do")), ("people", gettext_lazy("the people of an account"))],
    )
    measure = forms.ChoiceField(label=gettext_lazy("What"), choices=[(m.value, name) for m, name in MEASURES.items()])
    event = forms.CharField(
        label=gettext_lazy("Event"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Of what people do: only events of this name. Empty: any."),
        widget=forms.TextInput(attrs={"list": "event_names"}),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Within the last days"), required=False, min_value=1, max_value=1_000,
        help_text=gettext_lazy("Empty: ever."),
    )  # fmt: skip
    what = forms.CharField(
        label=gettext_lazy("Property or trait"), required=False, max_length=255,
        help_text=gettext_lazy("What is summed or told apart: a property of the event, or a trait of people."),
    )  # fmt: skip
    where = forms.CharField(
        label=gettext_lazy("Only people whose trait"), required=False, max_length=255,
        help_text=gettext_lazy("Such as role."),
    )  # fmt: skip
    equals = forms.CharField(
        label=gettext_lazy("is"), required=False, max_length=255, help_text=gettext_lazy("Such as administrator.")
    )

    def formula(self) -> Formula:
        """Return what was asked for."""
        given = self.cleaned_data
        return Formula(
            basis=given["basis"], measure=Measure(given["measure"]), event=given["event"], what=given["what"],
            days=given["days"], where=given["where"], equals=given["equals"],
        )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def computed_traits(request: Visit) -> HttpResponse:
    """List computed traits, and take in another."""
    form, status = ComputedForm(), 200
    may_change = may(request, PermissionRole.MEMBER)
    if request.method == "POST":
        if not may_change:
            raise RoleTooLow
        form, status = ComputedForm(request.POST), 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.define_computed_trait(given["subject"], given["name"], form.formula(), by=request.member)
            except ComputationExists:
                form.add_error("name", _("A trait of this name is computed already."))
            except ComputationUnclear:
                form.add_error(
                    "measure",
                    _("Sums, averages and different values need a property; people are rolled up to accounts only."),
                )
            else:
                say(request, _("Its first values come within the minute."))
                return redirect("computed_traits")
    shown = {
        "rows": [{"trait": t, "words": formula_words(queries.formula_of(t))} for t in queries.computed_traits()],
        "form": form,
        "events": [each.name for each in tracking.event_names()[:200]],
        "may_change": may_change,
    }
    return render(request, "identity/computed.html", shown, status=status)


def formula_words(formula: Formula) -> str:
    """Say how a trait is computed."""
    measure = str(MEASURES[formula.measure])
    parts: list[Any] = [f"{measure}: {formula.what}" if formula.what else measure]
    if formula.basis == "people":
        parts.append(_("people"))
        if formula.where:
            parts.append(f"{formula.where} = {formula.equals}")
    else:
        parts.append(formula.event or _("any event"))
        parts.append(_("the last %(n)d days") % {"n": formula.days} if formula.days else _("ever"))
    return " · ".join(parts)


@require_POST
@needs(PermissionRole.MEMBER)
def remove(request: Visit, pk: int) -> HttpResponse:
    """Compute a trait no more."""
    actions.remove_computed_trait(pk, by=request.member)
    say(request, _("It is computed no more, and its values are gone."))
    return redirect("computed_traits")
