"""Backtests: how scores, models and signals would have done over the past as it was known then."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from ninja import Router, Schema, Status
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, as_page, page_by_id
from tenure.backtests import actions, queries
from tenure.backtests.errors import BacktestUnusable
from tenure.backtests.types import AtTop, Cell, Reach
from tenure.kernel.cursors import CursorUnreadable, as_cursor, from_cursor

if TYPE_CHECKING:
    from tenure.backtests.models import Backtest

router = Router(tags=["backtests"])


class BacktestOut(Schema):
    """One definition, run over the past once."""

    id: int = said("Which backtest.")
    kind: str = said("What was run: risk, signal, trait, segment or health.", "risk")
    subject: str = said("Which signal or trait, or the id of a segment or scorecard; empty for the risk model.", "")
    name: str = said("The same in words.", "Risk model")
    version: int = said("Which version of it; 0 where there are none.", 3)
    status: str = said("waiting, running, done, refused or failed.", "done")
    progress: float = said("How far it is, 0 to 1.", 1.0)
    horizon_days: int = said("Who left within so many days counts.", 90)
    top_share: float | None = said(
        "The share of accounts that can be touched at a moment; null where a number is.", 0.1
    )
    top_count: int | None = said("How many accounts can be touched at a moment; null where a share is.", None)
    touch_cost: int = said("What one touch costs, in minor units.", 5_000)
    currency: str = said("Of which currency.", "USD")
    told_later: bool = said("Whether some of the past is read as it is known now.", False)
    refusal: str = said("Why it says nothing; empty where it does.", "")
    asked_at: datetime = said("When it was asked for.")
    ended_at: datetime | None = said("When it was done.")
    auc: float | None = said("AUC; null before it is done.", 0.81)
    auc_low: float | None = said("From here …", 0.73)
    auc_high: float | None = said("… to here: its 95% interval, counting accounts.", 0.87)
    churns: int | None = said("How many churns there were to catch.", 41)
    churns_caught: int | None = said("How many of them had been flagged before.", 24)
    precision: float | None = said("Of accounts flagged at a moment, the share that left.", 0.31)
    precision_low: float | None = said("From here …", 0.22)
    precision_high: float | None = said("… to here: its 95% interval, counting accounts.", 0.42)
    recall: float | None = said("Of the churns, the share that had been flagged before.", 0.59)
    lift: float | None = said("How many times better than chance that is.", 4.2)
    median_lead_days: float | None = said("The median time from the first flag to leaving.", 38)
    cost_per_caught: int | None = said("What touching all flagged would have cost for each churn caught.", 41_000)
    warnings: list[str] = said("What weakens it, in words.")


class BacktestTopOut(Schema):
    """What touching the worst accounts of each moment would have come to."""

    top: str = said("How many of them, or which share.", "20")
    flagged: int = said("How many touches in all.", 240)
    churns_caught: int = said("How many churns had been flagged before.", 17)
    simple_caught: int | None = said(
        "How many as many touches of who was longest without use would have caught; null where nobody looked.", 12
    )
    precision: float | None = said("Of accounts flagged at a moment, the share that left.", 0.31)
    precision_low: float | None = said("From here …", 0.22)
    precision_high: float | None = said("… to here: its 95% interval, counting accounts.", 0.42)
    recall: float | None = said("Of the churns, the share that had been flagged before.", 0.41)
    lift: float | None = said("How many times better than chance that is.", 4.2)
    median_lead_days: float | None = said("The median time from the first flag to leaving.", 38)
    cost_per_caught: int | None = said("What touching all flagged would have cost for each churn caught.", 41_000)


class BacktestFullOut(BacktestOut):
    """One backtest with everything it came to."""

    how: str = said("How it was run, and whether it has versions, in words.")
    tops: list[BacktestTopOut] = said("At several numbers of touches, from few to many; none where nobody is ranked.")
    result: dict[str, Any] | None = said("Its own figures, those of the baselines, and each moment.")


class BacktestAccountOut(Schema):
    """One account at one moment of a backtest."""

    account_id: int = said("The account.")
    account_name: str = said("What it is called.", "Fjord")
    day: date = said("The moment: the beginning of this day (UTC).")
    score: float | None = said("Its score, as it was then; null where there was none.", 0.42)
    flagged: bool = said("Whether it was flagged.", True)
    left_after: float | None = said("After how many days it left; null: not that is known.", 31.5)
    cell: str = said("caught, false_alarm, missed or quiet.", "caught")


class BacktestIn(Schema):
    """What to run over the past."""

    kind: Literal["risk", "signal", "trait", "segment", "health"] = said("What to run.", "signal")
    subject: Text = said("Which signal, trait, segment or scorecard.", "activity_decline", max_length=255, default="")
    version: int = said(
        "Which version of a segment, scorecard, rule about a segment or the watch over use; 0: that of today.",
        0,
        ge=0,
        default=0,
    )
    top_share: float = said(
        "The share of accounts that can be touched at a moment.", 0.1, ge=0.001, le=0.5, default=0.1
    )
    top_count: int | None = said(
        "How many accounts can be touched at a moment, instead of a share.", 20, ge=1, le=100_000, default=None
    )
    touch_cost: int = said("What one touch costs, in minor units.", 5_000, ge=0, le=10**12, default=5_000)


@lists(router, "", BacktestOut, summary="List backtests")
def list_backtests(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List backtests, the latest first."""
    return page_by_id(queries.backtests(), cursor, limit, _shown)


