"""An account's life on its page: the stage it is in and why, and every stay before."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tenure.kernel import clock
from tenure.lifecycle import queries
from tenure.lifecycle.types import CauseOfStay, StayItem
from tenure.web.pages.accounts.staging import stages_for
from tenure.web.pages.lifecycle.words import CAUSES, TONES
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.customers.models import Account

SHOWN = 8


def life_of_account(request: Visit, account: "Account") -> Mapping[str, Any] | None:
    """Give the stays of an account, the latest first."""
    page = queries.stays_of(account.pk, limit=SHOWN)
    if not page.items:
        return None
    names, now = queries.stage_names(), clock.now()
    rows = [
        {
            "stay": item,
            "stage": names.get(item.stage, item.stage),
            "tone": TONES.get(item.stage, ""),
            "cause": CAUSES[item.cause],
            "lasted": _lasted(item, now),
        }
        for item in page.items
        if item.left_cause is not CauseOfStay.TAKEN_BACK
    ]
    may_do, held = may(request, PermissionRole.MEMBER), queries.placement_of(account.pk)
    return {
        "rows": rows,
        "more": bool(page.next_cursor),
        "held": held,
        "may_do": may_do,
        "stage_groups": stages_for(account) if may_do and held is None else [],
        "today": clock.now().astimezone(ZoneInfo(request.workspace.timezone)).date().isoformat(),
    }


def _lasted(item: StayItem, now: datetime) -> timedelta:
    return (item.left_at or now) - item.entered_at
