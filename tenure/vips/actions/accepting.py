"""What customers accepted: recorded by a member, with who, when and which terms; never changed, only withdrawn."""

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce
from tenure.vips.announcements import VipTermsAccepted
from tenure.vips.errors import AcceptanceIncomplete, NoSuchAcceptance, NoSuchVipLevel, NoVipRules
from tenure.vips.models import Acceptance, VipRules
from tenure.vips.rules import text_form
from tenure.workspaces import actions as workspaces
from tenure.workspaces import queries as workspace_queries

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def record_acceptance(
    account_id: int, level: str, *, accepted_by: str, accepted_on: date, by: "Member", note: str = ""
) -> Acceptance:
    """Record that a customer accepted what a level is promised, as the terms are now.

    Raises `NoVipRules`, `NoSuchVipLevel`, `AcceptanceIncomplete`, `NoSuchAccount`.
    """
    account, now = customers.account(account_id), clock.now()
    found = VipRules.objects.first()
    if found is None:
        raise NoVipRules
    definition = text_form.stored(found.definition)
    terms = definition.terms_of(level)
    if terms is None:
        raise NoSuchVipLevel
    who = "".join(c for c in accepted_by if c.isprintable()).strip()[:200]
    workspace = workspace_queries.workspace(tenancy.current_workspace_id())
    if not who or accepted_on > now.astimezone(ZoneInfo(workspace.timezone)).date():
        raise AcceptanceIncomplete
    made = Acceptance.objects.create(
        account_id=account.pk,
        level=level,
        version=found.version,
        includes=list(terms.includes),
        lasts_days=terms.lasts_days,
        accepted_by=who,
        accepted_on=accepted_on,
        note="".join(c for c in note if c.isprintable() or c == "\n").strip()[:1_000],
        recorded_at=now,
        recorded_by=by,
    )
    details = {"account_id": account.pk, "acceptance_id": made.pk, "level": level, "on": accepted_on.isoformat()}
    workspaces.record_audit("vips.accept", by=by, subject=str(account), details=details)
    announce(
        VipTermsAccepted(
            workspace_id=tenancy.current_workspace_id(),
            at=now,
            account_id=account.pk,
            level=level,
            level_name=next(each.name for each in definition.levels if each.key == level),
            recorded_by_id=by.pk,
        )
    )
    return made


@transaction.atomic
def withdraw_acceptance(acceptance_id: int, *, by: "Member") -> Acceptance:
    """Take an acceptance back that was recorded by mistake; raises `NoSuchAcceptance`."""
    made = _locked(acceptance_id)
    if made.withdrawn_at is None:
        made.withdrawn_at = clock.now()
        made.save(update_fields=["withdrawn_at"])
        _record("vips.withdraw", made, by)
    return made


@transaction.atomic
def restore_acceptance(acceptance_id: int, *, by: "Member") -> Acceptance:
    """Let an acceptance that was taken back count again; raises `NoSuchAcceptance`."""
    made = _locked(acceptance_id)
    if made.withdrawn_at is not None:
        made.withdrawn_at = None
        made.save(update_fields=["withdrawn_at"])
        _record("vips.restore", made, by)
    return made


def _record(action: str, made: Acceptance, by: "Member") -> None:
    details = {"account_id": made.account_id, "acceptance_id": made.pk, "level": made.level}
    workspaces.record_audit(action, by=by, subject=str(made.account), details=details)


def _locked(acceptance_id: int) -> Acceptance:
    found = (
        Acceptance.objects.select_for_update(of=("self",)).select_related("account").filter(pk=acceptance_id).first()
    )
    if found is None:
        raise NoSuchAcceptance
    return found
