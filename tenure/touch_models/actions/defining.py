"""Change touch models and plans; every version is kept, and accounts may go on by the one they came in by."""

from typing import TYPE_CHECKING

from django.db import transaction

from tenure.customers import actions as customers
from tenure.kernel import clock
from tenure.kernel.in_force import take_turn
from tenure.touch_models.actions.following import follow_changed
from tenure.touch_models.errors import (
    NoSuchTouchModelsVersion,
    TouchModelsChangedMeanwhile,
)
from tenure.touch_models.models import (
    Lock,
    Standing,
    TouchModels,
    TouchModelsTouched,
    TouchModelsVersion,
    Transition,
)
from tenure.touch_models.queries.definitions import read_json_form
from tenure.touch_models.queries.judging import STANDINGS
from tenure.touch_models.queries.suggesting import suggested
from tenure.touch_models.rules import text_form
from tenure.touch_models.types import SOURCE, TRAIT, Definition, Existing
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_TOLD_AT_ONCE = 2_000


@transaction.atomic
def begin(*, by: "Member | None") -> TouchModels:
    """Give the workspace the usual touch models, with thresholds from what its accounts pay, unless it has some."""
    take_turn(STANDINGS)
    return TouchModels.objects.first() or change_definition(suggested(), by=by)


@transaction.atomic
def change_definition(definition: Definition, *, by: "Member | None", version: int | None = None) -> TouchModels:
    """Put other models and plans in force, and look at every account at once.

    Where `existing` is to be kept, accounts that are there already go on by the rules they came in by; new ones take
    these. Raises `TouchModelsWrong`, and `TouchModelsChangedMeanwhile` when `version` is not the latest.
    """
    plain = text_form.to_json_form(read_json_form(text_form.to_json_form(definition)))
    take_turn(STANDINGS)
    now = clock.now()
    found = TouchModels.objects.select_for_update().first()
    if version is not None and version != (found.version if found else 0):
        raise TouchModelsChangedMeanwhile
    if found is not None and plain == found.definition:
        return found
    if found is None:
        found = TouchModels.objects.create(definition=plain, changed_at=now)
    else:
        found.definition, found.changed_at, found.error = plain, now, ""
        found.version += 1
        found.save(update_fields=["definition", "changed_at", "version", "error"])
    TouchModelsVersion.objects.create(number=found.version, definition=plain, at=now, by=by)
    workspaces.record_audit(
        "touch_models.change", by=by, subject=", ".join(m.name for m in definition.models)[:200],
        details={"before": {"version": found.version - 1}, "after": {"version": found.version}},
    )  # fmt: skip
    if definition.existing is Existing.MOVE:
        Standing.objects.filter(left_at=None).update(lives_by=found.version)
    follow_changed(now=now)
    return found


@transaction.atomic
def restore_version(number: int, *, by: "Member | None") -> TouchModels:
    """Put what an earlier version said in force again, as a new version; raises `NoSuchTouchModelsVersion`."""
    version = TouchModelsVersion.objects.filter(number=number).first()
    if version is None:
        raise NoSuchTouchModelsVersion
    return change_definition(text_form.stored(version.definition), by=by)


@transaction.atomic
def take_back_beginning(*, by: "Member") -> None:
    """Be without touch models again, as if nobody had begun with them.

    Raises `TouchModelsChangedMeanwhile` once they were changed, an account was locked, or a change has begun.
    """
    take_turn(STANDINGS)
    found = TouchModels.objects.select_for_update().first()
    if found is None or found.version != 1 or Lock.objects.exists() or Transition.objects.exists():
        raise TouchModelsChangedMeanwhile
    ids, now = list(Standing.objects.order_by("account").values_list("account_id", flat=True).distinct()), clock.now()
    for n in range(0, len(ids), _TOLD_AT_ONCE):
        gone = {account_id: {TRAIT: None} for account_id in ids[n : n + _TOLD_AT_ONCE]}
        customers.set_traits_of_accounts(gone, source=SOURCE, at=now)
    for model in (Standing, TouchModelsTouched, TouchModelsVersion, TouchModels):
        model.objects.all().delete()
    subject = ", ".join(m["name"] for m in found.definition["models"])[:200]
    workspaces.record_audit("touch_models.take_back", by=by, subject=subject, details={"accounts": len(ids)})
