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
from enum import StrEnum
from typing import TypeAlias

import msgspec


class TraitOperator(StrEnum):
    """How a trait is compared. Text ignores case; "is not" and "is not set" are true of those who lack the trait."""

    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    BETWEEN = "between"
    IS_SET = "is_set"
    IS_NOT_SET = "is_not_set"
    BEFORE = "before"
    AFTER = "after"
    WITHIN_LAST_DAYS = "within_last_days"
    MORE_THAN_DAYS_AGO = "more_than_days_ago"
    WITHIN_NEXT_DAYS = "within_next_days"


class TimesOperator(StrEnum):
    """How a count is compared with a number."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACTLY = "exactly"


class AgeOperator(StrEnum):
    """How long ago a moment is."""

    MORE_THAN_DAYS_AGO = "more_than_days_ago"
    WITHIN_LAST_DAYS = "within_last_days"
    EXACTLY_DAYS_AGO = "exactly_days_ago"


class OwnerOperator(StrEnum):
    """Whether an account has an owner, or a certain one."""

    IS_SET = "is_set"
    IS_NOT_SET = "is_not_set"
    IS = "is"


class UsageMeasure(StrEnum):
    """What is counted of the use of the product."""

    EVENTS = "events"
    ACTIVE_PEOPLE = "active_people"
    ACTIVE_DAYS = "active_days"


class Direction(StrEnum):
    """Which way use went."""

    FELL = "fell"
    ROSE = "rose"


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


class Performed(Node, tag="performed", frozen=True, kw_only=True):
    """An event was performed so many times, in the last `days` or (None) ever; by anyone at the account."""

    event: str
    operator: TimesOperator = TimesOperator.AT_LEAST
    times: int = 1
    days: int | None = None


class NotPerformed(Node, tag="not_performed", frozen=True, kw_only=True):
    """An event was not performed in the last `days`, or (None) never."""

    event: str
    days: int | None = None


class LastPerformed(Node, tag="last_performed", frozen=True, kw_only=True):
    """An event was performed at some time, and last more than `days` ago."""

    event: str
    days: int


class Usage(Node, tag="usage", frozen=True, kw_only=True):
    """Events, people active or days active over the last `days`, compared with a number."""

    measure: UsageMeasure
    operator: TimesOperator = TimesOperator.AT_LEAST
    amount: int
    days: int


class UsageChange(Node, tag="usage_change", frozen=True, kw_only=True):
    """Use over the last `days` complete days fell or rose by at least `percent` against the `days` before those.

    False where there was no use in the earlier days: nothing can be said of a change from nothing.
    """

    measure: UsageMeasure
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


class RandomBucket(Node, tag="random_bucket", frozen=True, kw_only=True):
    """A stable random share: those whose hash with `salt` falls in `low` ≤ percent < `high`."""

    salt: str
    low: int = 0
    high: int


Leaf: TypeAlias = (
    Trait
    | Performed
    | NotPerformed
    | LastPerformed
    | Usage
    | UsageChange
    | SignedUp
    | LastSeen
    | Churned
    | Owner
    | RandomBucket
)
Group: TypeAlias = All | AnyOf
Condition: TypeAlias = Group | Not | Leaf

LEAVES: tuple[type[Leaf], ...] = (
    Trait,
    Performed,
    NotPerformed,
    LastPerformed,
    Usage,
    UsageChange,
    SignedUp,
    LastSeen,
    Churned,
    Owner,
    RandomBucket,
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


def to_json(condition: Condition) -> dict[str, object]:
    """Return the JSON form, as plain dicts and lists."""
    plain: dict[str, object] = msgspec.to_builtins(condition)
    return plain
