"""Conditions in words, in the reader's language: "accounts where plan is Premium and there is no owner"."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext, pgettext

from tenure.segments.rules.checking import moment
from tenure.segments.types import Subject
from tenure.segments.types.conditions import (
    AgeOperator,
    All,
    AnyOf,
    Churned,
    Condition,
    Direction,
    LastPerformed,
    LastSeen,
    Leaf,
    Not,
    NotPerformed,
    Owner,
    OwnerOperator,
    Performed,
    RandomBucket,
    SignedUp,
    TimesOperator,
    Trait,
    TraitOperator,
    Usage,
    UsageChange,
    UsageMeasure,
)

Names = Mapping[int, str]
"""Members' names by id."""


def sentence(condition: Condition, subject: Subject, members: Names | None = None) -> str:
    """Say who a condition selects."""
    words = phrase(condition, members)
    if subject is Subject.ACCOUNT:
        return gettext("accounts where %(condition)s") % {"condition": words}
    return gettext("people where %(condition)s") % {"condition": words}


def phrase(condition: Condition, members: Names | None = None) -> str:
    """Say a condition without its subject."""
    match condition:
        case All():
            return _joined(condition.conditions, pgettext("between conditions", " and "), members)
        case AnyOf():
            return _joined(condition.conditions, pgettext("between conditions", " or "), members)
        case Not():
            return gettext("not (%(condition)s)") % {"condition": phrase(condition.condition, members)}
        case _:
            return leaf_phrase(condition, members)


def leaf_phrase(leaf: Leaf, members: Names | None = None) -> str:
    """Say one leaf of a condition."""
    match leaf:
        case Trait():
            return _trait(leaf)
        case Performed():
            return _performed(leaf)
        case NotPerformed():
            if leaf.days is None:
                return gettext("“%(event)s” never happened") % {"event": leaf.event}
            return ngettext(
                "“%(event)s” did not happen in the last %(days)d day",
                "“%(event)s” did not happen in the last %(days)d days",
                leaf.days,
            ) % {"event": leaf.event, "days": leaf.days}
        case LastPerformed():
            return ngettext(
                "“%(event)s” last happened more than %(days)d day ago",
                "“%(event)s” last happened more than %(days)d days ago",
                leaf.days,
            ) % {"event": leaf.event, "days": leaf.days}
        case Usage():
            return _usage(leaf)
        case UsageChange():
            return _usage_change(leaf)
        case SignedUp():
            return _signed_up(leaf)
        case LastSeen():
            return _last_seen(leaf)
        case Churned():
            return gettext("churned") if leaf.value else gettext("not churned")
        case Owner():
            return _owner(leaf, members or {})
        case RandomBucket():
            words = {"low": leaf.low, "high": leaf.high, "salt": leaf.salt}
            return gettext("falls in %(low)d–%(high)d%% of the random split “%(salt)s”") % words
        case _:
            assert_never(leaf)


def _joined(conditions: Sequence[Condition], between: str, members: Names | None) -> str:
    if len(conditions) == 1:
        return phrase(conditions[0], members)
    parts = [
        gettext("(%(condition)s)") % {"condition": phrase(each, members)}
        if isinstance(each, (All, AnyOf)) and len(each.conditions) > 1
        else phrase(each, members)
        for each in conditions
    ]
    return between.join(parts)


def _trait(leaf: Trait) -> str:
    words: dict[str, Any] = {"trait": leaf.name, "value": _shown(leaf.value)}
    match leaf.operator:
        case TraitOperator.IS:
            return gettext("%(trait)s is %(value)s") % words
        case TraitOperator.IS_NOT:
            return gettext("%(trait)s is not %(value)s") % words
        case TraitOperator.ONE_OF:
            return gettext("%(trait)s is one of %(value)s") % words
        case TraitOperator.CONTAINS:
            return gettext("%(trait)s contains “%(value)s”") % words
        case TraitOperator.STARTS_WITH:
            return gettext("%(trait)s starts with “%(value)s”") % words
        case TraitOperator.MORE_THAN:
            return gettext("%(trait)s is more than %(value)s") % words
        case TraitOperator.LESS_THAN:
            return gettext("%(trait)s is less than %(value)s") % words
        case TraitOperator.BETWEEN:
            low, high = leaf.value if isinstance(leaf.value, tuple) else (None, None)
            words |= {"low": _shown(low), "high": _shown(high)}
            return gettext("%(trait)s is between %(low)s and %(high)s") % words
        case TraitOperator.IS_SET:
            return gettext("%(trait)s is known") % words
        case TraitOperator.IS_NOT_SET:
            return gettext("%(trait)s is not known") % words
        case TraitOperator.BEFORE:
            return gettext("%(trait)s is before %(day)s") % {"trait": leaf.name, "day": _day(leaf.value)}
        case TraitOperator.AFTER:
            return gettext("%(trait)s is after %(day)s") % {"trait": leaf.name, "day": _day(leaf.value)}
        case TraitOperator.WITHIN_LAST_DAYS:
            return _with_days(
                leaf,
                ngettext(
                    "%(trait)s is within the last %(days)d day",
                    "%(trait)s is within the last %(days)d days",
                    _days(leaf),
                ),
            )
        case TraitOperator.MORE_THAN_DAYS_AGO:
            return _with_days(
                leaf,
                ngettext(
                    "%(trait)s is more than %(days)d day ago", "%(trait)s is more than %(days)d days ago", _days(leaf)
                ),
            )
        case TraitOperator.WITHIN_NEXT_DAYS:
            return _with_days(
                leaf,
                ngettext(
                    "%(trait)s is within the next %(days)d day",
                    "%(trait)s is within the next %(days)d days",
                    _days(leaf),
                ),
            )
        case _:
            assert_never(leaf.operator)


