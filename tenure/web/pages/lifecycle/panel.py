"""An account's life on its page: the stage it is in and why, and every stay before."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tenure.kernel import clock
from tenure.lifecycle import queries
from tenure.lifecycle.types import StayItem
from tenure.web.pages.lifecycle.words import CAUSES, TONES
from tenure.web.visiting import Visit

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
    ]
    return {"rows": rows, "more": bool(page.next_cursor)}


def _lasted(item: StayItem, now: datetime) -> timedelta:
    return (item.left_at or now) - item.entered_at
