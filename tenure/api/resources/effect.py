"""The effect: what touches did to retention, down to each account behind it."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few
from tenure.customers import queries as customers
from tenure.experiments import queries
from tenure.experiments.types import Group, GroupResult
from tenure.stats.survival import Standing

router = Router(tags=["effect"])

HORIZON = Query(180, ge=1, le=3_650, description="So many days since assignment.")


class GroupStandingOut(Schema):
    """Where one group stands at the horizon."""

    accounts: int = said("How many accounts are in the group.", 360)
    churned: int = said("How many of them have churned.", 41)
    share: float | None = said("The share still customers; null while nobody was watched that long.", 0.871)
    low: float = said("The lower end of its 95 % interval.", 0.83)
    high: float = said("The upper end.", 0.902)
    at_risk: int = said("How many accounts were watched that long.", 203)


class EffectOut(Schema):
    """Treated less held out at the horizon, by intention to treat, with a 95 % interval."""

    horizon_days: int = said("The horizon: so many days since assignment.", 180)
    watched_until: datetime = said("The last moment anything is known of.")
    conclusion: str = said("cannot_tell, no_difference_seen, kept_more or kept_fewer.", "kept_more")
    headline: str = said("The same in words.", "Touched accounts stay more often.")
    difference: float | None = said("The difference of the shares; null when it cannot be told.", 0.064)
    low: float = said("The lower end of its 95 % interval.", 0.008)
    high: float = said("The upper end.", 0.12)
    too_few: str | None = said("What there is too little of, if there is.", None)
    p_value: float | None = said("Of the log-rank test over all of time; null when it cannot be told.", 0.031)
    already_churned: int = said("Accounts left out because they had churned before they were assigned.", 2)
    visible: float = said("The difference that these numbers would usually show.", 0.07)
    treated: GroupStandingOut = said("The accounts that may be touched.")
    held_out: GroupStandingOut = said("The accounts kept out of touches.")
    details: list[str] = said("The particulars in words.", ["87.1% of touched accounts stay."])
    warnings: list[str] = said("What to be careful about.", [])
    how: list[str] = said("How it was computed, in words.", ["Kaplan–Meier, by intention to treat."])


class WatchedOut(Schema):
    """One account behind the comparison."""

    account_id: int = said("The account.")
    account_name: str = said("What it is called.")
    group: Group = said("treated or held_out.", "treated")
    assigned_at: datetime = said("When it was drawn.")
    days: float = said("For how many days it was watched.", 143.2)
    churned: bool = said("Whether that ended in churn.", False)
    churned_at: datetime | None = said("When it churned.", None)


class CurvePointOut(Schema):
    """One step of a group's curve."""

    group: Group = said("treated or held_out.", "treated")
    day: float = said("Days since assignment.", 90)
    share: float = said("The share still customers.", 0.93)
    low: float = said("The lower end of its 95 % interval.", 0.9)
    high: float = said("The upper end.", 0.95)
    at_risk: int = said("How many accounts were watched that long.", 288)
    ended: int = said("How many churned on this day.", 1)


class BalanceRowOut(Schema):
    """How common one value of a trait is in each group."""

    value: str = said("The value; empty where it is not known.", "Premium")
    treated: int = said("How many treated accounts have it.", 120)
    held_out: int = said("How many held-out accounts have it.", 13)
    treated_share: float = said("The share of treated accounts.", 0.33)
    held_out_share: float = said("The share of held-out accounts.", 0.325)


@router.get("", response=EffectOut, summary="Retention of treated against held-out accounts")
def read_effect(request: ApiCall, horizon_days: int = HORIZON) -> Any:
    """Compare the groups at a horizon of so many days since assignment."""
    found = queries.effect(horizon_days=horizon_days)
    words, gap = queries.effect_words(found), found.difference
    return {
        "horizon_days": found.horizon_days,
        "watched_until": found.watched_until,
        "conclusion": found.conclusion,
        "headline": words.headline,
        "difference": gap.difference,
        "low": gap.low,
        "high": gap.high,
        "too_few": gap.too_few,
        "p_value": found.log_rank.p_value if found.log_rank else None,
        "already_churned": found.already_churned,
        "visible": found.visible,
        "treated": _standing(found.treated, gap.first),
        "held_out": _standing(found.held_out, gap.second),
        "details": list(words.details),
        "warnings": list(words.warnings),
        "how": list(words.how),
    }


@lists(router, "/accounts", WatchedOut, summary="The accounts behind the comparison")
def list_accounts(
    request: ApiCall,
    group: Group | None = Query(None, description="Only those of one group."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the compared accounts, churned ones first."""
    watched = sorted(queries.watched_accounts(group=group), key=lambda w: (not w.churned, w.days, w.account_id))
    page = page_of_few(watched, cursor, limit)
    names = customers.account_names(w.account_id for w in page["items"])
    fields = [name for name in WatchedOut.model_fields if name != "account_name"]
    page["items"] = [
        {"account_name": names.get(w.account_id, ""), **{f: getattr(w, f) for f in fields}} for w in page["items"]
    ]
    return page


@lists(router, "/curves", CurvePointOut, summary="Both curves, step by step")
def list_curves(request: ApiCall, horizon_days: int = HORIZON, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the steps of both curves, treated accounts first."""
    found = queries.effect(horizon_days=horizon_days)
    fields = ("day", "share", "low", "high", "at_risk", "ended")
    points = [
        {"group": result.group, **{field: getattr(point, field) for field in fields}}
        for result in (found.treated, found.held_out)
        for point in result.curve.points
    ]
    return page_of_few(points, cursor, limit)


@lists(router, "/balance", BalanceRowOut, summary="How a trait is spread over the groups")
def list_balance(
    request: ApiCall,
    trait: str = Query("plan", min_length=1, max_length=255, description="Which trait."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List how common each value of a trait is in each group; chance should have spread it alike."""
    return page_of_few(queries.balance(trait.replace("\x00", "")).rows, cursor, limit)


def _standing(group: GroupResult, at_horizon: Standing) -> dict[str, Any]:
    return {
        "accounts": group.accounts,
        "churned": group.churned,
        "share": at_horizon.share,
        "low": at_horizon.low,
        "high": at_horizon.high,
        "at_risk": at_horizon.at_risk,
    }
