"""The forms of the journey editor: one for the journey, one for each step, made from what the step's kind asks for."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenure.journeys import registry
from tenure.journeys.types import (
    Definition,
    FieldKind,
    Goal,
    Recipient,
    Reentry,
    StepDefinition,
    StepField,
    Subject,
    Trigger,
    TriggerKind,
)
from tenure.segments import queries as segments
from tenure.segments.types import Subject as SegmentSubject
from tenure.web.pages.accounts.words import ROLES

ROLES_ASKED = 3


class JourneyForm(forms.Form):
    """What a journey is called, who comes in, and when they leave."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    about = forms.CharField(label=gettext_lazy("What it is for"), max_length=500, required=False)
    subject = forms.ChoiceField(
        label=gettext_lazy("It accompanies"),
        choices=[(Subject.ACCOUNT.value, gettext_lazy("accounts")), (Subject.PERSON.value, gettext_lazy("people"))],
    )
    trigger = forms.ChoiceField(label=gettext_lazy("Comes in"))
    trigger_segment = forms.ChoiceField(label=gettext_lazy("Segment"), required=False)
    trigger_event = forms.CharField(
        label=gettext_lazy("Event"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "events", "autocomplete": "off"}),
    )
    leaves_with_segment = forms.BooleanField(label=gettext_lazy("Whoever leaves the segment leaves"), required=False)
    reentry = forms.ChoiceField(
        label=gettext_lazy("Coming in again"),
        choices=[
            (Reentry.NEVER.value, gettext_lazy("never")),
            (Reentry.AFTER_LEAVING.value, gettext_lazy("some days after they left")),
        ],
    )
    reentry_days = forms.IntegerField(
        label=gettext_lazy("Days after leaving"), min_value=0, max_value=3650, required=False
    )
    goal = forms.ChoiceField(
        label=gettext_lazy("Goal"),
        choices=[
            ("", gettext_lazy("none: everybody goes through all steps")),
            ("event", gettext_lazy("an event happens")),
            ("segment", gettext_lazy("a segment is entered")),
        ],
        required=False,
        help_text=gettext_lazy("Whoever reaches it leaves at once."),
    )
    goal_segment = forms.ChoiceField(label=gettext_lazy("Segment"), required=False)
    goal_event = forms.CharField(
        label=gettext_lazy("Event"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "events", "autocomplete": "off"}),
    )
    role_1 = forms.ChoiceField(label=gettext_lazy("Touches go to the"), required=False)
    role_2 = forms.ChoiceField(label=gettext_lazy("else to the"), required=False)
    role_3 = forms.ChoiceField(label=gettext_lazy("or else to the"), required=False)
    reaches_churned = forms.BooleanField(label=gettext_lazy("Also reaches accounts that have churned"), required=False)
    priority = forms.IntegerField(
        label=gettext_lazy("Precedence"),
        min_value=-100,
        max_value=100,
        required=False,
        help_text=gettext_lazy("When two journeys want the same person in one week, the higher one goes first."),
    )

    def __init__(self, *args: Any, subject: Subject, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = subject
        if not is_new:
            self.fields["subject"].disabled = True
            self.fields["subject"].initial = self.initial["subject"] = subject.value
        of_people = subject == Subject.PERSON
        kept = segments.segments(subject=SegmentSubject(subject.value))
        known = [("", _("choose a segment")), *((str(s.id), s.name) for s in kept)]
        roles = [("", _("whoever has been there longest")), *((r.value, str(name)) for r, name in ROLES.items())]
        self._offer("trigger_segment", known)
        self._offer("goal_segment", known)
        self._offer("role_1", roles)
        self._offer("role_2", [("", "–"), *roles[1:]])
        self._offer("role_3", [("", "–"), *roles[1:]])
        enters = _("a person enters a segment") if of_people else _("an account enters a segment")
        does = _("a person does something") if of_people else _("somebody at an account does something")
        appears = _("a person appears for the first time") if of_people else _("an account appears for the first time")
        self._offer("trigger", [("segment", enters), ("event", does), ("appeared", appears)])
        for name in self.asked() & {"trigger_segment", "goal_segment", "trigger_event", "goal_event"}:
            self.fields[name].required = True
            said = _("Choose a segment.") if name.endswith("_segment") else _("Name an event.")
            self.fields[name].error_messages["required"] = said

    def asked(self) -> set[str]:
        """Return the fields that matter as things are chosen; the others are kept out of sight."""
        trigger, goal = self["trigger"].value() or "segment", self["goal"].value()
        return {
            "name", "about", "subject", "trigger", "reentry", "goal", "reaches_churned", "priority",
            *(("trigger_segment", "leaves_with_segment") if trigger == "segment" else ()),
            *(("trigger_event",) if trigger == "event" else ()),
            *(("reentry_days",) if self["reentry"].value() == Reentry.AFTER_LEAVING else ()),
            *((f"goal_{goal}",) if goal in ("event", "segment") else ()),
            *(("role_1", "role_2", "role_3") if self.of == Subject.ACCOUNT else ()),
        }  # fmt: skip

    def definition(self, steps: tuple[StepDefinition, ...]) -> Definition:
        """Return what the journey does; ask only when the form is valid."""
        given = self.cleaned_data
        kind = TriggerKind(given["trigger"])
        of_segment = kind == TriggerKind.SEGMENT
        roles = [given[f"role_{n}"] for n in range(1, ROLES_ASKED + 1)] if self.of == Subject.ACCOUNT else []
        return Definition(
            trigger=Trigger(
                kind=kind,
                segment_id=int(given["trigger_segment"]) if of_segment else None,
                event=given["trigger_event"].strip() if kind == TriggerKind.EVENT else "",
            ),
            steps=steps,
            goal=_goal(given),
            recipient=Recipient(roles=tuple(dict.fromkeys(role for role in roles if role))),
            reentry=Reentry(given["reentry"]),
            reentry_days=(given["reentry_days"] or 0) if given["reentry"] == Reentry.AFTER_LEAVING else 0,
            leaves_with_segment=of_segment and given["leaves_with_segment"],
            reaches_churned=given["reaches_churned"],
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """One step: the fields its kind asks for. An answer left empty is left out of its settings."""

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self._values: dict[str, dict[str, int | str]] = {}
        for asked in registry.step(kind).fields():
            self.fields[asked.name] = _field(asked)
            self._values[asked.name] = {str(value): value for value, _name in asked.choices}

    def settings(self) -> dict[str, Any]:
        """Return what the step is set to; ask only when the form is valid."""
        made: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if value in (None, "", []):
                continue
            inside, _dot, last = name.rpartition(".")
            into = made.setdefault(inside, {}) if inside else made
            into[last] = self._spoken(name, value)
        return made

    def _spoken(self, name: str, value: Any) -> Any:
        if hasattr(value, "strftime"):
            return value.strftime("%H:%M")
        if isinstance(value, list):
            return [int(each) for each in value]
        return self._values[name].get(value, value)

    @staticmethod
    def answers(settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return settings as the form shows them."""
        flat: dict[str, Any] = {}
        for name, value in settings.items():
            if isinstance(value, Mapping):
                flat |= {f"{name}.{inner}": each for inner, each in value.items()}
            else:
                flat[name] = value
        return {name: [str(v) for v in value] if isinstance(value, list) else value for name, value in flat.items()}


def _field(asked: StepField) -> forms.Field:
    said: dict[str, Any] = {
        "label": asked.label, "help_text": asked.explanation, "required": asked.is_required,
    }  # fmt: skip
    match asked.kind:
        case FieldKind.WHOLE_NUMBER:
            return forms.IntegerField(min_value=asked.least, max_value=asked.most, **said)
        case FieldKind.CHOICE:
            choices = [("", _("choose one") if asked.is_required else "–"), *((str(v), n) for v, n in asked.choices)]
            return forms.ChoiceField(choices=choices, **said)
        case FieldKind.TIME:
            return forms.TimeField(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **said)
        case FieldKind.WEEKDAYS:
            days = [(str(n), str(name)) for n, name in WEEKDAYS.items()]
            return forms.MultipleChoiceField(choices=days, widget=forms.CheckboxSelectMultiple, **said)
        case FieldKind.TEXT:
            return forms.CharField(max_length=500, **said)


def _goal(given: Mapping[str, Any]) -> Goal | None:
    match given["goal"]:
        case "event":
            return Goal(event=given["goal_event"].strip())
        case "segment":
            return Goal(segment_id=int(given["goal_segment"]))
    return None
