"""Which backtests there are, what can be run, and what they came to."""

import msgspec
from django.db.models import QuerySet

from tenure.backtests.errors import NoSuchBacktest
from tenure.backtests.models import Backtest
from tenure.backtests.types import Definition, DefinitionKind, Judged, Moment, Status
from tenure.customers import queries as customers
from tenure.health import queries as health
from tenure.kernel import clock
from tenure.risk import queries as risk
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.signals import queries as signals

SCORES = ("health_score", "nps")
"""Traits that grow as accounts do better."""


def backtests() -> QuerySet[Backtest]:
    """Return every backtest, the latest first."""
    return Backtest.objects.order_by("-pk")


def backtest(pk: int) -> Backtest:
    """Return one; raises `NoSuchBacktest`."""
    found = Backtest.objects.filter(pk=pk).first()
    if found is None:
        raise NoSuchBacktest
    return found


def definitions() -> list[Definition]:
    """Return what can be run now: the risk model, signals there ever were, scores, scorecards, account segments."""
    latest = risk.model_latest()
    found = [Definition(kind=DefinitionKind.RISK, version=latest.version if latest else 0)]
    kinds = sorted(signals.counts_by_kind(opened_since=clock.now()))
    found += [Definition(kind=DefinitionKind.SIGNAL, subject=kind) for kind in kinds]
    numbers = [t.name for t in customers.observed_traits("account") if t.type == "number" and t.name in SCORES]
    found += [Definition(kind=DefinitionKind.TRAIT, subject=name, lower_is_worse=True) for name in sorted(numbers)]
    found += [
        Definition(kind=DefinitionKind.HEALTH, subject=str(each.id), version=each.version, lower_is_worse=True)
        for each in health.scorecards()
    ]
    found += [
        Definition(kind=DefinitionKind.SEGMENT, subject=str(each.id), version=each.version)
        for each in segments.segments(subject=Subject.ACCOUNT)
    ]
    return found


def is_backtested(definition: Definition) -> bool:
    """Tell whether this version has a backtest, or waits for one."""
    return Backtest.objects.filter(
        kind=definition.kind.value, subject=definition.subject, version=definition.version
    ).exists()


def previous_of(made: Backtest) -> Backtest | None:
    """Return the backtest of the same definition before this one that came to something."""
    same = Backtest.objects.filter(kind=made.kind, subject=made.subject, status=Status.DONE.value, pk__lt=made.pk)
    return same.order_by("-pk").first()


def judged_of(made: Backtest) -> list[Judged]:
    """Return what a backtest came to: its own first, then the baselines; nothing before it is done."""
    if not made.result:
        return []
    return msgspec.convert([made.result["own"], *made.result["baselines"]], list[Judged])


def moments_of(made: Backtest) -> list[Moment]:
    """Return the moments of a backtest, in order."""
    return msgspec.convert(made.result["moments"], list[Moment]) if made.result else []
