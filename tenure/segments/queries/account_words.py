"""What an account is and has, in words: its age, owner, bill, tickets and people."""

from collections.abc import Callable, Mapping
from typing import assert_never

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext, pgettext

from tenure.kernel.money import in_units, minor_digits
from tenure.segments.queries.comparison_words import in_last_days
from tenure.segments.types.conditions import (
    AgeOperator,
    BilledPlan,
    Condition,
    LastSeen,
    Mrr,
    Owner,
    OwnerOperator,
    People,
    Quantifier,
    Renewal,
    RenewalOperator,
    SignedUp,
    Subscription,
    SubscriptionStatus,
    TicketPriority,
    Tickets,
    TicketWhat,
    TimesOperator,
)


def signed_up_phrase(leaf: SignedUp) -> str:
    """Say when somebody signed up."""
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


def last_seen_phrase(leaf: LastSeen) -> str:
    """Say when somebody was last seen."""
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


def owner_phrase(leaf: Owner, members: Mapping[int, str]) -> str:
    """Say who looks after an account."""
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


def status_words(status: str) -> str:
    """Say where a subscription stands."""
    match status:
        case SubscriptionStatus.TRIALING:
            return gettext("on trial")
        case SubscriptionStatus.ACTIVE:
            return gettext("paid for")
        case SubscriptionStatus.PAST_DUE:
            return gettext("overdue")
        case SubscriptionStatus.UNPAID:
            return gettext("unpaid")
        case SubscriptionStatus.PAUSED:
            return gettext("paused")
        case SubscriptionStatus.CANCELLED:
            return gettext("ended")
        case SubscriptionStatus.NONE:
            return gettext("none")
        case _:
            return status


def money(amount: int, currency: str) -> str:
    """Say an amount of minor units."""
    return f"{number_format(in_units(amount, currency), minor_digits(currency), force_grouping=True)} {currency}"


def billed_phrase(leaf: Subscription | BilledPlan | Mrr | Renewal) -> str:
    """Say what an account pays for."""
    match leaf:
        case Subscription():
            return gettext("the subscription is %(status)s") % {"status": status_words(leaf.status)}
        case BilledPlan():
            return gettext("the plan paid for is %(plan)s") % {"plan": leaf.plan}
        case Mrr():
            words = {"amount": money(leaf.amount, leaf.currency)}
            match leaf.operator:
                case TimesOperator.AT_LEAST:
                    return gettext("MRR is at least %(amount)s") % words
                case TimesOperator.AT_MOST:
                    return gettext("MRR is at most %(amount)s") % words
                case TimesOperator.EXACTLY:
                    return gettext("MRR is exactly %(amount)s") % words
                case _:
                    assert_never(leaf.operator)
        case Renewal():
            return _renewal(leaf)
        case _:
            assert_never(leaf)


def _renewal(leaf: Renewal) -> str:
    if leaf.number is None:
        which = gettext("the next renewal")
    else:
        which = gettext("renewal number %(number)d") % {"number": leaf.number}
    match leaf.operator:
        case RenewalOperator.WITHIN_NEXT_DAYS:
            said = ngettext(
                "%(which)s is within the next %(days)d day", "%(which)s is within the next %(days)d days", leaf.days
            )
        case RenewalOperator.EXACTLY_IN_DAYS:
            said = ngettext("%(which)s is in %(days)d day", "%(which)s is in %(days)d days", leaf.days)
        case RenewalOperator.MORE_THAN_DAYS_AHEAD:
            said = ngettext(
                "%(which)s is more than %(days)d day ahead", "%(which)s is more than %(days)d days ahead", leaf.days
            )
        case _:
            assert_never(leaf.operator)
    return said % {"which": which, "days": leaf.days}


def tickets_phrase(leaf: Tickets) -> str:
    """Say how many tickets there are or were."""
    match leaf.operator:
        case TimesOperator.AT_LEAST:
            many = ngettext("at least %(n)d ticket", "at least %(n)d tickets", leaf.times)
        case TimesOperator.AT_MOST:
            many = ngettext("at most %(n)d ticket", "at most %(n)d tickets", leaf.times)
        case TimesOperator.EXACTLY:
            many = ngettext("exactly %(n)d ticket", "exactly %(n)d tickets", leaf.times)
        case _:
            assert_never(leaf.operator)
    words = {"many": many % {"n": leaf.times}}
    if leaf.priorities:
        priorities = pgettext("between roles", " or ").join(priority_words(each) for each in leaf.priorities)
        words["many"] = gettext("%(many)s of priority %(priorities)s") % {**words, "priorities": priorities}
    match leaf.what:
        case TicketWhat.OPENED:
            return in_last_days(gettext("opened %(many)s") % words, leaf.days)
        case TicketWhat.SOLVED:
            return in_last_days(gettext("had %(many)s solved") % words, leaf.days)
        case TicketWhat.OPEN:
            return gettext("%(many)s open now") % words
        case _:
            assert_never(leaf.what)


def priority_words(priority: TicketPriority) -> str:
    """Say how soon a ticket has to be answered."""
    match priority:
        case TicketPriority.LOW:
            return gettext("low")
        case TicketPriority.NORMAL:
            return gettext("normal")
        case TicketPriority.HIGH:
            return gettext("high")
        case TicketPriority.URGENT:
            return gettext("urgent")
        case _:
            assert_never(priority)


def role_words(role: str) -> str:
    """Say a role of people at accounts."""
    match role:
        case "buyer":
            return gettext("buyer")
        case "executive_sponsor":
            return gettext("executive sponsor")
        case "influencer":
            return gettext("influencer")
        case "manager":
            return gettext("manager")
        case "executive":
            return gettext("executive")
        case "administrator":
            return gettext("administrator")
        case "power_user":
            return gettext("power user")
        case "champion":
            return gettext("champion")
        case "it":
            return gettext("IT")
        case "user":
            return gettext("user")
        case _:
            return role


def people_phrase(leaf: People, say: Callable[[Condition], str]) -> str:
    """Say of how many people at an account something holds; `say` puts a condition into words."""
    match leaf.quantifier:
        case Quantifier.AT_LEAST:
            many = ngettext("at least %(n)d person", "at least %(n)d people", leaf.number)
        case Quantifier.AT_MOST:
            many = ngettext("at most %(n)d person", "at most %(n)d people", leaf.number)
        case Quantifier.EXACTLY:
            many = ngettext("exactly %(n)d person", "exactly %(n)d people", leaf.number)
        case Quantifier.SHARE_AT_LEAST:
            many = gettext("at least %(n)d%% of the people")
        case Quantifier.SHARE_AT_MOST:
            many = gettext("at most %(n)d%% of the people")
        case _:
            assert_never(leaf.quantifier)
    who = many % {"n": leaf.number}
    if leaf.roles:
        roles = pgettext("between roles", " or ").join(role_words(role) for role in leaf.roles)
        who = gettext("%(who)s with the role %(roles)s") % {"who": who, "roles": roles}
    if leaf.condition is None:
        return gettext("there are %(who)s") % {"who": who}
    return gettext("for %(who)s: %(condition)s") % {"who": who, "condition": say(leaf.condition)}
