"""What a condition can be made of: the traits and events this workspace has seen, for autocompletion."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache

from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.customers.types import ObservedTrait, SubjectKind
from tenure.kernel import clock, tenancy
from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.segments.queries.offered import trait_values
from tenure.segments.types import Subject
from tenure.tracking import queries as tracking
from tenure.tracking.types.lake import PERSON_DAY

EVENTS_OF_DAYS = 60
MOST_EVENTS = 300

_OWN_TRAITS: dict[Subject, tuple[ObservedTrait, ...]] = {
    Subject.ACCOUNT: (
        ObservedTrait(name="name", type="text", subjects=0, samples=()),
        ObservedTrait(name="domain", type="text", subjects=0, samples=()),
        ObservedTrait(name="external_id", type="text", subjects=0, samples=()),
        ObservedTrait(name="is_solo", type="boolean", subjects=0, samples=("true", "false")),
        ObservedTrait(name="churned_at", type="date", subjects=0, samples=()),
        ObservedTrait(name="returned_at", type="date", subjects=0, samples=()),
        ObservedTrait(name="first_seen_at", type="date", subjects=0, samples=()),
    ),
    Subject.PERSON: (
        ObservedTrait(
            name="role",
            type="text",
            subjects=0,
            samples=(
                "buyer",
                "executive_sponsor",
                "influencer",
                "manager",
                "executive",
                "administrator",
                "power_user",
                "champion",
                "it",
                "user",
            ),
        ),
        ObservedTrait(name="name", type="text", subjects=0, samples=()),
        ObservedTrait(name="email", type="text", subjects=0, samples=()),
        ObservedTrait(name="timezone", type="text", subjects=0, samples=()),
        ObservedTrait(name="locale", type="text", subjects=0, samples=()),
        ObservedTrait(name="first_seen_at", type="date", subjects=0, samples=()),
    ),
}
_CONCLUDED = (
    ObservedTrait(
        name="lifecycle_stage",
        type="text",
        subjects=0,
        samples=(),
    ),
    ObservedTrait(name="touch_model", type="text", subjects=0, samples=()),
    ObservedTrait(name="health_score", type="number", subjects=0, samples=()),
    ObservedTrait(name="churn_risk", type="number", subjects=0, samples=()),
    ObservedTrait(name="vip", type="text", subjects=0, samples=()),
    ObservedTrait(name="nps", type="number", subjects=0, samples=()),
)
"""Traits that Tenure concludes of accounts, offered before it has concluded any."""


def traits_to_choose_from(subject: Subject) -> Sequence[ObservedTrait]:
    """Return the traits conditions can compare: what was observed, the commonest first, then every subject's own."""
    own = _OWN_TRAITS[subject]
    known = {trait.name for trait in own}
    observed = [t for t in customers.observed_traits(_kind(subject)) if t.name not in known]
    seen = {trait.name for trait in observed}
    concluded = [t for t in _CONCLUDED if t.name not in seen] if subject is Subject.ACCOUNT else []
    return [*observed, *concluded, *own]


def values_to_choose_from(
    subject: Subject, names: Collection[str], *, past: bool = False
) -> Mapping[str, Sequence[str]]:
    """Return values of traits: those that Tenure itself gives them, then those observed, the commonest first."""
    ours = _OWN_TRAITS[subject] + (_CONCLUDED if subject is Subject.ACCOUNT else ())
    known = {trait.name: trait.samples for trait in ours if trait.name in names}
    unseen = {trait.name for trait in _OWN_TRAITS[subject]} - {"timezone", "locale"}
    found = trait_values(subject, set(names) - unseen, past=past)
    return {name: list(dict.fromkeys([*known.get(name, ()), *found.get(name, ())])) for name in {*known, *found}}


def currencies_to_choose_from() -> Sequence[str]:
    """Return the currencies that amounts can be compared in: the workspace's own first, then those billed in."""
    return [billing.ledger_choices().currency, *(rate.currency for rate in billing.exchange_rates())]


def events_to_choose_from() -> Sequence[str]:
    """Return the names of events seen in the last 60 days, the most frequent first."""
    today = clock.now().date()
    days = [today - timedelta(days=n) for n in range(EVENTS_OF_DAYS + 1)]
    found = tables.files(tenancy.current_workspace_id(), PERSON_DAY, days)
    engine.name_files("segment_recent_days", PERSON_DAY, found)
    events: list[str] = engine.answer(_commonest_sql())["event"].to_pylist()
    return events


def properties_to_choose_from(event: str) -> Sequence[str]:
    """Return the properties observed of an event, the most frequent first."""
    return [each.name for each in tracking.planned_properties(event)]


def plans_to_choose_from() -> Sequence[str]:
    """Return the plans that are paid for now."""
    return sorted({name for plans in billing.billed()["plans"].to_pylist() for name in plans})


@lru_cache
def _commonest_sql() -> str:
    days = ibis.table(ibis.Schema.from_pyarrow(PERSON_DAY.schema), name="segment_recent_days")
    counted = days.group_by("event").aggregate(n=days.n.sum())
    return engine.sql_of(counted.order_by(counted.n.desc(), "event").limit(MOST_EVENTS))


def _kind(subject: Subject) -> SubjectKind:
    return "account" if subject is Subject.ACCOUNT else "person"
