"""The closed set of conditions a segment is made of; frozen, and the JSON form that is stored, sent and received.

Each is an object with its `kind`:

    {"kind": "all", "conditions": [
        {"kind": "trait", "name": "plan", "operator": "is", "value": "Premium"},
        {"kind": "last_seen", "operator": "more_than_days_ago", "days": 14}]}

A place in it is written as a *path*: `all[1].operator`, `any[0].not.days`; the path of a lone condition is "".

Days are counted in UTC. "In the last 7 days" is today so far and the 7 days before it, so that nothing that happened
within the last 7 × 24 hours is missed. Ages of single moments ("signed up more than 14 days ago") are exact to the
microsecond. A change of use compares only complete days.
"""

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from tenure.segments.types.operators import AgeOperator as AgeOperator
from tenure.segments.types.operators import By as By
from tenure.segments.types.operators import Direction as Direction
from tenure.segments.types.operators import FactKind as FactKind
from tenure.segments.types.operators import OwnerOperator as OwnerOperator
from tenure.segments.types.operators import Quantifier as Quantifier
from tenure.segments.types.operators import RenewalOperator as RenewalOperator
from tenure.segments.types.operators import SubscriptionStatus as SubscriptionStatus
from tenure.segments.types.operators import TicketPriority as TicketPriority
from tenure.segments.types.operators import TicketWhat as TicketWhat
from tenure.segments.types.operators import TimesOperator as TimesOperator
from tenure.segments.types.operators import TimeUnit as TimeUnit
from tenure.segments.types.operators import TraitOperator as TraitOperator
from tenure.segments.types.operators import UsageMeasure as UsageMeasure


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind"):
    """What all conditions share: how they are written as JSON."""


TraitValue: TypeAlias = str | int | float | bool


class All(Node, tag="all", frozen=True, kw_only=True):
    """True when every one of them is."""

    conditions: tuple["Condition", ...]


class AnyOf(Node, tag="any", frozen=True, kw_only=True):
    """True when at least one of them is."""

    conditions: tuple["Condition", ...]


class Not(Node, tag="not", frozen=True, kw_only=True):
    """True when the condition is not."""

    condition: "Condition"


class Trait(Node, tag="trait", frozen=True, kw_only=True):
    """A fact about the account or person, compared by a typed operator."""

    name: str
    operator: TraitOperator
    value: TraitValue | tuple[TraitValue, ...] | None = None


class Filter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a property of an event has to be, compared as traits are."""

    property: str
    operator: TraitOperator
    value: TraitValue | tuple[TraitValue, ...] | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One event of a sequence."""

    event: str
    where: tuple[Filter, ...] = ()


class TraitWas(Node, tag="trait_was", frozen=True, kw_only=True):
    """A fact compared so at some moment of the last `days`, by what was said of it over time; now counts, too."""

    name: str
    operator: TraitOperator
    value: TraitValue | tuple[TraitValue, ...] | None = None
    days: int


class TraitChanged(Node, tag="trait_changed", frozen=True, kw_only=True):
    """A fact that was known changed in the last `days`: from a value or any, to a value or anything else."""

    name: str
    from_value: TraitValue | None = None
    to_value: TraitValue | None = None
    days: int


class Performed(Node, tag="performed", frozen=True, kw_only=True):
    """An event was performed so many times, in the last `days` or (None) ever; by anyone at the account."""

    event: str
    where: tuple[Filter, ...] = ()
    operator: TimesOperator = TimesOperator.AT_LEAST
    times: int = 1
    days: int | None = None


class NotPerformed(Node, tag="not_performed", frozen=True, kw_only=True):
    """An event was not performed in the last `days`, or (None) never."""

    event: str
    where: tuple[Filter, ...] = ()
    days: int | None = None


class FirstPerformed(Node, tag="first_performed", frozen=True, kw_only=True):
    """When an event was performed for the first time; false of those who never did."""

    event: str
    where: tuple[Filter, ...] = ()
    operator: AgeOperator = AgeOperator.WITHIN_LAST_DAYS
    days: int


class LastPerformed(Node, tag="last_performed", frozen=True, kw_only=True):
    """When an event was performed last; false of those who never did."""

    event: str
    where: tuple[Filter, ...] = ()
    operator: AgeOperator = AgeOperator.MORE_THAN_DAYS_AGO
    days: int


class InSequence(Node, tag="sequence", frozen=True, kw_only=True):
    """Events followed one another, all within a time of the first; the last in the last `days`, or (None) ever.

    A step comes strictly later than the one before it; others in between do not matter. Of an account, `by` says
    whether one person has to have done all of it.
    """

    steps: tuple[Step, ...]
    within: int
    unit: TimeUnit = TimeUnit.DAYS
    by: By = By.ANYONE
    days: int | None = None


class Usage(Node, tag="usage", frozen=True, kw_only=True):
    """Events, people active or days active over the last `days`, compared with a number.

    Of one event, or (None) of all.
    """

    measure: UsageMeasure
    event: str | None = None
    operator: TimesOperator = TimesOperator.AT_LEAST
    amount: int
    days: int


class UsageChange(Node, tag="usage_change", frozen=True, kw_only=True):
    """Use over the last `days` complete days fell or rose by at least `percent` against the `days` before those.

    Of one event, or (None) of all. False where there was no use in the earlier days: nothing can be said of a change
    from nothing.
    """

    measure: UsageMeasure
    event: str | None = None
    direction: Direction = Direction.FELL
    percent: int
    days: int


