"""Everything the journey editor's form holds, however unfinished, and the orders that change its steps."""

import dataclasses
import re
import secrets
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from tenure.journeys import registry
from tenure.journeys.types import Definition, JourneyRow, Problem, StepDefinition, Subject
from tenure.web.asked import whole
from tenure.web.pages.journeys.forms import JourneyForm, StepForm
from tenure.web.pages.journeys.problem_words import problem_words

MOST_STEPS = 50
FIELDS = tuple(JourneyForm.base_fields)
_STEP = re.compile(r"s(\d{1,3})-([a-z_.]{1,60})")


@dataclasses.dataclass(kw_only=True)
class StepSheet:
    """One step being written: its id, its kind, and the answers as they were typed."""

    id: str
    kind: str
    answers: dict[str, Any] = dataclasses.field(default_factory=dict)
    form: StepForm | None = None
    fresh: bool = False
    """Just added: where the keyboard goes next."""

    @property
    def name(self) -> str:
        """What its kind is called."""
        return registry.step(self.kind).name()

    @property
    def icon(self) -> str:
        """What stands beside it."""
        return registry.step(self.kind).icon


@dataclasses.dataclass(kw_only=True)
class Sheet:
    """A journey while somebody writes it."""

    values: dict[str, Any]
    steps: list[StepSheet]
    is_new: bool = True
    form: JourneyForm = dataclasses.field(init=False)
    wrong: list[str] = dataclasses.field(default_factory=list)
    """What is wrong that no field is to blame for."""

    @property
    def subject(self) -> Subject:
        """Whom it accompanies."""
        said = self.values.get("subject", "")
        return Subject(said) if said in set(Subject) else Subject.ACCOUNT

    def show(self) -> None:
        """Make the forms show what was typed, without judging it."""
        self.form = JourneyForm(initial=self.values, subject=self.subject, is_new=self.is_new)
        for n, step in enumerate(self.steps):
            step.form = StepForm(step.kind, initial=step.answers, prefix=f"s{n}")
            for field in [*step.form.fields.values()][:1] if step.fresh else ():
                field.widget.attrs["autofocus"] = True

    def check(self) -> bool:
        """Make the forms judge what was typed."""
        asked = JourneyForm(initial=self.values, subject=self.subject, is_new=self.is_new).asked()
        said = {name: value for name, value in self.values.items() if name in asked}
        self.form = JourneyForm(_posted(said), subject=self.subject, is_new=self.is_new)
        good = self.form.is_valid()
        for n, step in enumerate(self.steps):
            step.form = StepForm(
                step.kind, _posted({f"s{n}-{name}": v for name, v in step.answers.items()}), prefix=f"s{n}"
            )
            good = step.form.is_valid() and good
        if not self.steps:
            self.wrong.append(_("A journey needs at least one step."))
        return good and bool(self.steps)

    def definition(self) -> Definition:
        """Return what it does; ask only after `check`."""
        return self.form.definition(self.step_definitions())

    def step_definitions(self) -> tuple[StepDefinition, ...]:
        """Return its steps alone; ask only after `check` found them good."""
        return tuple(
            StepDefinition(id=step.id, kind=step.kind, settings=step.form.settings() if step.form else {})
            for step in self.steps
        )

    def order(self, said: str) -> None:
        """Carry out `add:wait`, `remove:2`, `up:2` or `down:2`; anything else leaves the steps as they are."""
        what, _colon, which = said.partition(":")
        if what == "add" and len(self.steps) < MOST_STEPS and which in {step.kind for step in registry.steps()}:
            self.steps.append(new_step(which))
        elif (at := whole(which)) is not None and at < len(self.steps):
            match what:
                case "remove":
                    del self.steps[at]
                case "up" if at > 0:
                    self.steps[at - 1], self.steps[at] = self.steps[at], self.steps[at - 1]
                case "down" if at + 1 < len(self.steps):
                    self.steps[at + 1], self.steps[at] = self.steps[at], self.steps[at + 1]

    def place(self, problem: Problem) -> None:
        """Write a problem of the domain beside the field it is about."""
        said = problem_words(problem)
        if found := re.fullmatch(r"steps\[(\d+)\]\.?(.*)", problem.place):
            step = self.steps[int(found[1])] if int(found[1]) < len(self.steps) else None
            if step is not None and step.form is not None:
                names = list(step.form.fields)
                inside = next((n for n in names if n == found[2] or n.startswith(f"{found[2]}.")), None)
                step.form.add_error(inside if found[2] else None, said)
            return
        field = _FIELDS_OF.get(problem.code, problem.place)
        if field in self.form.fields:
            self.form.add_error(field, said)
        else:
            self.wrong.append(said)


