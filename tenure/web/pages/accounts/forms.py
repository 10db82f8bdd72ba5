"""What is asked when a call is logged."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenure.customers.types import PersonAtAccount
from tenure.playbooks.types import CallOutcome, NextStep, TaskKind

OUTCOMES = {
    CallOutcome.REACHED: _("Reached"),
    CallOutcome.NO_ANSWER: _("No answer"),
    CallOutcome.VOICEMAIL: _("Left a voicemail"),
    CallOutcome.WRONG_NUMBER: _("Wrong number"),
    CallOutcome.RESCHEDULED: _("Will call again"),
}
KINDS = {
    TaskKind.CALL: _("Call"),
    TaskKind.EMAIL: _("E-mail"),
    TaskKind.CHECK_IN: _("Check-in"),
    TaskKind.TODO: _("To do"),
}


class CallForm(forms.Form):
    """A call: with whom, what came of it, what was said, and what next."""

    person = forms.TypedChoiceField(
        label=_("With whom"), coerce=int, empty_value=None, required=False, choices=[("", _("nobody in particular"))]
    )
    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=[(outcome.value, name) for outcome, name in OUTCOMES.items()]
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=600, required=False)
    notes = forms.CharField(
        label=_("Notes"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    next_title = forms.CharField(label=_("Next step"), required=False, max_length=200)
    next_kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[(kind.value, name) for kind, name in KINDS.items()]
    )
    next_on = forms.DateField(label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, people: Sequence[PersonAtAccount] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "call_%s", **kwargs})
        listed = [(str(each.id), each.name or each.email or each.external_id or f"#{each.id}") for each in people]
        self.fields["person"].choices = [("", _("nobody in particular")), *listed]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A next step has a title and a day, or neither."""
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("next_title")) != bool(given.get("next_on")) and "next_on" not in self.errors:
            missing = "next_on" if given.get("next_title") else "next_title"
            self.add_error(missing, _("A next step has a title and a day."))
        if given.get("outcome") == CallOutcome.RESCHEDULED and not given.get("next_on"):
            self.add_error("next_on", _("Say when you will call again."))
        return given

    def next_step(self) -> NextStep | None:
        """Return the next step that was given."""
        on: date | None = self.cleaned_data.get("next_on")
        if on is None:
            return None
        kind = TaskKind(self.cleaned_data.get("next_kind") or TaskKind.CALL)
        return NextStep(title=self.cleaned_data["next_title"], kind=kind, due_on=on)