def _days(leaf: Trait) -> int:
    return leaf.value if isinstance(leaf.value, int) else 0


def _with_days(leaf: Trait, words: str) -> str:
    return words % {"trait": leaf.name, "days": _days(leaf)}


def _performed(leaf: Performed) -> str:
    match leaf.operator:
        case TimesOperator.AT_LEAST:
            if leaf.times == 1:
                did = gettext("“%(event)s” happened")
            else:
                did = ngettext(
                    "“%(event)s” happened at least %(times)d time",
                    "“%(event)s” happened at least %(times)d times",
                    leaf.times,
                )
        case TimesOperator.AT_MOST:
            did = ngettext(
                "“%(event)s” happened at most %(times)d time",
                "“%(event)s” happened at most %(times)d times",
                leaf.times,
            )
        case TimesOperator.EXACTLY:
            did = ngettext(
                "“%(event)s” happened exactly %(times)d time",
                "“%(event)s” happened exactly %(times)d times",
                leaf.times,
            )
        case _:
            assert_never(leaf.operator)
    did %= {"event": leaf.event, "times": leaf.times}
    if leaf.days is None:
        return gettext("%(did)s, ever") % {"did": did}
    return ngettext("%(did)s in the last %(days)d day", "%(did)s in the last %(days)d days", leaf.days) % {
        "did": did,
        "days": leaf.days,
    }


def measure_words(measure: UsageMeasure) -> str:
    """Say what is counted."""
    match measure:
        case UsageMeasure.EVENTS:
            return gettext("events")
        case UsageMeasure.ACTIVE_PEOPLE:
            return gettext("active people")
        case UsageMeasure.ACTIVE_DAYS:
            return gettext("active days")
        case _:
            assert_never(measure)


def _usage(leaf: Usage) -> str:
    words = {"measure": measure_words(leaf.measure), "amount": _shown(leaf.amount)}
    match leaf.operator:
        case TimesOperator.AT_LEAST:
            had = gettext("there were at least %(amount)s %(measure)s") % words
        case TimesOperator.AT_MOST:
            had = gettext("there were at most %(amount)s %(measure)s") % words
        case TimesOperator.EXACTLY:
            had = gettext("there were exactly %(amount)s %(measure)s") % words
        case _:
            assert_never(leaf.operator)
    return ngettext("%(did)s in the last %(days)d day", "%(did)s in the last %(days)d days", leaf.days) % {
        "did": had,
        "days": leaf.days,
    }


def _usage_change(leaf: UsageChange) -> str:
    words = {"measure": measure_words(leaf.measure), "percent": leaf.percent, "days": leaf.days}
    if leaf.direction is Direction.FELL:
        return (
            ngettext(
                "%(measure)s fell by at least %(percent)d%% over the last %(days)d day against the day before",
                "%(measure)s fell by at least %(percent)d%% over the last %(days)d days against the %(days)d before",
                leaf.days,
            )
            % words
        )
    return (
        ngettext(
            "%(measure)s rose by at least %(percent)d%% over the last %(days)d day against the day before",
            "%(measure)s rose by at least %(percent)d%% over the last %(days)d days against the %(days)d before",
            leaf.days,
        )
        % words
    )


def _signed_up(leaf: SignedUp) -> str:
    match leaf.operator:
        case AgeOperator.MORE_THAN_DAYS_AGO:
            words = ngettext("signed up more than %(days)d day ago", "signed up more than %(days)d days ago", leaf.days)
        case AgeOperator.WITHIN_LAST_DAYS:
            words = ngettext(
                "signed up within the last %(days)d day", "signed up within the last %(days)d days", leaf.days
            )
        case AgeOperator.EXACTLY_DAYS_AGO:
            words = ngettext("signed up %(days)d day ago", "signed up %(days)d days ago", leaf.days)
        case _:
            assert_never(leaf.operator)
    return words % {"days": leaf.days}


def _last_seen(leaf: LastSeen) -> str:
    match leaf.operator:
        case AgeOperator.MORE_THAN_DAYS_AGO:
            words = ngettext("last seen more than %(days)d day ago", "last seen more than %(days)d days ago", leaf.days)
        case AgeOperator.WITHIN_LAST_DAYS:
            words = ngettext("seen within the last %(days)d day", "seen within the last %(days)d days", leaf.days)
        case AgeOperator.EXACTLY_DAYS_AGO:
            words = ngettext("last seen %(days)d day ago", "last seen %(days)d days ago", leaf.days)
        case _:
            assert_never(leaf.operator)
    return words % {"days": leaf.days}


def _owner(leaf: Owner, members: Names) -> str:
    match leaf.operator:
        case OwnerOperator.IS_SET:
            return gettext("there is an owner")
        case OwnerOperator.IS_NOT_SET:
            return gettext("there is no owner")
        case OwnerOperator.IS:
            known = members.get(leaf.member_id or 0)
            name = known or gettext("member %(number)d") % {"number": leaf.member_id or 0}
            return gettext("the owner is %(name)s") % {"name": name}
        case _:
            assert_never(leaf.operator)


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return gettext("yes") if value else gettext("no")
        case int():
            return number_format(value, force_grouping=True)
        case float():
            return number_format(int(value), force_grouping=True) if value == int(value) else f"{value:g}"
        case tuple():
            return pgettext("between values", ", ").join(_shown(each) for each in value)
        case _:
            return str(value)


def _day(value: object) -> str:
    at = moment(value) if isinstance(value, str) else None
    return date_format(at.date(), "DATE_FORMAT") if at else str(value)
