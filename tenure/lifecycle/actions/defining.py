"""Change the stages and transitions; every version is kept."""

from typing import TYPE_CHECKING

from django.db import transaction

from tenure.kernel import clock
from tenure.kernel.in_force import take_turn
from tenure.lifecycle.actions.following import follow_changed
from tenure.lifecycle.errors import LifecycleChangedMeanwhile, NoSuchLifecycleVersion
from tenure.lifecycle.models import Lifecycle, LifecycleVersion, Placement
from tenure.lifecycle.queries.judging import STAYS
from tenure.lifecycle.queries.machine import read_json_form
from tenure.lifecycle.rules import text_form
from tenure.lifecycle.rules.starting import usual_machine
from tenure.lifecycle.types import Machine
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def begin() -> Lifecycle:
    """Give the workspace the usual stages, unless it has some."""
    now = clock.now()
    definition = text_form.to_json_form(usual_machine())
    found, made = Lifecycle.objects.get_or_create(defaults={"definition": definition, "changed_at": now})
    if made:
        LifecycleVersion.objects.create(number=1, definition=definition, at=now)
    return found


@transaction.atomic
def change_lifecycle(machine: Machine, *, by: "Member | None", version: int | None = None) -> Lifecycle:
    """Put other stages and transitions in force and follow every account at once.

    `version` is the one the change was made from: raises `LifecycleChangedMeanwhile` when it is not the latest. What
    has no effect changes nothing. Raises `MachineWrong`.
    """
    definition = text_form.to_json_form(read_json_form(text_form.to_json_form(machine)))
    take_turn(STAYS)
    begin()
    found = Lifecycle.objects.select_for_update().get()
    if version is not None and version != found.version:
        raise LifecycleChangedMeanwhile
    if definition == found.definition:
        return found
    now = clock.now()
    found.definition, found.changed_at, found.error = definition, now, ""
    found.version += 1
    found.save(update_fields=["definition", "changed_at", "version", "error"])
    LifecycleVersion.objects.create(number=found.version, definition=definition, at=now, by=by)
    workspaces.record_audit(
        "lifecycle.change", by=by, subject=", ".join(s.name for s in machine.stages)[:200],
        details={"before": {"version": found.version - 1}, "after": {"version": found.version}},
    )  # fmt: skip
    gone = Placement.objects.filter(ended_at=None).exclude(stage__in=machine.keys)
    gone.update(ended_at=now, ended_by=by)  # nobody can be held in a stage that is no more
    follow_changed(now=now)
    return found


@transaction.atomic
def restore_version(number: int, *, by: "Member | None") -> Lifecycle:
    """Put what an earlier version said in force again, as a new version; raises `NoSuchLifecycleVersion`."""
    version = LifecycleVersion.objects.filter(number=number).first()
    if version is None:
        raise NoSuchLifecycleVersion
    return change_lifecycle(text_form.stored(version.definition), by=by)
