"""Risk: the chance of each account to leave, and what says so."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Q
from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, as_page, page_by_id
from tenure.kernel.cursors import CursorUnreadable, as_cursor, from_cursor
from tenure.risk import queries

if TYPE_CHECKING:
    from tenure.risk.models import RiskModel

router = Router(tags=["risk"])


class RiskReasonOut(Schema):
    """What one number adds to the odds of leaving within four weeks."""

    feature: str = said("Which number.", "days_since_use")
    words: str = said("What its value is, in words.", "Not used for 12 days")
    value: float | None = said("The value; null where it is not known.", 12)
    times: float = said("By what it multiplies the odds, against the mean account.", 2.4)


class RiskOut(Schema):
    """The chance of one account."""

    account_id: int = said("The account.")
    account_name: str = said("What it is called.", "Fjord")
    chance: float = said("The chance to leave within the horizon, 0 to 1.", 0.31)
    low: float = said("From here …", 0.22)
    high: float = said("… to here: its 95% interval.", 0.42)
    band: str = said("usual, raised or high.", "high")
    since: datetime = said("Since when it is in this band.")
    foretold_at: datetime = said("When it was foretold.")
    horizon_days: int = said("Within so many days.", 90)
    model_version: int = said("By which model.", 3)
    reasons: list[RiskReasonOut] = said("What it comes of, the weightiest first.")


class RiskModelOut(Schema):
    """One time of learning."""

    version: int = said("Which model.", 3)
    kind: str = said("What counted as leaving: contract or use.", "contract")
    horizon_days: int = said("How far it looks ahead.", 90)
    learnt_at: datetime = said("When it was learnt.")
    first_day: date | None = said("The first week it was learnt from.")
    last_day: date | None = said("The last.")
    rows: int = said("Weeks of accounts it was learnt from, four weeks apart.", 4_212)
    accounts: int = said("Of so many accounts.", 398)
    left: int = said("After so many of these weeks the account left within four.", 61)
    told_later: bool = said("Whether some of it is known only since later, as an imported history is.", False)
    refusal: str = said("Why it claims nothing; empty where it does.", "")
    refusal_words: str = said("The same in words.", "")
    auc: float | None = said("AUC on weeks it was not taught with.", 0.82)
    auc_low: float | None = said("From here …", 0.74)
    auc_high: float | None = said("… to here: its 95% interval, counting accounts.", 0.88)
    quality: dict[str, Any] | None = said("All figures of its record.")
    left_out: list[dict[str, Any]] = said("Numbers that take no part, and why.")


@lists(router, "", RiskOut, summary="List accounts by their chance to leave")
def list_risks(
    request: ApiCall,
    band: Literal["usual", "raised", "high"] | None = Query(None, description="Only those in a band."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the chances, the highest first."""
    found = queries.risks() if band is None else queries.risks().filter(band=band)
    if cursor:
        chance, pk = from_cursor(cursor, 2)
        if isinstance(chance, bool) or not isinstance(chance, int | float) or type(pk) is not int or abs(pk) >= 2**63:
            raise CursorUnreadable
        found = found.filter(Q(chance__lt=chance) | Q(chance=chance, pk__lt=pk))
    rows = list(found[: limit + 1])
    said_of = queries.risks_of([row.account_id for row in rows[:limit]])
    next_cursor = as_cursor([rows[limit - 1].chance, rows[limit - 1].pk]) if len(rows) > limit else None
    items = []
    for row in rows[:limit]:
        each = said_of[row.account_id]
        items.append(
            {
                "account_id": row.account_id, "account_name": str(row.account), "chance": each.chance, "low": each.low,
                "high": each.high, "band": each.band.value, "since": each.since, "foretold_at": each.foretold_at,
                "horizon_days": each.horizon_days, "model_version": each.model_version,
                "reasons": [
                    {"feature": r.feature, "words": r.words, "value": r.value, "times": r.times} for r in each.reasons
                ],
            }
        )  # fmt: skip
    return as_page(items, next_cursor)


@lists(router, "/models", RiskModelOut, summary="List what was learnt")
def list_models(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List every time of learning, the latest first."""
    return page_by_id(queries.all_models(), cursor, limit, _shown)


def _shown(model: "RiskModel") -> dict[str, Any]:
    auc = (model.quality or {}).get("auc") or {}
    return {
        "version": model.version, "kind": model.kind, "horizon_days": model.horizon_days, "learnt_at": model.learnt_at,
        "first_day": model.first_day, "last_day": model.last_day, "rows": model.rows, "accounts": model.accounts,
        "left": model.left, "told_later": model.told_later, "refusal": model.refusal,
        "refusal_words": queries.refusal_words(model), "auc": auc.get("value"), "auc_low": auc.get("low"),
        "auc_high": auc.get("high"), "quality": model.quality, "left_out": model.left_out,
    }  # fmt: skip
