"""How kinds of signals have done: what members said of those that closed, in all and over time; and what is muted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from django.db.models import Count, DateField, Q, QuerySet
from django.db.models.functions import Cast, TruncMonth

from tenure.signals.models import Signal, SignalMute
from tenure.signals.types import CloseReason, FalseReason, MonthOfRecord, Outcome, SignalStatus, TrackRecord


def track_record(kind: str) -> TrackRecord:
    """Count what members and churn said of the closed signals of a kind.

    Those closed by a merge say nothing; those opened only after their account had churned nothing unless a member does.
    """
    return track_records([kind])[kind]


def track_records(kinds: Iterable[str]) -> dict[str, TrackRecord]:
    """Count the same for many kinds, with one statement."""
    wanted = list(kinds)
    counted: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    rows = (
        _closed().filter(kind__in=wanted).values("kind", "outcome", "false_reason").annotate(n=Count("pk")).order_by()
    )
    for kind, outcome, reason, n in rows.values_list("kind", "outcome", "false_reason", "n"):
        counted[kind][outcome, reason] = n
    return {kind: _record(counted[kind]) for kind in wanted}


def record_by_month(kind: str, *, since: date, until: date) -> list[MonthOfRecord]:
    """Return how the signals of a kind turned out, by the month (UTC) in which they closed; months without any, too."""
    counted: dict[date, dict[tuple[str, str], int]] = defaultdict(dict)
    rows = (
        _closed()
        .filter(kind=kind, closed_at__gte=datetime(since.year, since.month, 1, tzinfo=UTC))
        .annotate(month=Cast(TruncMonth("closed_at", tzinfo=UTC), DateField()))
        .values("month", "outcome", "false_reason")
        .annotate(n=Count("pk"))
        .order_by("month")
    )
    for month, outcome, reason, n in rows.values_list("month", "outcome", "false_reason", "n"):
        counted[month][outcome, reason] = n
    months, month = [], since.replace(day=1)
    while month <= until:
        months.append(MonthOfRecord(month=month, record=_record(counted.get(month, {}))))
        month = (
            month.replace(year=month.year + 1, month=1) if month.month == 12 else month.replace(month=month.month + 1)
        )
    return months


def mutes(now: datetime, *, kind: str | None = None, account_id: int | None = None) -> QuerySet[SignalMute]:
    """Return what is muted now, the latest first; those that hold back a kind or an account if that is said."""
    found = SignalMute.objects.select_related("account", "muted_by").filter(ended_at=None, until__gt=now)
    if kind is not None:
        found = found.filter(kind__in=["", kind])
    if account_id is not None:
        found = found.filter(Q(account_id=account_id) | Q(account=None))
    return found.order_by("-pk")


def _closed() -> QuerySet[Signal]:
    closed = Signal.objects.filter(status=SignalStatus.CLOSED).exclude(close_reason=CloseReason.MERGED.value)
    return closed.exclude(close_reason=CloseReason.TOO_LATE.value, outcome="")


def _record(counted: Mapping[tuple[str, str], int]) -> TrackRecord:
    def said(outcome: str) -> int:
        return sum(n for (each, _), n in counted.items() if each == outcome)

    reasons = {reason: n for reason in FalseReason if (n := counted.get((Outcome.FALSE_ALARM.value, reason.value), 0))}
    return TrackRecord(
        true_alarms=said(Outcome.TRUE_ALARM.value),
        false_alarms=said(Outcome.FALSE_ALARM.value),
        unsaid=said(""),
        false_reasons=dict(sorted(reasons.items(), key=lambda each: -each[1])),
    )