class SignedUp(Node, tag="signed_up", frozen=True, kw_only=True):
    """When the account signed up (or the person was first seen)."""

    operator: AgeOperator = AgeOperator.WITHIN_LAST_DAYS
    days: int


class LastSeen(Node, tag="last_seen", frozen=True, kw_only=True):
    """When the account or person was last seen using the product; false of those never seen."""

    operator: AgeOperator = AgeOperator.MORE_THAN_DAYS_AGO
    days: int


class Churned(Node, tag="churned", frozen=True, kw_only=True):
    """The account has churned, or has not. Of accounts only."""

    value: bool = True


class Owner(Node, tag="owner", frozen=True, kw_only=True):
    """The account has an owner, has none, or a certain member is it. Of accounts only."""

    operator: OwnerOperator = OwnerOperator.IS_SET
    member_id: int | None = None


class Subscription(Node, tag="subscription", frozen=True, kw_only=True):
    """Where the account's subscriptions stand together. Of accounts only, as all that billing says."""

    status: SubscriptionStatus


class BilledPlan(Node, tag="billed_plan", frozen=True, kw_only=True):
    """One of the plans the account pays for (or tries) has this name; case does not matter."""

    plan: str


class Mrr(Node, tag="mrr", frozen=True, kw_only=True):
    """What the account pays a month, in minor units of a currency, at the workspace's rates; 0 without a ledger.

    False of everybody where no rate of the currency is known.
    """

    operator: TimesOperator = TimesOperator.AT_LEAST
    amount: int
    currency: str


class Renewal(Node, tag="renewal", frozen=True, kw_only=True):
    """When the account's next renewal is, and (None: any) the how-manieth it is."""

    operator: RenewalOperator = RenewalOperator.WITHIN_NEXT_DAYS
    days: int
    number: int | None = None


class Tickets(Node, tag="tickets", frozen=True, kw_only=True):
    """So many tickets opened or solved in the last `days` or (None) ever, or open now; of any priority, or of some."""

    what: TicketWhat = TicketWhat.OPENED
    operator: TimesOperator = TimesOperator.AT_LEAST
    times: int = 1
    priorities: tuple[TicketPriority, ...] = ()
    days: int | None = None


class People(Node, tag="people", frozen=True, kw_only=True):
    """A condition holds of so many of the account's people, or of so many with one of some roles there.

    A share is of all people asked, and false where there are none. Of accounts only.
    """

    quantifier: Quantifier = Quantifier.AT_LEAST
    number: int = 1
    roles: tuple[str, ...] = ()
    condition: "Condition | None" = None


class InSegment(Node, tag="in_segment", frozen=True, kw_only=True):
    """Whoever is in another segment; of a person also whose primary account is in a segment of accounts."""

    segment_id: int


class Listed(Node, tag="listed", frozen=True, kw_only=True):
    """Whoever was put on the segment's list by hand: the whole condition of a static segment."""


class RandomBucket(Node, tag="random_bucket", frozen=True, kw_only=True):
    """A stable random share: those whose hash with `salt` falls in `low` ≤ percent < `high`."""

    salt: str
    low: int = 0
    high: int


Leaf: TypeAlias = (
    Trait
    | TraitWas
    | TraitChanged
    | Performed
    | NotPerformed
    | FirstPerformed
    | LastPerformed
    | InSequence
    | Usage
    | UsageChange
    | SignedUp
    | LastSeen
    | Churned
    | Owner
    | Subscription
    | BilledPlan
    | Mrr
    | Renewal
    | Tickets
    | People
    | InSegment
    | RandomBucket
    | Listed
)
Group: TypeAlias = All | AnyOf
Condition: TypeAlias = Group | Not | Leaf

LEAVES: tuple[type[Leaf], ...] = (
    Trait,
    TraitWas,
    TraitChanged,
    Performed,
    NotPerformed,
    FirstPerformed,
    LastPerformed,
    InSequence,
    Usage,
    UsageChange,
    SignedUp,
    LastSeen,
    Churned,
    Owner,
    Subscription,
    BilledPlan,
    Mrr,
    Renewal,
    Tickets,
    People,
    InSegment,
    RandomBucket,
    Listed,
)


def kind_of(node: type[Node] | Node) -> str:
    """Return the `kind` a condition is written with."""
    return str(node.__struct_config__.tag)


def joined(path: str, step: str) -> str:
    """Append a step to a path."""
    return f"{path}.{step}" if path else step


def leaves(condition: Condition, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Walk the leaves from left to right, each with its path."""
    match condition:
        case All() | AnyOf():
            for i, each in enumerate(condition.conditions):
                yield from leaves(each, joined(path, f"{kind_of(condition)}[{i}]"))
        case Not():
            yield from leaves(condition.condition, joined(path, "not"))
        case _:
            yield path, condition


def asks_for(condition: Condition, trait: str) -> bool:
    """Tell whether a condition asks what a trait of its own subject is, was, or whether it changed."""
    return any(
        isinstance(leaf, Trait | TraitWas | TraitChanged) and leaf.name == trait for _, leaf in leaves(condition)
    )


def to_json(condition: Condition) -> dict[str, object]:
    """Return the JSON form, as plain dicts and lists: what a database gives back is equal to it."""
    plain: dict[str, object] = msgspec.json.decode(msgspec.json.encode(condition))
    return plain
