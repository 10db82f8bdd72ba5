"""Decisions of experiments, without a database or a clock."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from tenure.experiments.types import Balance, BalanceRow, Conclusion, Effect, Group, GroupResult, Watched
from tenure.stats import shares, survival

_DAY = 86_400
_BITS = 53


def lot(account_id: int, salt: str) -> float:
    """Draw a number in [0, 1) that is always the same for an account and tells nothing of it.

    The first 53 bits of SHA-256 of `salt:account_id`: as many as a float holds.
    """
    digest = hashlib.sha256(f"{salt}:{account_id}".encode()).digest()
    return float((int.from_bytes(digest[:8], "big") >> (64 - _BITS)) / (1 << _BITS))


def in_holdout(account_id: int, salt: str, share: float) -> bool:
    """Say whether an account is one of the `share` (0 to 1) kept out of touches.

    A larger share keeps everybody whom a smaller one held out.
    """
    return lot(account_id, salt) < share


def group_for(account_id: int, salt: str, share: float) -> Group:
    """Say on which side of the comparison an account's lot puts it."""
    return Group.HELD_OUT if in_holdout(account_id, salt, share) else Group.TREATED


def watch(
    account_id: int,
    group: Group,
    assigned_at: datetime,
    churned: Sequence[tuple[datetime, datetime | None]],
    watched_until: datetime,
) -> Watched | None:
    """Say how long an account was watched from its assignment to its first churn after it, or until nothing is known.

    `churned` is when it was no customer: (from, until or None). None when it was none at its assignment, or was
    assigned after all that is known. Coming back does not undo a churn.
    """
    if assigned_at > watched_until or any(
        begins <= assigned_at and (ends is None or assigned_at < ends) for begins, ends in churned
    ):
        return None
    churned_at = min((begins for begins, _ in churned if assigned_at < begins <= watched_until), default=None)
    return Watched(
        account_id=account_id,
        group=group,
        assigned_at=assigned_at,
        churned_at=churned_at,
        days=((churned_at or watched_until) - assigned_at).total_seconds() / _DAY,
        churned=churned_at is not None,
    )


def effect_of(
    watched: Sequence[Watched],
    promised: Iterable[tuple[Group, float]],
    *,
    horizon_days: int,
    since: datetime | None,
    until: datetime,
    watched_until: datetime,
    already_churned: int,
) -> Effect:
    """Compare the groups' retention; `promised` is the group and the holdout share of every assignment."""
    treated, held_out = (_lifetimes(watched, group) for group in Group)
    gap = survival.difference(treated, held_out, float(horizon_days))
    kept = gap.second.share if gap.second.share is not None else gap.first.share
    return Effect(
        since=since,
        until=until,
        watched_until=watched_until,
        horizon_days=horizon_days,
        treated=_result(Group.TREATED, treated),
        held_out=_result(Group.HELD_OUT, held_out),
        difference=gap,
        log_rank=survival.log_rank(treated, held_out),
        sample_ratio=_sample_ratio(promised),
        already_churned=already_churned,
        visible=shares.visible_difference(0.5 if kept is None else kept, gap.first.at_risk, gap.second.at_risk),
        conclusion=conclude(gap),
    )


def conclude(gap: survival.Difference) -> Conclusion:
    """Say what the difference of survival allows to be said."""
    if gap.too_few is not None or gap.difference is None:
        return Conclusion.CANNOT_TELL
    if not gap.excludes_zero:
        return Conclusion.NO_DIFFERENCE_SEEN
    return Conclusion.KEPT_MORE if gap.difference > 0 else Conclusion.KEPT_FEWER


def balance_of(trait: str, values: Iterable[tuple[Group, str]]) -> Balance:
    """Compare how a trait is spread over the groups (Pearson's χ² of homogeneity), the commonest value first.

    Only as good as its expected counts: with fewer than five expected anywhere the p-value is rough.
    """
    counts: dict[str, dict[Group, int]] = {}
    for group, value in values:
        counts.setdefault(value, dict.fromkeys(Group, 0))[group] += 1
    totals = {group: sum(row[group] for row in counts.values()) for group in Group}
    rows = tuple(
        BalanceRow(
            value=value,
            treated=row[Group.TREATED],
            held_out=row[Group.HELD_OUT],
            treated_share=row[Group.TREATED] / max(totals[Group.TREATED], 1),
            held_out_share=row[Group.HELD_OUT] / max(totals[Group.HELD_OUT], 1),
        )
        for value, row in sorted(counts.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    )
    return Balance(trait=trait, rows=rows, p_value=shares.homogeneity([(r.treated, r.held_out) for r in rows]))


def _lifetimes(watched: Sequence[Watched], group: Group) -> survival.Lifetimes:
    own = [w for w in watched if w.group == group]
    return survival.Lifetimes.of([w.days for w in own], [w.churned for w in own])


def _result(group: Group, lifetimes: survival.Lifetimes) -> GroupResult:
    drawn = survival.curve(lifetimes)
    return GroupResult(group=group, curve=drawn, accounts=drawn.n, churned=drawn.ended)


def _sample_ratio(promised: Iterable[tuple[Group, float]]) -> shares.SampleRatio:
    """Check the groups' sizes against the shares promised at each assignment (they may have changed meanwhile)."""
    listed = list(promised)
    held_out = sum(1 for group, _ in listed if group == Group.HELD_OUT)
    expected = sum(share for _, share in listed)
    if not listed:
        return shares.sample_ratio([0, 0], [1.0, 1.0])
    return shares.sample_ratio([len(listed) - held_out, held_out], [len(listed) - expected, expected])
