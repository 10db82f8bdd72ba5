"""Which backtests there are, what can be run, and what they came to."""

import dataclasses

import msgspec
from django.db.models import Case, QuerySet, When

from tenure.activity import queries as activity
from tenure.activity.types import ACTIVITY_DECLINE
from tenure.backtests.errors import NoSuchBacktest
from tenure.backtests.models import Backtest
from tenure.backtests.types import AtTop, Definition, DefinitionKind, Judged, Moment, Reach, Status
from tenure.customers import queries as customers
from tenure.health import queries as health
from tenure.kernel import clock
from tenure.kernel.errors import NotFound
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
    """Return what can be run now: the risk model, signals, scores, scorecards, segments; each as it is today.

    Signals are those that the watch over use and the rules in use open, and whatever else was ever opened.
    """
    latest = risk.model_latest()
    found = [Definition(kind=DefinitionKind.RISK, version=latest.version if latest else 0)]
    kinds = {ACTIVITY_DECLINE, *signals.counts_by_kind(opened_since=clock.now())}
    rules = {segment_signals.kind_of(rule): rule.segment for rule in segment_signals.segment_signals()}
    versions = {kind: segment.version for kind, segment in rules.items()}
    versions[ACTIVITY_DECLINE] = activity.choices_version()
    kinds |= versions.keys()
    found += [
        Definition(
            kind=DefinitionKind.SIGNAL,
            subject=kind,
            version=versions.get(kind, 0),
            segment_id=rules[kind].pk if kind in rules else None,
        )
        for kind in sorted(kinds)
    ]
    numbers = [t.name for t in customers.observed_traits("account") if t.type == "number" and t.name in SCORES]
    found += [Definition(kind=DefinitionKind.TRAIT, subject=name, lower_is_worse=True) for name in sorted(numbers)]
    found += [
        Definition(kind=DefinitionKind.HEALTH, subject=str(each.id), version=each.version, lower_is_worse=True)
        for each in health.scorecards()
    ]
    found += [
        Definition(kind=DefinitionKind.SEGMENT, subject=str(each.id), version=each.version)
        for each in segments.segments()
    ]
    return found


def is_of_people(definition: Definition) -> bool:
    """Tell whether what is run is a segment of people, whose accounts are flagged."""
    if definition.kind is not DefinitionKind.SEGMENT:
        return False
    try:
        return segments.segment(int(definition.subject)).subject is Subject.PERSON
    except NotFound:
        return False


def reach_of(made: Backtest) -> Reach:
    """Return how many accounts could be touched at each moment."""
    return Reach(count=made.top_count, share=made.top_share)


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
        kind=definition.kind.value,
        subject=definition.subject,
        version=definition.version,
        of_segment=definition.segment_id,
    ).exists()


def previous_of(made: Backtest) -> Backtest | None:
    """Return the backtest to compare with: of the version before, the same one's run before this where there is none.

    Of versions before, the latest that came to something; of its runs, one on the same terms where there is any. Of a
    rule that was about another segment before and has no earlier version since, the latest run of it then.
    """
    reach = {"top_count": made.top_count} if made.top_share is None else {"top_share": made.top_share}
    same = Backtest.objects.filter(kind=made.kind, subject=made.subject, status=Status.DONE.value).annotate(
        alike=Case(When(horizon_days=made.horizon_days, **reach, then=1), default=0)
    )
    of_it = same.filter(of_segment=made.of_segment)
    of_before = of_it.filter(version__lt=made.version).order_by("-version", "-alike", "-pk").first()
    if of_before is None and made.of_segment is not None:
        begun = of_it.order_by("pk").values_list("pk", flat=True).first() or made.pk
        of_before = same.exclude(of_segment=made.of_segment).filter(pk__lt=begun).order_by("-alike", "-pk").first()
    return of_before or of_it.filter(version=made.version, pk__lt=made.pk).order_by("-alike", "-pk").first()


def on_the_same_terms(made: Backtest, other: Backtest) -> bool:
    """Tell whether two backtests look as far ahead, at as many accounts."""
    return (made.horizon_days, reach_of(made)) == (other.horizon_days, reach_of(other))


def version_before(made: Backtest) -> Definition | None:
    """Return the version before, where it can be run and has no backtest yet."""
    if made.version < 2 or not definition_of(made).is_versioned:
        return None
    before = dataclasses.replace(definition_of(made), version=made.version - 1)
    return None if is_backtested(before) else before


def version_in_force(made: Backtest) -> Definition | None:
    """Return what the definition is today, where that is another version than was run and has no backtest yet."""
    ran = definition_of(made)
    if not ran.is_versioned:
        return None
    today = next((d for d in definitions() if (d.kind, d.subject) == (ran.kind, ran.subject)), None)
    if today is None or (today.version, today.segment_id) == (ran.version, ran.segment_id) or is_backtested(today):
        return None
    return today


def definition_of(made: Backtest) -> Definition:
    """Return what was run."""
    return Definition(
        kind=DefinitionKind(made.kind),
        subject=made.subject,
        version=made.version,
        lower_is_worse=made.lower_is_worse,
        segment_id=made.of_segment,
    )


def judged_of(made: Backtest) -> list[Judged]:
    """Return what a backtest came to: its own first, then the baselines; nothing before it is done."""
    if not made.result:
        return []
    return msgspec.convert([made.result["own"], *made.result["baselines"]], list[Judged])


def tops_of(made: Backtest) -> list[AtTop]:
    """Return what a backtest came to at several numbers of touches; nothing of what names accounts and ranks none."""
    return msgspec.convert(made.result.get("tops", []), list[AtTop]) if made.result else []


def moments_of(made: Backtest) -> list[Moment]:
    """Return the moments of a backtest, in order."""
    return msgspec.convert(made.result["moments"], list[Moment]) if made.result else []
