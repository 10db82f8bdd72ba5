"""How an account is: its stage, its use against its own expectation, what was noticed, its revenue."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tenure.activity import queries as activity
from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.customers.types import Stage
from tenure.experiments import queries as experiments
from tenure.experiments.types import Group
from tenure.kernel import clock
from tenure.signals import queries as signals
from tenure.signals.types import SignalStatus
from tenure.tracking import queries as tracking
from tenure.web.pages.accounts import words
from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.pages.accounts.rows import revenue
from tenure.web.pages.signals.words import tell_all
from tenure.web.shell import formats
from tenure.web.visiting import Visit

if TYPE_CHECKING:
    from tenure.customers.models import Account


def register() -> None:
    """Put the parts in their places."""
    for key, place, order, context in (
        ("stage", Place.MARK, 10, stage),
        ("tiles", Place.TILE, 10, tiles),
        ("noticed", Place.MAIN, 10, noticed),
        ("use", Place.MAIN, 20, use),
    ):
        template = f"accounts/parts/{key}.html"
        register_panel(key, subject="account", place=place, order=order, template=template, context=context)


def stage(request: Visit, account: "Account") -> Mapping[str, Any]:
    """Say where the account is in its life, and whether it is held out of touches."""
    now = customers.stage_of(account)
    since = {Stage.CHURNED: account.churned_at, Stage.WON_BACK: account.returned_at}.get(now, account.signed_up_at)
    return {
        "stage": words.STAGES[now],
        "tone": words.STAGE_TONES.get(now, ""),
        "since": since,
        "is_held_out": experiments.group_of([account.pk]).get(account.pk) == Group.HELD_OUT,
    }


def tiles(request: Visit, account: "Account") -> Mapping[str, Any]:
    """Give the figures above the fold."""
    today = clock.now().date()
    standing = activity.standing_of(account.pk)
    people = customers.people_of(account.pk)
    seen_since = clock.now() - timedelta(days=7)
    month = tracking.people_active(account.pk, today - timedelta(days=29), today)
    week = tracking.people_active(account.pk, today - timedelta(days=6), today)
    return {
        "verdict": activity.verdict_name(standing.verdict) if standing else "",
        "ratio": formats.percent(standing.ratio) if standing and standing.ratio is not None else "",
        "standing": standing,
        "open_signals": signals.open_counts([account.pk]).get(account.pk, 0),
        "plan": words.trait_text(account.traits.get("plan")),
        "revenue": revenue(account, request.workspace.currency),
        "is_billed": billing.ledger_of(account.pk) is not None,
        "seats": words.trait_text(account.traits.get("seats")),
        "has_one_seat": account.traits.get("seats") == 1,
        "week": week,
        "month": month,
        "people": len(people),
        "seen_lately": sum(1 for each in people if each.last_seen_at and each.last_seen_at >= seen_since),
    }


def noticed(request: Visit, account: "Account") -> Mapping[str, Any] | None:
    """Say in words what is noticed about the account now."""
    found = [each for each in signals.signals_of(account.pk) if each.status != SignalStatus.CLOSED]
    return {"noticed": tell_all(found)} if found else None


def use(request: Visit, account: "Account") -> Mapping[str, Any]:
    """Keep the place of the chart, which is fetched when the page stands."""
    return {}
