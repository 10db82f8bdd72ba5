"""Which backtests there are, what can be run, and what they came to."""

import dataclasses

import msgspec
from django.db.models import Case, QuerySet, When

from tenure.activity.types import ACTIVITY_DECLINE
from tenure.backtests.errors import NoSuchBacktest
from tenure.backtests.models import Backtest
from tenure.backtests.types import Definition, DefinitionKind, Judged, Moment, Status
from tenure.customers import queries as customers
from tenure.health import queries as health
from tenure.kernel import clock
from tenure.risk import queries as risk
from tenure.segment_signals import queries as segment_signals
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.signals import queries as signals

SHOWN = 5
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
    """Return what can be run now: the risk model, signals, scores, scorecards, account segments; each as it is today.

    Signals are those that the watch over use and the rules in use open, and whatever else was ever opened.
    """
    latest = risk.model_latest()
    found = [Definition(kind=DefinitionKind.RISK, version=latest.version if latest else 0)]
    kinds = {ACTIVITY_DECLINE, *signals.counts_by_kind(opened_since=clock.now())}
    versions = {segment_signals.kind_of(rule): rule.segment.version for rule in segment_signals.segment_signals()}
    kinds |= versions.keys()
    found += [
        Definition(kind=DefinitionKind.SIGNAL, subject=kind, version=versions.get(kind, 0)) for kind in sorted(kinds)
    ]
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


def earlier_versions(definition: Definition) -> list[Definition]:
    """Return what has versions as it was in those before, the latest first, `SHOWN` of them at most."""
    if not definition.is_versioned:
        return []
    first = max(definition.version - SHOWN, 1)
    return [dataclasses.replace(definition, version=n) for n in range(definition.version - 1, first - 1, -1)]


def in_version(definition: Definition, number: int) -> Definition | None:
    """Return a definition as it was in a version, 0 being that of today; None where there is no such version."""
    if number in (0, definition.version):
        return definition
    if not definition.is_versioned or not 0 < number < definition.version:
        return None
    return dataclasses.replace(definition, version=number)


def is_backtested(definition: Definition) -> bool:
    """Tell whether this version has a backtest, or waits for one."""
    return Backtest.objects.filter(
        kind=definition.kind.value, subject=definition.subject, version=definition.version
    ).exists()


def previous_of(made: Backtest) -> Backtest | None:
    """Return the backtest to compare with: of the version before, the same one's run before this where there is none.

    Of versions before, the latest that came to something; of its runs, one on the same terms where there is any.
    """
    same = Backtest.objects.filter(kind=made.kind, subject=made.subject, status=Status.DONE.value).annotate(
        alike=Case(When(horizon_days=made.horizon_days, top_share=made.top_share, then=1), default=0)
    )
    of_before = same.filter(version__lt=made.version).order_by("-version", "-alike", "-pk").first()
    return of_before or same.filter(version=made.version, pk__lt=made.pk).order_by("-alike", "-pk").first()


def on_the_same_terms(made: Backtest, other: Backtest) -> bool:
    """Tell whether two backtests look as far ahead, at as many accounts."""
    return (made.horizon_days, made.top_share) == (other.horizon_days, other.top_share)


def version_before(made: Backtest) -> Definition | None:
    """Return the version before, where it can be run and has no backtest yet."""
    if made.version < 2 or not definition_of(made).is_versioned:
        return None
    before = dataclasses.replace(definition_of(made), version=made.version - 1)
    return None if is_backtested(before) else before


def definition_of(made: Backtest) -> Definition:
    """Return what was run."""
    return Definition(
        kind=DefinitionKind(made.kind),
        subject=made.subject,
        version=made.version,
        lower_is_worse=made.lower_is_worse,
    )


def judged_of(made: Backtest) -> list[Judged]:
    """Return what a backtest came to: its own first, then the baselines; nothing before it is done."""
    if not made.result:
        return []
    return msgspec.convert([made.result["own"], *made.result["baselines"]], list[Judged])


def moments_of(made: Backtest) -> list[Moment]:
    """Return the moments of a backtest, in order."""
    return msgspec.convert(made.result["moments"], list[Moment]) if made.result else []
