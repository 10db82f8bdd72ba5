"""Signals one by one, in lists, and counted."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Window

from tenure.signals.errors import SignalUnknown
from tenure.signals.models import Signal
from tenure.signals.rules import RISK_FROM, WATCH_FROM, severity_range, severity_step
from tenure.signals.types import (
    CloseReason,
    EvidenceKind,
    EvidenceLink,
    KindCounts,
    Severity,
    SignalCounts,
    SignalFilter,
    SignalOrder,
    SignalStatus,
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
    if wanted.outcome is not None:
        found = found.filter(outcome=wanted.outcome.value)
    if wanted.is_unsaid:
        found = found.filter(status=SignalStatus.CLOSED.value, outcome="").exclude(
            close_reason__in=[CloseReason.MERGED.value, CloseReason.TOO_LATE.value]
        )
    if wanted.closed_from is not None:
        found = found.filter(closed_at__gte=wanted.closed_from)
    if wanted.closed_before is not None:
        found = found.filter(closed_at__lt=wanted.closed_before)
    match order:
        case SignalOrder.SEVERITY:
            return found.order_by("-severity", "-pk")
        case SignalOrder.NEWEST:
            return found.order_by("-opened_at", "-pk")
        case SignalOrder.OLDEST:
            return found.order_by("opened_at", "pk")
        case SignalOrder.MONEY:
            return found.order_by(F("amount_minor").desc(nulls_last=True), "-severity", "-pk")
        case SignalOrder.ACCOUNT:
            worst = Window(Max("severity"), partition_by=F("account_id"))
            return found.annotate(worst=worst).order_by("-worst", "account_id", "-severity", "-pk")


def signals_by_ids(ids: Iterable[int]) -> list[Signal]:
    """Return these signals with account and owner, the most severe first; unknown ids are left out."""
    found = Signal.objects.select_related("account", "owner").filter(pk__in=list(ids))
    return list(found.order_by("-severity", "-pk"))


def signals_of(account_id: int) -> QuerySet[Signal]:
    """Return an account's signals, newest first."""
    return Signal.objects.select_related("owner").filter(account_id=account_id).order_by("-pk")


def live_signals(kind: str, *, among: Iterable[int] | None = None) -> dict[int, Signal]:
    """Return the open and snoozed signals of a kind by account (those without a reason key), or of some accounts."""
    found = Signal.objects.filter(kind=kind, reason_key="", status__in=_LIVE)
    if among is not None:
        found = found.filter(account_id__in=list(among))
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


def signals_open() -> QuerySet[Any, Any]:
    """Return how many open signals accounts have, of those with any, as rows of `account_id` and `key`.

    A list of accounts can be put in their order without knowing of signals.
    """
    found = Signal.objects.filter(status=SignalStatus.OPEN).order_by()
    return found.values("account_id").annotate(key=Count("pk"))


def accounts_with_open_signals(*, kind: str = "", severity: Severity | None = None) -> list[int]:
    """Return the accounts with an open signal, of a kind or severity if that is said."""
    found = Signal.objects.filter(status=SignalStatus.OPEN)
    if kind:
        found = found.filter(kind=kind)
    if severity is not None:
        low, high = severity_range(severity)
        found = found.filter(severity__gte=low, severity__lt=high)
    return sorted(set(found.values_list("account_id", flat=True)))


def links_of(signal: Signal) -> tuple[EvidenceLink, ...]:
    """Return what a signal rests on that can be opened."""
    return tuple(
        EvidenceLink(
            kind=EvidenceKind(stored["kind"]),
            id=stored.get("id"),
            since=_day(stored.get("since")),
            until=_day(stored.get("until")),
            words=stored.get("words", ""),
        )
        for stored in signal.links
        if stored.get("kind") in set(EvidenceKind)
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def open_signal_ids(account_ids: Iterable[int]) -> list[int]:
    """Return the open signals of these accounts."""
    found = Signal.objects.filter(account_id__in=list(account_ids), status=SignalStatus.OPEN)
    return list(found.order_by("pk").values_list("pk", flat=True))


def counts_by_kind(*, opened_since: datetime) -> dict[str, KindCounts]:
    """Count the signals of every kind there ever was one of."""
    found = Signal.objects.values("kind").order_by("kind")
    return {
        row["kind"]: KindCounts(open=row["open"], snoozed=row["snoozed"], opened_lately=row["lately"])
        for row in found.annotate(
            open=Count("pk", filter=Q(status=SignalStatus.OPEN.value)),
            snoozed=Count("pk", filter=Q(status=SignalStatus.SNOOZED.value)),
            lately=Count("pk", filter=Q(opened_at__gte=opened_since)),
        )
    }


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
