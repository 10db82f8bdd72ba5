"""Change levels, reasons and terms; every version is kept."""

from typing import TYPE_CHECKING

from django.db import transaction

from tenure.customers import actions as customers
from tenure.kernel import clock
from tenure.vips.actions.sweeping import one_at_a_time, sweep
from tenure.vips.errors import NoSuchVipVersion, VipRulesChangedMeanwhile
from tenure.vips.models import Acceptance, AcceptanceLink, VipReason, VipRules, VipRulesVersion
from tenure.vips.queries.rules_in_force import read_json_form, suggested
from tenure.vips.rules import text_form
from tenure.vips.types import SOURCE, TRAIT, Definition
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def begin(*, by: "Member | None") -> VipRules:
    """Give the workspace the usual three reasons, unless it has rules."""
    one_at_a_time()
    return VipRules.objects.first() or change_rules(suggested(), by=by)


@transaction.atomic
def change_rules(definition: Definition, *, by: "Member | None", version: int | None = None) -> VipRules:
    """Put other levels, reasons and terms in force, and look at every account at once.

    Raises `VipRulesWrong`, and `VipRulesChangedMeanwhile` when `version` is not the latest.
    """
    plain = text_form.to_json_form(read_json_form(text_form.to_json_form(definition)))
    one_at_a_time()
    now = clock.now()
    found = VipRules.objects.select_for_update().first()
    if version is not None and version != (found.version if found else 0):
        raise VipRulesChangedMeanwhile
    if found is not None and plain == found.definition:
        return found
    if found is None:
        found = VipRules.objects.create(definition=plain, changed_at=now)
    else:
        found.definition, found.changed_at, found.error = plain, now, ""
        found.version += 1
        found.save(update_fields=["definition", "changed_at", "version", "error"])
    VipRulesVersion.objects.create(number=found.version, definition=plain, at=now, by=by)
    workspaces.record_audit(
        "vips.change", by=by, subject=", ".join(r.name for r in definition.reasons)[:200],
        details={"before": {"version": found.version - 1}, "after": {"version": found.version}},
    )  # fmt: skip
    sweep(now=now)
    return found


@transaction.atomic
def restore_version(number: int, *, by: "Member | None") -> VipRules:
    """Put what an earlier version said in force again, as a new version; raises `NoSuchVipVersion`."""
    version = VipRulesVersion.objects.filter(number=number).first()
    if version is None:
        raise NoSuchVipVersion
    return change_rules(text_form.stored(version.definition), by=by)


@transaction.atomic
def take_back_beginning(*, by: "Member") -> None:
    """Be without rules for VIPs again, as if nobody had begun with them.

    Raises `VipRulesChangedMeanwhile` once they were changed, or a customer was asked to accept terms.
    """
    one_at_a_time()
    found = VipRules.objects.select_for_update().first()
    if found is None or found.version != 1 or AcceptanceLink.objects.exists() or Acceptance.objects.exists():
        raise VipRulesChangedMeanwhile
    ids = list(VipReason.objects.order_by("account").values_list("account_id", flat=True).distinct())
    customers.set_traits_of_accounts({each: {TRAIT: None} for each in ids}, source=SOURCE, at=clock.now())
    for model in (VipReason, VipRulesVersion, VipRules):
        model.objects.all().delete()
    subject = ", ".join(r["name"] for r in found.definition["reasons"])[:200]
    workspaces.record_audit("vips.take_back", by=by, subject=subject, details={"accounts": len(ids)})
