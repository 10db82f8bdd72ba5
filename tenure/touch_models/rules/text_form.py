"""The text form of touch models: YAML that a person can read, review in a diff, and put back.

models:
- key: high_touch
  name: High-touch
  enters: {trait: mrr, operator: more_than, value: 1000}
  stays: {trait: mrr, operator: more_than, value: 800}
  minimum_days: 90
  minutes_a_week: 60
- key: tech_touch
  name: Tech-touch
  forbidden: [phone]
existing: move
plans:
- from: any
  to: high_touch
  steps:
  - {after_days: 1, kind: introduce, title: Introduce yourself, message: "I am your own person from now on."}
"""

from collections.abc import Callable, Mapping
from difflib import ndiff
from typing import Any

import msgspec

from tenure.kernel.written import Checking, Loaded, TextWrong, dumped, inside, load
from tenure.kernel.written import Wrong as Written
from tenure.segments.errors import ConditionWrong
from tenure.segments.queries.reading import plain_of, read_condition, read_plain
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition, asks_for, to_json
from tenure.touch_models.errors import TouchModelsWrong
from tenure.touch_models.types import (
    ANY,
    CHANNELS,
    TRAIT,
    Definition,
    Existing,
    Model,
    Plan,
    PlanStep,
    StepKind,
    Wrong,
)

MOST_MODELS = 12
MOST_PLANS = 60
MOST_STEPS = 20
MOST_DAYS = 3_650
MOST_MINUTES = 10_080
MOST_WORDS = 4_000
Write = Callable[[Condition], Mapping[str, object]]


def to_text(definition: Definition) -> str:
    """Write touch models as YAML."""
    return dumped(_plain(definition, plain_of))


def from_text(text: str) -> Definition:
    """Read YAML back; raises `TouchModelsWrong` whose problems know their line."""
    try:
        loaded = load(text)
    except TextWrong as wrong:
        raise TouchModelsWrong(wrong.problems) from wrong
    return _Reading(loaded, is_text=True).whole()


def to_json_form(definition: Definition) -> dict[str, Any]:
    """Return the form that is stored, sent and received."""
    return _plain(definition, to_json)


def from_json_form(raw: Mapping[str, Any]) -> Definition:
    """Read and check what a program sent; raises `TouchModelsWrong`."""
    return _Reading(Loaded(plain=raw), is_text=False).whole()


def stored(raw: Mapping[str, Any]) -> Definition:
    """Read what is stored, without checking it again; raises `msgspec.ValidationError` for what cannot be read."""

    def condition(said: Any) -> Condition | None:
        return msgspec.convert(said, Condition) if said else None

    return Definition(
        models=tuple(
            Model(
                key=m["key"],
                name=m["name"],
                enters=condition(m.get("enters")),
                stays=condition(m.get("stays")),
                minimum_days=m.get("minimum_days", 0),
                forbidden=tuple(m.get("forbidden", ())),
                minutes_a_week=m.get("minutes_a_week", 0),
                skills=tuple(m.get("skills", ())),
            )
            for m in raw["models"]
        ),
        plans=tuple(
            Plan(
                source=p["from"],
                target=p["to"],
                steps=tuple(
                    PlanStep(
                        kind=StepKind(s["kind"]),
                        title=s["title"],
                        after_days=s.get("after_days", 0),
                        message=s.get("message", ""),
                    )
                    for s in p["steps"]
                ),
                expected_churn=p.get("expected_churn"),
            )
            for p in raw.get("plans", ())
        ),
        existing=Existing(raw.get("existing", Existing.MOVE)),
    )


def changes(before: str, after: str) -> tuple[str, ...]:
    """Return the lines that came and went between two texts, with + and − in front."""
    told = ndiff(before.splitlines(), after.splitlines())
    return tuple(f"{'+' if line[0] == '+' else '−'}{line[1:]}" for line in told if line[0] in "+-")


def _plain(definition: Definition, write: Write) -> dict[str, Any]:
    whole: dict[str, Any] = {"models": [_model(m, write) for m in definition.models]}
    whole["existing"] = definition.existing.value
    if definition.plans:
        whole["plans"] = [
            {
                "from": p.source,
                "to": p.target,
                **({} if p.expected_churn is None else {"expected_churn": p.expected_churn}),
                "steps": [_step(s) for s in p.steps],
            }
            for p in definition.plans
        ]
    return whole


def _step(step: PlanStep) -> dict[str, Any]:
    plain = {"after_days": step.after_days, "kind": step.kind.value, "title": step.title}
    return plain | ({"message": step.message} if step.message else {})


def _model(model: Model, write: Write) -> dict[str, Any]:
    plain: dict[str, Any] = {"key": model.key, "name": model.name}
    if model.enters is not None:
        plain["enters"] = write(model.enters)
    if model.stays is not None:
        plain["stays"] = write(model.stays)
    for field in ("minimum_days", "minutes_a_week"):
        if getattr(model, field):
            plain[field] = getattr(model, field)
    for field in ("forbidden", "skills"):
        if getattr(model, field):
            plain[field] = list(getattr(model, field))
    return plain


