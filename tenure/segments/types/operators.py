"""How the parts of conditions compare: closed sets of words."""

from enum import StrEnum


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


class FactKind(StrEnum):
    """How a fact is read for a comparison: lower-cased text, a number, or a moment in microseconds since 1970."""

    TEXT = "string"
    NUMBER = "float64"
    MOMENT = "int64"


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


class TimeUnit(StrEnum):
    """What a span between two moments is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


class By(StrEnum):
    """Whose steps make a sequence of an account: one person's, or anybody's there."""

    ANYONE = "anyone"
    PERSON = "person"


class SubscriptionStatus(StrEnum):
    """Where an account stands with what it pays for; `none` is an account nothing was ever billed to."""

    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    NONE = "none"


class RenewalOperator(StrEnum):
    """How far ahead a renewal is."""

    WITHIN_NEXT_DAYS = "within_next_days"
    EXACTLY_IN_DAYS = "exactly_in_days"
    MORE_THAN_DAYS_AHEAD = "more_than_days_ahead"


class TicketWhat(StrEnum):
    """What is counted of tickets: those opened or solved in a time, or those open now."""

    OPENED = "opened"
    SOLVED = "solved"
    OPEN = "open"


class TicketPriority(StrEnum):
    """How soon a ticket has to be answered, as conversations say it."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Quantifier(StrEnum):
    """How many people a condition has to hold of; a share is in percent of those it is asked of."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACTLY = "exactly"
    SHARE_AT_LEAST = "share_at_least"
    SHARE_AT_MOST = "share_at_most"