@router.post("", response={201: BacktestOut}, summary="Run a backtest")
def run_backtest(request: ApiCall, asked: BacktestIn) -> Any:
    """Have a definition run over the past in the background; ask for it again until its status is done."""
    wanted = next((d for d in queries.definitions() if (d.kind, d.subject) == (asked.kind, asked.subject)), None)
    wanted = wanted and queries.in_version(wanted, asked.version)
    if wanted is None:
        raise BacktestUnusable("There is no such risk model, signal or score to run.")
    by = acting_member(request)
    reach = Reach(share=asked.top_share) if asked.top_count is None else Reach(count=asked.top_count)
    made = actions.ask_for_backtest(wanted, by=by, reach=reach, touch_cost=asked.touch_cost)
    return Status(201, _shown(made))


@router.get("/{int:backtest_id}", response=BacktestFullOut, summary="Read a backtest")
def read_backtest(
    request: ApiCall,
    backtest_id: int,
    top: str = Query("", description="Say also what touching so many would have come to: 15, or 7%.", max_length=12),
) -> Any:
    """Read one backtest with everything it came to."""
    made = queries.backtest(backtest_id)
    tops, asked = queries.tops_of(made), _reach(top)
    if asked is not None and asked not in [each.reach for each in tops]:
        also = queries.at_top(made, asked)
        tops += [also] if also else []
    return {
        **_shown(made),
        "how": queries.how_words(queries.definition_of(made)),
        "tops": [_top_shown(each) for each in tops],
        "result": made.result,
    }


@lists(router, "/{int:backtest_id}/accounts", BacktestAccountOut, summary="List the accounts behind a backtest")
def list_accounts_behind(
    request: ApiCall,
    backtest_id: int,
    cell: Literal["caught", "false_alarm", "missed", "quiet"] | None = Query(None, description="Only of one cell."),
    day: date | None = Query(None, description="Only of one moment."),
    top: str = Query("", description="Only who would be touched if so many could be: 15, or 7%.", max_length=12),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the accounts behind the figures, the latest moment and the highest scores first."""
    made = queries.backtest(backtest_id)
    offset = 0
    if cursor:
        (place,) = from_cursor(cursor, 1)
        if type(place) is not int or not 0 <= place < 2**40:
            raise CursorUnreadable
        offset = place
    rows, count = queries.accounts_behind(
        made, cell=Cell(cell) if cell else None, day=day, top=_reach(top), offset=offset, limit=limit
    )
    after = as_cursor([offset + limit]) if offset + limit < count else None
    return as_page([msgspec.to_builtins(each, builtin_types=(date,)) for each in rows], after)


def _reach(text: str) -> Reach | None:
    reach = queries.read_reach(text) if text else None
    if text and reach is None:
        raise BacktestUnusable("Say top as a number such as 15, or a percent such as 7% (0.1 to 50).")
    return reach


def _top_shown(each: AtTop) -> dict[str, Any]:
    return {
        "top": queries.written_reach(each.reach), "flagged": each.flagged, "churns_caught": each.churns_caught,
        "simple_caught": each.simple_caught, "precision": each.precision.value, "precision_low": each.precision.low,
        "precision_high": each.precision.high, "recall": each.recall.value, "lift": each.lift,
        "median_lead_days": each.lead_days, "cost_per_caught": each.cost_per_caught,
    }  # fmt: skip


def _shown(made: "Backtest") -> dict[str, Any]:
    judged = queries.judged_of(made)
    own = judged[0] if judged else None
    return {
        "id": made.pk, "kind": made.kind, "subject": made.subject, "name": made.subject_name, "version": made.version,
        "status": made.status, "progress": made.progress, "horizon_days": made.horizon_days,
        "top_share": made.top_share, "top_count": made.top_count, "touch_cost": made.touch_cost,
        "currency": made.currency,
        "told_later": made.told_later, "refusal": made.refusal, "asked_at": made.asked_at, "ended_at": made.ended_at,
        "auc": own.auc.value if own else None, "auc_low": own.auc.low if own else None,
        "auc_high": own.auc.high if own else None, "churns": own.churns if own else None,
        "churns_caught": own.churns_caught if own else None, "precision": own.precision.value if own else None,
        "precision_low": own.precision.low if own else None, "precision_high": own.precision.high if own else None,
        "recall": own.recall.value if own else None,
        "lift": own.lift if own else None, "median_lead_days": own.lead_days if own else None,
        "cost_per_caught": own.cost_per_caught if own else None,
        "warnings": queries.warnings(made, own, judged[1:]) if own else [],
    }  # fmt: skip