_FIELDS_OF = {
    "segment_missing": "trigger_segment",
    "event_missing": "trigger_event",
    "no_segment_to_leave": "leaves_with_segment",
    "segment_of_others": "trigger_segment",
    "reentry_out_of_range": "reentry_days",
    "role_unknown": "role_1",
}


def new_step(kind: str) -> StepSheet:
    """Return a step to be filled in; its id is its own for good, so that its record never mixes with another's."""
    return StepSheet(id=f"{kind[:30]}-{secrets.token_hex(3)}", kind=kind, fresh=True)


def empty_sheet(subject: Subject, *, segment_id: str = "") -> Sheet:
    """Return what a new journey begins with."""
    values = {"subject": subject.value, "trigger": "segment", "trigger_segment": segment_id, "reentry": "never"}
    return Sheet(values=values, steps=[])


def sheet_of(row: JourneyRow, *, is_new: bool) -> Sheet:
    """Return a journey as it is, to be changed or (`is_new`) to begin another with."""
    definition = row.definition
    trigger, goal = definition.trigger, definition.goal
    roles = definition.recipient.roles
    values = {
        "name": _("%(name)s (copy)") % {"name": row.name} if is_new else row.name,
        "about": row.about,
        "subject": row.subject.value,
        "trigger": trigger.kind.value,
        "trigger_segment": str(trigger.segment_id or ""),
        "trigger_event": trigger.event,
        "leaves_with_segment": definition.leaves_with_segment,
        "reentry": definition.reentry.value,
        "reentry_days": definition.reentry_days or "",
        "goal": "" if goal is None else "segment" if goal.segment_id is not None else "event",
        "goal_segment": str(goal.segment_id or "") if goal else "",
        "goal_event": goal.event if goal else "",
        **{f"role_{n}": role for n, role in enumerate(roles[:3], 1)},
        "reaches_churned": definition.reaches_churned,
        "priority": row.priority or "",
    }
    steps = [
        StepSheet(id=step.id, kind=step.kind, answers=StepForm.answers(step.settings)) for step in definition.steps
    ]
    return Sheet(values=values, steps=steps, is_new=is_new)


def sheet_from(data: QueryDict, *, row: JourneyRow | None) -> Sheet:
    """Read the editor back from its form; what does not belong in one is left out."""
    values: dict[str, Any] = {name: str(data[name]).replace("\x00", "")[:2_000] for name in FIELDS if name in data}
    for name in ("leaves_with_segment", "reaches_churned"):
        values[name] = name in data and data[name] not in ("", "False")
    if row is not None:
        values["subject"] = row.subject.value
    answers: dict[int, dict[str, Any]] = {}
    for name in data:
        if found := _STEP.fullmatch(name):
            several = [each.replace("\x00", "")[:2_000] for each in data.getlist(name)]
            answers.setdefault(int(found[1]), {})[found[2]] = several if found[2].endswith("weekdays") else several[-1]
    steps = []
    for n in sorted(answers)[:MOST_STEPS]:
        said = answers[n]
        kind, pk = said.pop("kind", ""), said.pop("id", "")
        if kind in {step.kind for step in registry.steps()}:
            step = new_step(kind)
            step.answers, step.fresh = said, False
            step.id = pk if re.fullmatch(r"[\w.-]{1,40}", pk) else step.id
            steps.append(step)
    return Sheet(values=values, steps=steps, is_new=row is None)


def _posted(values: dict[str, Any]) -> MultiValueDict[str, Any]:
    return MultiValueDict(
        {
            name: value if isinstance(value, list) else [value]
            for name, value in values.items()
            if value is not False and value is not None
        }
    )
