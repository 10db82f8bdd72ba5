"""The chance of each account, with its reasons in words."""

import dataclasses
import math
from collections.abc import Collection, Iterator

from django.db.models import QuerySet

from tenure.kernel import tenancy
from tenure.risk.models import AccountRisk, RiskModel
from tenure.risk.queries.models import model_latest, refusal_words
from tenure.risk.types import ReasonInWords, RiskBand, RiskOfAccount
from tenure.snapshots import queries as snapshots
from tenure.workspaces import queries as workspaces

SHOWN = 5
WORTH_SAYING = 0.05


@dataclasses.dataclass(frozen=True, kw_only=True)
class RiskPanel:
    """What the account page shows: the chance or why there is none, and the record of the model."""

    risk: RiskOfAccount | None
    model: RiskModel | None
    refused: str
    auc: tuple[float, float, float] | None


def risk_of(account_id: int) -> RiskOfAccount | None:
    """Return an account's chance to leave, None where none is claimed."""
    return risks_of([account_id]).get(account_id)


def risks_of(account_ids: Collection[int]) -> dict[int, RiskOfAccount]:
    """Return the chances of accounts, those that have one."""
    found = _with_model(AccountRisk.objects.filter(account_id__in=list(account_ids)))
    currency = _currency()
    return {each.account_id: in_words(each, currency) for each in found}


def risks() -> QuerySet[AccountRisk]:
    """Return every account's chance, the highest first."""
    return _with_model(AccountRisk.objects.select_related("account")).order_by("-chance", "-pk")


def _with_model(found: QuerySet[AccountRisk]) -> QuerySet[AccountRisk]:
    """Join the models without what they learnt: tens of kilobytes that would come again with every row."""
    return found.select_related("model").defer("model__content", "model__quality", "model__left_out")


def top_risks(limit: int = 20) -> list[RiskOfAccount]:
    """Return the highest chances with their reasons."""
    currency = _currency()
    return [in_words(each, currency) for each in risks()[:limit]]


def panel_of(account_id: int) -> RiskPanel:
    """Return what there is to say of an account's risk, and how far it can be trusted."""
    model = model_latest()
    auc = (model.quality or {}).get("auc") if model is not None else None
    return RiskPanel(
        risk=risk_of(account_id),
        model=model,
        refused=refusal_words(model),
        auc=(auc["value"], auc["low"], auc["high"]) if auc and auc.get("low") is not None else None,
    )


def all_in_words() -> Iterator[tuple[AccountRisk, RiskOfAccount]]:
    """Give every chance with its reasons in words, the highest first."""
    currency = _currency()
    for each in risks().iterator(chunk_size=500):
        yield each, in_words(each, currency)


def in_words(each: AccountRisk, currency: str) -> RiskOfAccount:
    """Return a chance with its reasons in words; money is in the workspace's currency."""
    beside = {name: value for name, value, _ in each.reasons}
    reasons = tuple(
        ReasonInWords(
            feature=name,
            words=snapshots.feature_reason(name, value, beside, currency=currency),
            value=value,
            adds=adds,
            times=math.exp(adds),
        )
        for name, value, adds in each.reasons
    )
    return RiskOfAccount(
        account_id=each.account_id,
        chance=each.chance,
        low=each.low,
        high=each.high,
        band=RiskBand(each.band),
        since=each.since,
        foretold_at=each.foretold_at,
        horizon_days=each.model.horizon_days,
        model_version=each.model.version,
        reasons=reasons,
    )


def _currency() -> str:
    return workspaces.workspace(tenancy.current_workspace_id()).currency
