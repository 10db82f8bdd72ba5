"""The text form of the lifecycle: YAML that a person can read, review in a diff, and put back.

stages:
- key: trial
  name: Trial
- key: active
  name: Active
transitions:
- from: trial
  to: active
  after_days: 14
  when:
    trait: plan
    operator: is
    value: Premium
"""

from collections.abc import Mapping
from difflib import ndiff
from typing import Any

import msgspec

from tenure.kernel.written import Checking, Loaded, TextWrong, dumped, inside, load
from tenure.kernel.written import Wrong as Written
from tenure.lifecycle.errors import MachineWrong
from tenure.lifecycle.rules.checking import MOST_DAYS, MOST_STAGES, MOST_TRANSITIONS, check
from tenure.lifecycle.types import Machine, Stage, Transition
from tenure.segments.errors import ConditionWrong
from tenure.segments.queries.reading import plain_of, read_condition, read_plain
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition, to_json


def to_text(machine: Machine) -> str:
    """Write the lifecycle as YAML."""
    return dumped(
        {
            "stages": [{"key": s.key, "name": s.name} for s in machine.stages],
            "transitions": [_plain(t, plain_of) for t in machine.transitions],
        }
    )


def from_text(text: str) -> Machine:
    """Read YAML back; raises `MachineWrong` whose problems know their line."""
    try:
        loaded = load(text)
    except TextWrong as wrong:
        raise MachineWrong(wrong.problems) from wrong
    return _read(loaded, is_text=True)


def to_json_form(machine: Machine) -> dict[str, Any]:
    """Return the form that is stored, sent and received."""
    return {
        "stages": [{"key": s.key, "name": s.name} for s in machine.stages],
        "transitions": [_plain(t, to_json) for t in machine.transitions],
    }


def from_json_form(raw: Mapping[str, Any]) -> Machine:
    """Read and check what a program sent; raises `MachineWrong`."""
    return _read(Loaded(plain=raw), is_text=False)


def stored(raw: Mapping[str, Any]) -> Machine:
    """Read what is stored, without checking it again; raises `msgspec.ValidationError` for what cannot be read."""
    return Machine(
        stages=tuple(Stage(key=s["key"], name=s["name"]) for s in raw["stages"]),
        transitions=tuple(
            Transition(
                source=t["from"],
                target=t["to"],
                when=msgspec.convert(t["when"], Condition) if t.get("when") else None,
                after_days=t.get("after_days", 0),
            )
            for t in raw["transitions"]
        ),
    )


def changes(before: str, after: str) -> tuple[str, ...]:
    """Return the lines that came and went between two texts, with + and − in front."""
    told = ndiff(before.splitlines(), after.splitlines())
    return tuple(f"{'+' if line[0] == '+' else '−'}{line[1:]}" for line in told if line[0] in "+-")


def _plain(transition: Transition, write: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"from": transition.source, "to": transition.target}
    if transition.after_days:
        plain["after_days"] = transition.after_days
    if transition.when is not None:
        plain["when"] = write(transition.when)
    return plain


def _read(loaded: Loaded, *, is_text: bool) -> Machine:
    found = Checking(loaded)
    whole = found.mapping(loaded.plain, "", known=("stages", "transitions"), needed=("stages", "transitions"))
    stages = []
    for n, raw in enumerate(found.listing(whole.get("stages"), "stages", most=MOST_STAGES)):
        path = f"stages[{n}]"
        said = found.mapping(raw, path, known=("key", "name"), needed=("key",))
        key = found.key(said.get("key"), f"{path}.key") if "key" in said else ""
        stages.append(Stage(key=key, name=found.text(said.get("name"), f"{path}.name", most=60, default=key)))
    transitions = []
    for n, raw in enumerate(found.listing(whole.get("transitions"), "transitions", most=MOST_TRANSITIONS)):
        transitions.append(_transition(raw, f"transitions[{n}]", found, is_text=is_text))
    machine = Machine(stages=tuple(stages), transitions=tuple(transitions))
    if not stages and not found.problems:
        found.wrong("stages", Written.FIELD_MISSING, field="stages")
    if not found.problems:
        check(machine, found)
    if found.problems:
        raise MachineWrong(found.problems)
    return machine


def _transition(raw: object, path: str, found: Checking, *, is_text: bool) -> Transition:
    said = found.mapping(raw, path, known=("from", "to", "when", "after_days"), needed=("from", "to"))
    when = None
    if said.get("when") is not None:
        try:
            when = (read_plain if is_text else read_condition)(said["when"], Subject.ACCOUNT)
        except ConditionWrong as wrong:
            for problem in wrong.problems:
                params = {**problem.params, "condition": problem.code.value}
                found.wrong(inside(f"{path}.when", problem.path), Written.CONDITION, **params)
    return Transition(
        source=found.text(said.get("from"), f"{path}.from", most=30, default=""),
        target=found.text(said.get("to"), f"{path}.to", most=30, default=""),
        when=when,
        after_days=found.whole(said.get("after_days"), f"{path}.after_days", low=0, high=MOST_DAYS, default=0),
    )
