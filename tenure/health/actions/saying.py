"""What members say themselves: a judgement beside the score, and an override in its place; both can be taken back."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.customers import queries as customers
from tenure.health.actions.judging import judge_now, one_at_a_time, touch
from tenure.health.errors import (
    AlreadyOver,
    JudgementMissing,
    NotJudged,
    OverrideMissing,
    ReasonMissing,
    ScorecardMissing,
    ScoreOutOfRange,
)
from tenure.health.models import HealthScore, Judgement, Override, Scorecard
from tenure.kernel import clock
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def judge_account(account_id: int, score: int, *, by: "Member | None", note: str = "") -> Judgement:
    """Write down what a member thinks of an account, 0 to 100; earlier judgements stay readable."""
    account = customers.account(account_id)
    made = Judgement.objects.create(account=account, score=_in_range(score), note=_kept(note), at=clock.now(), by=by)
    details = {"account_id": account.pk, "after": made.score}
    workspaces.record_audit("health.judge_account", by=by, subject=str(account), details=details)
    judge_now(account.pk, now=made.at)
    return made


@transaction.atomic
def withdraw_judgement(judgement_id: int, *, by: "Member | None") -> Judgement:
    """Take a judgement back; the one before it counts again."""
    found = Judgement.objects.select_for_update().filter(pk=judgement_id, withdrawn_at=None).first()
    if found is None:
        raise JudgementMissing
    found.withdrawn_at = clock.now()
    found.save(update_fields=["withdrawn_at"])
    details = {"account_id": found.account_id, "before": found.score}
    workspaces.record_audit("health.withdraw_judgement", by=by, subject=str(found.account), details=details)
    judge_now(found.account_id, now=found.withdrawn_at)
    return found


@transaction.atomic
def override_score(
    account_id: int,
    scorecard_id: int,
    score: int,
    *,
    reason: str,
    by: "Member | None",
    ends_at: datetime | None = None,
) -> Override:
    """Say what the score is instead of what is computed, and why, until it ends; one before it ends now.

    Raises `ReasonMissing`, `ScoreOutOfRange`, `AlreadyOver`, `NotJudged`.
    """
    account, now = customers.account(account_id), clock.now()
    if not Scorecard.objects.filter(pk=scorecard_id, archived_at=None).exists():
        raise ScorecardMissing
    if not HealthScore.objects.filter(scorecard=scorecard_id, account=account, until=None).exists():
        raise NotJudged
    if not _kept(reason):
        raise ReasonMissing
    if ends_at is not None and ends_at <= now:
        raise AlreadyOver
    one_at_a_time()
    theirs = Override.objects.select_for_update().filter(account=account, scorecard=scorecard_id, ended_at=None)
    theirs.update(ended_at=now, ended_by=by)
    made = Override.objects.create(
        scorecard_id=scorecard_id,
        account=account,
        score=_in_range(score),
        reason=_kept(reason)[:500],
        at=now,
        ends_at=ends_at,
        by=by,
    )
    workspaces.record_audit(
        "health.override_score",
        by=by,
        subject=str(account),
        details={"account_id": account.pk, "after": made.score, "reason": made.reason},
    )
    judge_now(account.pk, now=now)
    return made


@transaction.atomic
def end_override(override_id: int, *, by: "Member | None") -> Override:
    """Let the computed score count again."""
    one_at_a_time()
    found = Override.objects.select_for_update().filter(pk=override_id, ended_at=None).first()
    if found is None:
        raise OverrideMissing
    found.ended_at, found.ended_by = clock.now(), by
    found.save(update_fields=["ended_at", "ended_by"])
    details = {"account_id": found.account_id, "before": found.score}
    workspaces.record_audit("health.end_override", by=by, subject=str(found.account), details=details)
    judge_now(found.account_id, now=found.ended_at)
    return found


@transaction.atomic
def bring_override_back(override_id: int, *, by: "Member | None") -> Override:
    """Undo the ending of an override that would still hold."""
    now = clock.now()
    one_at_a_time()
    found = Override.objects.select_for_update().filter(pk=override_id, ended_at__isnull=False).first()
    if found is None:
        raise OverrideMissing
    if found.ends_at is not None and found.ends_at <= now:
        raise AlreadyOver
    theirs = Override.objects.filter(account=found.account_id, scorecard=found.scorecard_id, ended_at=None)
    theirs.update(ended_at=now, ended_by=by)
    found.ended_at, found.ended_by = None, None
    found.save(update_fields=["ended_at", "ended_by"])
    details = {"account_id": found.account_id, "after": found.score, "reason": found.reason}
    workspaces.record_audit("health.override_score", by=by, subject=str(found.account), details=details)
    judge_now(found.account_id, now=now)
    return found


def _in_range(score: int) -> int:
    if isinstance(score, bool) or not isinstance(score, int) or not 0 <= score <= 100:
        raise ScoreOutOfRange
    return score


def _kept(text: str) -> str:
    return "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff").strip()[:1_000]


__all__ = [
    "bring_override_back",
    "end_override",
    "judge_account",
    "override_score",
    "touch",
    "withdraw_judgement",
]
