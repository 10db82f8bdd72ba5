"""Comparisons in words, and the values in them: "plan is Premium"."""

from typing import Any, assert_never

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext, pgettext

from tenure.segments.rules.comparing import Comparison
from tenure.segments.rules.leaf_checks import moment
from tenure.segments.types.conditions import Trait, TraitChanged, TraitOperator, TraitWas


def trait_called(name: str) -> str:
    """Return what a trait is called: those that Tenure concludes have names of their own."""
    match name:
        case "lifecycle_stage":
            return gettext("lifecycle stage")
        case "touch_model":
            return gettext("touch model")
        case "health_score":
            return gettext("health score")
        case "health_grade":
            return gettext("health grade")
        case "churn_risk":
            return gettext("churn risk")
        case "vip":
            return gettext("VIP")
        case "nps":
            return gettext("NPS")
        case _:
            return name


def trait_phrase(leaf: Trait) -> str:
    """Say how a trait is compared."""
    return compared(trait_called(leaf.name), leaf)


def was_phrase(leaf: TraitWas) -> str:
    """Say how a trait compared at some time."""
    return ngettext(
        "at some time in the last %(days)d day, %(did)s", "at some time in the last %(days)d days, %(did)s", leaf.days
    ) % {"did": compared(trait_called(leaf.name), leaf), "days": leaf.days}


def changed_phrase(leaf: TraitChanged) -> str:
    """Say how a trait changed."""
    words = {"trait": trait_called(leaf.name), "from": shown(leaf.from_value), "to": shown(leaf.to_value)}
    if leaf.from_value is not None and leaf.to_value is not None:
        did = gettext("%(trait)s changed from %(from)s to %(to)s") % words
    elif leaf.from_value is not None:
        did = gettext("%(trait)s changed from %(from)s") % words
    elif leaf.to_value is not None:
        did = gettext("%(trait)s changed to %(to)s") % words
    else:
        did = gettext("%(trait)s changed") % words
    return in_last_days(did, leaf.days)


def in_last_days(did: str, days: int | None) -> str:
    """Say that something happened in the last days, or ever."""
    if days is None:
        return gettext("%(did)s, ever") % {"did": did}
    words = {"did": did, "days": days}
    return ngettext("%(did)s in the last %(days)d day", "%(did)s in the last %(days)d days", days) % words


def compared(called: str, leaf: Comparison) -> str:
    """Say how something of this name is compared."""
    words: dict[str, Any] = {"trait": called, "value": shown(leaf.value)}
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
            words |= {"low": shown(low), "high": shown(high)}
            return gettext("%(trait)s is between %(low)s and %(high)s") % words
        case TraitOperator.IS_SET:
            return gettext("%(trait)s is known") % words
        case TraitOperator.IS_NOT_SET:
            return gettext("%(trait)s is not known") % words
        case TraitOperator.BEFORE:
            return gettext("%(trait)s is before %(day)s") % {"trait": called, "day": day(leaf.value)}
        case TraitOperator.AFTER:
            return gettext("%(trait)s is after %(day)s") % {"trait": called, "day": day(leaf.value)}
        case TraitOperator.WITHIN_LAST_DAYS:
            return _with_days(
                called,
                leaf,
                ngettext(
                    "%(trait)s is within the last %(days)d day",
                    "%(trait)s is within the last %(days)d days",
                    _days(leaf),
                ),
            )
        case TraitOperator.MORE_THAN_DAYS_AGO:
            return _with_days(
                called,
                leaf,
                ngettext(
                    "%(trait)s is more than %(days)d day ago", "%(trait)s is more than %(days)d days ago", _days(leaf)
                ),
            )
        case TraitOperator.WITHIN_NEXT_DAYS:
            return _with_days(
                called,
                leaf,
                ngettext(
                    "%(trait)s is within the next %(days)d day",
                    "%(trait)s is within the next %(days)d days",
                    _days(leaf),
                ),
            )
        case _:
            assert_never(leaf.operator)


def _days(leaf: Comparison) -> int:
    return leaf.value if isinstance(leaf.value, int) else 0


def _with_days(called: str, leaf: Comparison, words: str) -> str:
    return words % {"trait": called, "days": _days(leaf)}


def shown(value: object) -> str:
    """Say a value."""
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
            return pgettext("between values", ", ").join(shown(each) for each in value)
        case _:
            return str(value)


def day(value: object) -> str:
    """Say the day of a moment."""
    at = moment(value) if isinstance(value, str) else None
    return date_format(at.date(), "DATE_FORMAT") if at else str(value)