class _Reading:
    def __init__(self, loaded: Loaded, *, is_text: bool) -> None:
        self._found = Checking(loaded)
        self._plain = loaded.plain
        self._read_condition = read_plain if is_text else read_condition

    def whole(self) -> Definition:
        found = self._found
        said = found.mapping(self._plain, "", known=("models", "existing", "plans"), needed=("models",))
        models = [
            self._model(raw, f"models[{n}]")
            for n, raw in enumerate(found.listing(said.get("models"), "models", most=MOST_MODELS))
        ]
        plans = [
            self._plan(raw, f"plans[{n}]")
            for n, raw in enumerate(found.listing(said.get("plans"), "plans", most=MOST_PLANS))
        ]
        existing = found.choice(
            said.get("existing"), "existing", [e.value for e in Existing], default=Existing.MOVE.value
        )
        made = Definition(models=tuple(models), plans=tuple(plans), existing=Existing(existing))
        if not models and not found.problems:
            found.wrong("models", Written.FIELD_MISSING, field="models")
        if not found.problems:
            self._check(made)
        if found.problems:
            raise TouchModelsWrong(found.problems)
        return made

    def _check(self, made: Definition) -> None:
        for n, model in enumerate(made.models):
            is_last = n == len(made.models) - 1
            if model.key in made.keys[:n] or model.key == ANY:
                self._found.wrong(f"models[{n}].key", Written.TWICE, given=model.key)
            if not is_last and model.enters is None:
                self._found.wrong(f"models[{n}]", Wrong.ENTERS_MISSING, given=model.name)
            if is_last and (model.enters is not None or model.stays is not None):
                self._found.wrong(f"models[{n}]", Wrong.LAST_TAKES_ALL, given=model.name)
        seen: set[tuple[str, str]] = set()
        for n, plan in enumerate(made.plans):
            for field, key in (("from", plan.source), ("to", plan.target)):
                if key != ANY and key not in made.keys:
                    self._found.wrong(
                        f"plans[{n}].{field}", Wrong.MODEL_UNKNOWN, given=key, choices=", ".join((ANY, *made.keys))
                    )
            if plan.source == plan.target:
                self._found.wrong(f"plans[{n}].to", Wrong.SAME_MODEL)
            if (plan.source, plan.target) in seen:
                self._found.wrong(f"plans[{n}]", Wrong.PLAN_TWICE)
            seen.add((plan.source, plan.target))

    def _model(self, raw: object, path: str) -> Model:
        found = self._found
        known = ("key", "name", "enters", "stays", "minimum_days", "minutes_a_week", "forbidden", "skills")
        said = found.mapping(raw, path, known=known, needed=("key",))
        key = found.key(said.get("key"), f"{path}.key") if "key" in said else ""
        forbidden = [
            found.choice(each, f"{path}.forbidden[{n}]", CHANNELS)
            for n, each in enumerate(found.listing(said.get("forbidden"), f"{path}.forbidden", most=len(CHANNELS)))
        ]
        skills = [
            found.text(each, f"{path}.skills[{n}]", most=40).casefold()
            for n, each in enumerate(found.listing(said.get("skills"), f"{path}.skills", most=10))
        ]
        return Model(
            key=key,
            name=found.text(said.get("name"), f"{path}.name", most=60, default=key),
            enters=self._condition(said.get("enters"), f"{path}.enters"),
            stays=self._condition(said.get("stays"), f"{path}.stays"),
            minimum_days=found.whole(
                said.get("minimum_days"), f"{path}.minimum_days", low=0, high=MOST_DAYS, default=0
            ),
            minutes_a_week=found.whole(
                said.get("minutes_a_week"), f"{path}.minutes_a_week", low=0, high=MOST_MINUTES, default=0
            ),
            forbidden=tuple(channel for channel in CHANNELS if channel in forbidden),
            skills=tuple(dict.fromkeys(skills)),
        )

    def _plan(self, raw: object, path: str) -> Plan:
        found = self._found
        said = found.mapping(raw, path, known=("from", "to", "expected_churn", "steps"), needed=("from", "to", "steps"))
        steps = []
        for n, each in enumerate(found.listing(said.get("steps"), f"{path}.steps", most=MOST_STEPS)):
            here = f"{path}.steps[{n}]"
            step = found.mapping(each, here, known=("after_days", "kind", "title", "message"), needed=("title",))
            kind = found.choice(step.get("kind"), f"{here}.kind", [k.value for k in StepKind], default="task")
            steps.append(
                PlanStep(
                    kind=StepKind(kind),
                    title=found.text(step.get("title"), f"{here}.title", most=200) if "title" in step else "",
                    after_days=found.whole(
                        step.get("after_days"), f"{here}.after_days", low=0, high=MOST_DAYS, default=0
                    ),
                    message=found.text(step.get("message"), f"{here}.message", most=MOST_WORDS, default=""),
                )
            )
        return Plan(
            source=found.text(said.get("from"), f"{path}.from", most=30, default=""),
            target=found.text(said.get("to"), f"{path}.to", most=30, default=""),
            steps=tuple(sorted(steps, key=lambda s: s.after_days)),
            expected_churn=None
            if said.get("expected_churn") is None
            else found.whole(said["expected_churn"], f"{path}.expected_churn", low=0, high=100),
        )

    def _condition(self, raw: object, path: str) -> Condition | None:
        if raw is None:
            return None
        try:
            read = self._read_condition(raw, Subject.ACCOUNT)
        except ConditionWrong as wrong:
            for problem in wrong.problems:
                params = {**problem.params, "condition": problem.code.value}
                self._found.wrong(inside(path, problem.path), Written.CONDITION, **params)
            return None
        if asks_for(read, TRAIT):
            self._found.wrong(path, Wrong.ASKS_ITSELF)
        return read
