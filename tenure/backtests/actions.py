"""Asking for backtests and running them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import structlog
from django.db import transaction

from tenure.backtests import queries, rules
from tenure.backtests.errors import BacktestUnusable
from tenure.backtests.models import Backtest
from tenure.backtests.types import BACKTEST_ROW, AtTop, Definition, Judged, Reach, Status
from tenure.customers.types import CustomerSet
from tenure.kernel import clock, tenancy
from tenure.kernel.errors import DomainError
from tenure.lake import tables
from tenure.risk import queries as risk
from tenure.workspaces import queries as workspaces
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.risk.types import Periods
    from tenure.workspaces.models import Member

log = structlog.get_logger(__name__)

USUAL_REACH = Reach(share=0.1)
USUAL_COST = 5_000
"""Fifty units of the currency: half an hour of somebody."""
MOST_COST = 10**12
SIMPLE = "last_seen"
"""The baseline that stands beside every number of touches."""


@transaction.atomic
def ask_for_backtest(
    definition: Definition,
    *,
    by: "Member | None",
    reach: Reach = USUAL_REACH,
    touch_cost: int = USUAL_COST,
) -> Backtest:
    """Have a definition run over the past in the background. Raises `BacktestUnusable`.

    So many accounts as `reach` says can be touched at each moment, each touch at `touch_cost` (minor units).
    """
    if not rules.is_reach_usable(reach):
        raise BacktestUnusable("1 to 100,000 accounts, or 0.1 % to 50 % of them, can be touched at a time.")
    if not 0 <= touch_cost <= MOST_COST:
        raise BacktestUnusable("A touch costs nothing or more.")
    made = Backtest.objects.create(
        kind=definition.kind.value,
        subject=definition.subject,
        subject_name=queries.definition_name(definition)[:255],
        version=definition.version,
        of_segment=definition.segment_id,
        lower_is_worse=definition.lower_is_worse,
        status=Status.WAITING.value,
        horizon_days=risk.choices().horizon_days,
        top_share=reach.share,
        top_count=reach.count,
        touch_cost=touch_cost,
        currency=workspaces.workspace(tenancy.current_workspace_id()).currency,
        asked_at=clock.now(),
        asked_by=by,
    )
    if by is not None:
        record_audit("backtests.run", by=by, subject=made.subject_name, details={"backtest_id": made.pk})
    return made


def run_next(now: datetime) -> Backtest | None:
    """Run the backtest that has waited longest; None when none waits."""
    with transaction.atomic():
        made = (
            Backtest.objects.select_for_update(skip_locked=True)
            .filter(status=Status.WAITING.value)
            .order_by("pk")
            .first()
        )
        if made is None:
            return None
        was_begun = made.begun_at is not None
        made.status, made.begun_at = Status.RUNNING.value, now
        made.save(update_fields=["status", "begun_at"])
    if was_begun:  # whoever ran it before may have kept rows and not lived to say so
        tables.delete_rows(tenancy.current_workspace_id(), BACKTEST_ROW, "backtest_id", [made.pk])
    try:
        _run(made, now)
    except Exception:
        _end(made, Status.FAILED, refusal="failed")
        raise
    return made


def give_up_forsaken(before: datetime) -> int:
    """Let backtests that were begun before a moment and never ended wait again: whoever ran them is gone."""
    return Backtest.objects.filter(status=Status.RUNNING.value, begun_at__lt=before).update(
        status=Status.WAITING.value, progress=0.0
    )


def _run(made: Backtest, now: datetime) -> None:
    definition = queries.definition_of(made)
    periods = queries.past_rows(now)
    made.told_later, made.horizon_days = periods.is_told_later, periods.horizon_days
    if not periods.days.size:
        _end(made, Status.REFUSED, refusal="no_past")
        return

    def report(share: float) -> None:
        Backtest.objects.filter(pk=made.pk).update(progress=share)

    try:
        scores, are_chances = queries.scores_of(definition, periods, now, report)
    except queries.NothingToScore:
        _end(made, Status.REFUSED, refusal="nothing_scored")
        return
    except DomainError:
        log.exception("a definition cannot be run over the past", backtest=made.pk)
        _end(made, Status.REFUSED, refusal="not_of_the_past")
        return
    days_scored = np.unique(periods.days[~np.isnan(scores)])
    judged = np.isin(periods.days, days_scored)  # baselines are judged at the same moments
    periods, scores = periods.of(judged), scores[judged]
    rows = rows_of(periods)
    if not rows.left.any():
        _end(made, Status.REFUSED, refusal="nobody_left")
        return
    reach = queries.reach_of(made)
    if definition.is_yes_or_no:
        flagged = rules.named(scores)
        budget = rules.as_many_as(rows, flagged)  # baselines may touch as many as it names
    else:
        budget = rules.budget_of(rows, scores, reach)
        flagged = rules.highest(rows, scores, budget)
    own = rules.judge("own", rows, scores, flagged, made.touch_cost, chances=are_chances)
    others: list[Judged] = []
    baselines = rules.baselines(periods.values)
    for name, (simple, yes_or_no) in baselines.items():
        by_it = rules.named(simple) if yes_or_no else rules.highest(rows, simple, budget)
        others.append(rules.judge(name, rows, simple, by_it, made.touch_cost))
    others.append(rules.by_lot(rows, budget, made.touch_cost))
    tops: list[AtTop] = []
    if definition.is_ranking:
        reaches = rules.reaches_shown(reach, rows.days.size // np.unique(rows.days).size)
        above = 0.0 if definition.is_yes_or_no else -np.inf
        tops = rules.at_tops(rows, scores, baselines[SIMPLE][0], reaches, made.touch_cost, above=above)
    moments = rules.moments(rows, flagged, np.datetime64("1970-01-01"))
    _keep_rows(made, rows, scores, flagged)
    made.result = msgspec.to_builtins({"own": own, "baselines": others, "moments": moments, "tops": tops})
    _end(made, Status.DONE)


def rows_of(periods: "Periods") -> rules.Rows:
    """Return periods as what scores are judged on."""
    return rules.Rows(
        accounts=periods.accounts,
        days=periods.days,
        left_after=periods.left_after,
        mrr=periods.values["mrr"],
        horizon_days=periods.horizon_days,
    )


def _keep_rows(made: Backtest, rows: rules.Rows, scores: Any, flagged: Any) -> None:
    kept = pa.table(
        [
            pa.array(np.full(rows.days.size, made.pk), pa.int64()),
            pa.array(rows.accounts, pa.int64()),
            pa.array(scores, pa.float64(), from_pandas=True),
            pa.array(flagged, pa.bool_()),
            pa.array(rows.left_after, pa.float64(), from_pandas=True),
            pa.array(rules.cells(rows, flagged), pa.string()),
            pa.array(rows.days.astype(np.int32)).cast(pa.date32()),
        ],
        schema=BACKTEST_ROW.schema,
    )
    tables.append(tenancy.current_workspace_id(), BACKTEST_ROW, kept)


def _end(made: Backtest, status: Status, *, refusal: str = "") -> None:
    made.status, made.refusal, made.progress, made.ended_at = status.value, refusal, 1.0, clock.now()
    made.save(update_fields=["status", "refusal", "progress", "ended_at", "result", "told_later", "horizon_days"])


def erase_customers(found: CustomerSet) -> dict[str, int]:
    """Take accounts out of what is behind backtests; figures stay."""
    gone = tables.delete_rows(tenancy.current_workspace_id(), BACKTEST_ROW, "account_id", found.account_ids)
    return {"backtest_row": gone} if gone else {}
