"""Reads of signals."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from tenure.signals.errors import SignalUnknown
from tenure.signals.models import Signal
from tenure.signals.rules import RISK_FROM, WATCH_FROM, severity_range, severity_step
from tenure.signals.types import (
    CloseReason,
    Outcome,
    Severity,
    SignalCounts,
    SignalFilter,
    SignalOrder,
    SignalStatus,
    TrackRecord,
)

_LIVE = [SignalStatus.OPEN.value, SignalStatus.SNOOZED.value]


def signal(pk: int) -> Signal:
    """Return one signal with its account and owner; raises `SignalUnknown`."""
    found = Signal.objects.select_related("account", "owner").filter(pk=pk).first()
    if found is None:
        raise SignalUnknown
    return found


def open_signals(*, kind: str | None = None, owner_id: int | None = None) -> QuerySet[Signal]:
    """Return the signals that ask for attention now, the most severe first."""
    return signals_matching(SignalFilter(kind=kind, owner_id=owner_id))


def signals_matching(wanted: SignalFilter, order: SignalOrder = SignalOrder.SEVERITY) -> QuerySet[Signal]:
    """Return the signals of a list, with account and owner."""
    found = Signal.objects.select_related("account", "owner")
    if wanted.status is not None:
        found = found.filter(status=wanted.status.value)
    if wanted.kind is not None:
        found = found.filter(kind=wanted.kind)
    if wanted.severity is not None:
        low, high = severity_range(wanted.severity)
        found = found.filter(severity__gte=low, severity__lt=high)
    if wanted.owner_id is not None:
        found = found.filter(owner_id=wanted.owner_id)
    if wanted.unowned:
        found = found.filter(owner=None)
    if wanted.account_id is not None:
        found = found.filter(account_id=wanted.account_id)
    if wanted.account_name:
        found = found.filter(account__name__icontains=wanted.account_name)
    if wanted.opened_since is not None:
        found = found.filter(opened_at__gte=wanted.opened_since)
    match order:
        case SignalOrder.SEVERITY:
            return found.order_by("-severity", "-pk")
        case SignalOrder.NEWEST:
            return found.order_by("-opened_at", "-pk")
        case SignalOrder.OLDEST:
            return found.order_by("opened_at", "pk")


def signals_of(account_id: int) -> QuerySet[Signal]:
    """Return an account's signals, newest first."""
    return Signal.objects.select_related("owner").filter(account_id=account_id).order_by("-pk")


def live_signals(kind: str) -> dict[int, Signal]:
    """Return the open and snoozed signals of a kind by account (those without a reason key)."""
    found = Signal.objects.filter(kind=kind, reason_key="", status__in=_LIVE)
    return {each.account_id: each for each in found}


def last_judged(kind: str, since: datetime) -> dict[int, datetime]:
    """Return when a member last closed a signal of a kind, by account, for those closed since then."""
    found = Signal.objects.filter(
        kind=kind, status=SignalStatus.CLOSED, close_reason=CloseReason.MEMBER.value, closed_at__gte=since
    )
    return {
        account_id: closed_at
        for account_id, closed_at in found.order_by("closed_at").values_list("account_id", "closed_at")
        if closed_at is not None
    }


def open_counts(account_ids: Iterable[int]) -> dict[int, int]:
    """Return how many open signals each of these accounts has; those with none are left out."""
    found = Signal.objects.filter(status=SignalStatus.OPEN, account_id__in=list(account_ids))
    return dict(found.values("account_id").annotate(n=Count("pk")).order_by().values_list("account_id", "n"))


def counts(*, owner_id: int | None = None) -> SignalCounts:
    """Count signals by where they stand; with an owner, only that member's."""
    mine = Signal.objects.all() if owner_id is None else Signal.objects.filter(owner_id=owner_id)
    opened = Q(status=SignalStatus.OPEN.value)
    row = mine.aggregate(
        open=Count("pk", filter=opened),
        snoozed=Count("pk", filter=Q(status=SignalStatus.SNOOZED.value)),
        closed=Count("pk", filter=Q(status=SignalStatus.CLOSED.value)),
        unowned=Count("pk", filter=opened & Q(owner=None)),
        watch=Count("pk", filter=opened & Q(severity__gte=WATCH_FROM, severity__lt=RISK_FROM)),
        risk=Count("pk", filter=opened & Q(severity__gte=RISK_FROM)),
    )
    kinds = mine.filter(opened).values("kind").annotate(n=Count("pk")).order_by("kind")
    return SignalCounts(
        open=row["open"],
        snoozed=row["snoozed"],
        closed=row["closed"],
        unowned=row["unowned"],
        open_by_kind=dict(kinds.values_list("kind", "n")),
        open_by_severity={
            Severity.INFO: row["open"] - row["watch"] - row["risk"],
            Severity.WATCH: row["watch"],
            Severity.RISK: row["risk"],
        },
    )


def severity_of(signal: Signal) -> Severity:
    """Say in which of the three steps people see a signal falls."""
    return severity_step(signal.severity)


def track_record(kind: str) -> TrackRecord:
    """Count what members said of the closed signals of a kind."""
    said = dict(
        Signal.objects.filter(kind=kind, status=SignalStatus.CLOSED)
        .values("outcome")
        .annotate(n=Count("pk"))
        .order_by(F("outcome"))
        .values_list("outcome", "n")
    )
    return TrackRecord(
        true_alarms=said.get(Outcome.TRUE_ALARM.value, 0),
        false_alarms=said.get(Outcome.FALSE_ALARM.value, 0),
        unsaid=said.get("", 0),
    )
