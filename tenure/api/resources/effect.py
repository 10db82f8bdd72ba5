"""The effect: what touches did to retention."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.experiments import queries
from tenure.experiments.types import GroupResult
from tenure.stats.survival import Standing

router = Router(tags=["effect"])


class StandingOut(Schema):
    """Where one group stands at the horizon; `share` is null while nobody was watched that long."""

    accounts: int
    churned: int
    share: float | None
    low: float
    high: float
    at_risk: int


class EffectOut(Schema):
    """Treated less held out at the horizon, by intention to treat, with a 95 % interval."""

    horizon_days: int
    watched_until: datetime
    conclusion: str
    headline: str
    difference: float | None
    low: float
    high: float
    too_few: str | None
    treated: StandingOut
    held_out: StandingOut
    warnings: list[str]


@router.get("", response=EffectOut, summary="Retention of treated against held-out accounts")
def read_effect(request: ApiCall, horizon_days: int = Query(180, ge=1, le=3_650)) -> Any:
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
        "treated": _standing(found.treated, gap.first),
        "held_out": _standing(found.held_out, gap.second),
        "warnings": list(words.warnings),
    }


def _standing(group: GroupResult, at_horizon: Standing) -> dict[str, Any]:
    return {
        "accounts": group.accounts,
        "churned": group.churned,
        "share": at_horizon.share,
        "low": at_horizon.low,
        "high": at_horizon.high,
        "at_risk": at_horizon.at_risk,
    }
