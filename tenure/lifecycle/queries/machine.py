"""The stages and transitions in force, what they were before, and what a text says."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext

from tenure.kernel import clock
from tenure.kernel.written import Problem
from tenure.lifecycle.errors import MachineWrong, NoSuchLifecycleVersion
from tenure.lifecycle.models import Lifecycle, LifecycleVersion
from tenure.lifecycle.rules import text_form
from tenure.lifecycle.rules.starting import usual_machine
from tenure.lifecycle.types import TRAIT, Machine, MachineSummary, VersionItem, Wrong
from tenure.segments.queries.referring import asks_through
from tenure.segments.registry import Decided


def lifecycle() -> MachineSummary:
    """Return the stages and transitions in force; before the first pass, the usual ones."""
    found = Lifecycle.objects.first()
    if found is None:
        return MachineSummary(
            machine=usual_machine(), version=1, changed_at=clock.now(), changed_by="", followed_at=None, error=""
        )
    latest = LifecycleVersion.objects.filter(number=found.version).select_related("by").first()
    return MachineSummary(
        machine=text_form.stored(found.definition),
        version=found.version,
        changed_at=found.changed_at,
        changed_by=latest.by.name if latest and latest.by else "",
        followed_at=found.followed_at,
        error=found.error,
    )


def stage_names() -> dict[str, str]:
    """Return what stages are called, by key, those of earlier versions too; usual names in the reader's language."""
    names: dict[str, str] = {}
    definitions = LifecycleVersion.objects.order_by("number").values_list("definition", flat=True)
    for definition in [*definitions, text_form.to_json_form(lifecycle().machine)]:
        names |= {s["key"]: s["name"] for s in definition["stages"]}
    usual = {stage.name: _usual_name(stage.key) for stage in usual_machine().stages}
    return {key: usual.get(name, name) for key, name in names.items()}


def _usual_name(key: str) -> str:
    match key:
        case "trial":
            return gettext("Trial")
        case "onboarding":
            return gettext("Onboarding")
        case "active":
            return gettext("Active")
        case "renewing":
            return gettext("Renewing")
        case "churned":
            return gettext("Churned")
        case _:
            return gettext("Won back")


def read_text(text: str) -> Machine:
    """Read the text form; raises `MachineWrong` whose problems know their line."""
    return steady(text_form.from_text(text))


def read_json_form(raw: Mapping[str, Any]) -> Machine:
    """Read what a program sent; raises `MachineWrong`."""
    return steady(text_form.from_json_form(raw))


def steady(machine: Machine) -> Machine:
    """Let through transitions that do not ask for the stage by way of a segment; raises `MachineWrong`."""
    problems = [
        Problem(path=f"transitions[{n}].when", code=Wrong.ASKS_ITSELF_THROUGH, params={"segment": segment})
        for n, transition in enumerate(machine.transitions)
        if transition.when is not None and (segment := asks_through(transition.when, TRAIT)) is not None
    ]
    if problems:
        raise MachineWrong(problems)
    return machine


def decided_traits() -> list[Decided]:
    """Return the trait that stages are, by the conditions of the transitions in force."""
    machine = lifecycle().machine
    return [Decided(TRAIT, tuple(t.when for t in machine.transitions if t.when is not None))]


def text_of(machine: Machine) -> str:
    """Return the text form: YAML that can be reviewed and put back."""
    return text_form.to_text(machine)


def json_form(machine: Machine) -> dict[str, Any]:
    """Return the form that programs receive."""
    return text_form.to_json_form(machine)


def machine_of_version(number: int) -> Machine:
    """Return what a version said; raises `NoSuchLifecycleVersion`."""
    found = LifecycleVersion.objects.filter(number=number).first()
    if found is None:
        raise NoSuchLifecycleVersion
    return text_form.stored(found.definition)


def versions() -> Sequence[VersionItem]:
    """Return what the lifecycle was from time to time, the latest first, each with what it changed."""
    found = list(LifecycleVersion.objects.select_related("by").order_by("number"))
    texts = [text_form.to_text(text_form.stored(v.definition)) for v in found]
    changes = [(), *(text_form.changes(before, after) for before, after in pairwise(texts))][: len(texts)]
    return [
        VersionItem(number=v.number, at=v.at, by=v.by.name if v.by else "", text=text, changes=changed)
        for v, text, changed in reversed(list(zip(found, texts, changes, strict=True)))
    ]
