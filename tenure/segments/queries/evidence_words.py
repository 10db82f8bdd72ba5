"""What a leaf of a condition looked at, in words: the value beside the sentence."""

from datetime import UTC, datetime, timedelta
from typing import Any, assert_never

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from tenure.segments.queries.account_words import money, status_words
from tenure.segments.queries.sentences import Names
from tenure.segments.rules.comparing import kinds_of
from tenure.segments.rules.leaf_checks import moment
from tenure.segments.types.conditions import (
    BilledPlan,
    Churned,
    FactKind,
    FirstPerformed,
    InSegment,
    InSequence,
    LastPerformed,
    LastSeen,
    Leaf,
    Listed,
    Mrr,
    NotPerformed,
    Owner,
    People,
    Performed,
    RandomBucket,
    Renewal,
    SignedUp,
    Subscription,
    Tickets,
    Trait,
    TraitChanged,
    TraitWas,
    Usage,
    UsageChange,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def value_words(leaf: Leaf, value: Any, members: Names | None = None) -> str:
    """Say the value a leaf looked at, as evidence keeps it."""
    match leaf:
        case Trait():
            return gettext("not known") if value is None else _of_trait(leaf, value)
        case Performed() | NotPerformed():
            return ngettext("%(times)s time", "%(times)s times", int(value or 0)) % {"times": _plain(int(value or 0))}
        case FirstPerformed() | LastPerformed() | SignedUp() | LastSeen() | InSequence() | TraitChanged():
            return gettext("never") if value is None else _moment(value)
        case TraitWas():
            return gettext("never") if value is None else gettext("until %(when)s") % {"when": _moment(value)}
        case Subscription():
            return status_words(str(value))
        case BilledPlan():
            plans = str(value or "").split("\n")
            return ", ".join(name for name in plans if name) or gettext("none")
        case Mrr():
            return gettext("not known") if value is None else money(int(value), leaf.currency)
        case Renewal():
            return _renewal(value)
        case People():
            held, _, asked = str(value or "0/0").partition("/")
            return gettext("%(held)s of %(asked)s") % {"held": held, "asked": asked}
        case Usage() | Tickets():
            return _plain(int(value or 0))
        case UsageChange():
            return gettext("no use before") if value is None else f"{value:+.0f}%".replace("-", "−")
        case Churned() | InSegment() | Listed():
            return gettext("yes") if value else gettext("no")
        case Owner():
            return gettext("nobody") if value is None else (members or {}).get(int(value), f"#{value}")
        case RandomBucket():
            return f"{(value or 0) / 100:.2f}%"
        case _:
            assert_never(leaf)


def _of_trait(leaf: Trait, value: Any) -> str:
    """Say a trait; one that was compared as a moment is said as one."""
    at = moment(value.strip()) if FactKind.MOMENT in kinds_of(leaf) and isinstance(value, str) else None
    return _plain(value) if at is None else date_format(localtime(at), "DATETIME_FORMAT")


def _renewal(value: Any) -> str:
    if value is None:
        return gettext("none in sight")
    number, _, at = str(value).partition("@")
    return gettext("number %(number)s on %(when)s") % {"number": number, "when": _moment(at)}


def _moment(microseconds: Any) -> str:
    return date_format(localtime(_EPOCH + timedelta(microseconds=int(microseconds))), "DATETIME_FORMAT")


def _plain(value: Any) -> str:
    match value:
        case bool():
            return gettext("yes") if value else gettext("no")
        case int():
            return number_format(value, force_grouping=True)
        case float():
            return number_format(int(value), force_grouping=True) if value == int(value) else f"{value:g}"
        case _:
            return str(value)
