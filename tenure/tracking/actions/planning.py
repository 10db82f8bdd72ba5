"""Changing the tracking plan: rules for what comes in, and acknowledging what drifts."""

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from tenure.kernel import clock
from tenure.tracking.errors import RuleExists, RuleIncomplete, RuleTooMany
from tenure.tracking.models import Drift, PlanRule
from tenure.tracking.types import ID_FIELDS, Place, RuleGiven, RuleKind
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

MOST_RULES = 200
LONGEST = 255


@transaction.atomic
def define_rule(given: RuleGiven, *, by: "Member | None", actor: str = "") -> PlanRule:
    """Add a rule to the plan; the door follows it within seconds, for what arrives from then on."""
    event, new_name, field = given.event.strip(), given.new_name.strip(), given.field.strip()
    match given.kind:
        case RuleKind.BLOCK:
            complete, new_name, field = bool(event), "", ""
        case RuleKind.RENAME:
            complete, field = bool(event and new_name and event != new_name), ""
        case RuleKind.DROP | RuleKind.HASH:
            complete, new_name = bool(field) and all(field.split(".")), ""
            if given.place is Place.ID:
                # Without an id a call would be nobody's; an event's own rule would make one person two.
                complete = given.kind is RuleKind.HASH and field in ID_FIELDS and not event
    if not complete or max(map(len, (event, new_name, field))) > LONGEST or "\x00" in event + new_name + field:
        raise RuleIncomplete
    if PlanRule.objects.count() >= MOST_RULES:
        raise RuleTooMany
    try:
        with transaction.atomic():
            rule = PlanRule.objects.create(
                kind=given.kind.value,
                event=event,
                new_name=new_name,
                field=field,
                place=given.place.value,
                created_at=clock.now(),
                created_by=by,
            )
    except IntegrityError as error:
        raise RuleExists from error
    record_audit("tracking.define_rule", by=by, actor=actor, subject=event or field, details=_details(rule))
    return rule


@transaction.atomic
def remove_rule(rule: PlanRule, *, by: "Member | None", actor: str = "") -> None:
    """Take a rule out of the plan; what it dropped is gone, what it blocked can be sent again."""
    record_audit("tracking.remove_rule", by=by, actor=actor, subject=rule.event or rule.field, details=_details(rule))
    rule.delete()


@transaction.atomic
def acknowledge_drift(drift: Drift, *, by: "Member | None", actor: str = "") -> Drift:
    """Take a change off the list: somebody has seen it."""
    drift = Drift.objects.select_for_update().get(pk=drift.pk)
    if drift.acknowledged_at is None:
        drift.acknowledged_at, drift.acknowledged_by = clock.now(), by
        drift.save(update_fields=["acknowledged_at", "acknowledged_by"])
        record_audit(
            "tracking.acknowledge_drift", by=by, actor=actor, subject=drift.event,
            details={"kind": drift.kind, "property": drift.property, "was": drift.was, "now": drift.now},
        )  # fmt: skip
    return drift


def _details(rule: PlanRule) -> dict[str, str]:
    said = {"kind": rule.kind, "event": rule.event, "new_name": rule.new_name, "field": rule.field}
    return {name: value for name, value in said.items() if value} | ({"place": rule.place} if rule.field else {})
