"""What the builder calls the parts of a condition."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenure.segments.types import Cause, Subject
from tenure.segments.types.conditions import (
    AgeOperator,
    By,
    Direction,
    OwnerOperator,
    Quantifier,
    RenewalOperator,
    SubscriptionStatus,
    TicketPriority,
    TicketWhat,
    TimesOperator,
    TimeUnit,
    TraitOperator,
    UsageMeasure,
)

Words = Mapping[str, str | Promise]

SUBJECTS: Words = {Subject.ACCOUNT: _("accounts"), Subject.PERSON: _("people")}
GROUPS: Words = {"all": _("All of these hold"), "any": _("At least one of these holds")}
KINDS: Words = {
    "trait": _("Trait"),
    "trait_was": _("Trait in the past"),
    "trait_changed": _("Change of a trait"),
    "performed": _("Did something"),
    "not_performed": _("Did not do something"),
    "first_performed": _("Did something for the first time"),
    "last_performed": _("Did something for the last time"),
    "sequence": _("Did things in order"),
    "usage": _("Amount of use"),
    "usage_change": _("Change of use"),
    "signed_up": _("Signed up"),
    "last_seen": _("Last seen"),
    "churned": _("Churned"),
    "owner": _("Owner"),
    "subscription": _("Subscription"),
    "billed_plan": _("Plan paid for"),
    "mrr": _("MRR"),
    "renewal": _("Renewal"),
    "tickets": _("Tickets"),
    "people": _("People at the account"),
    "in_segment": _("Other segment"),
    "random_bucket": _("Random share"),
}
ACCOUNT_ONLY = frozenset({"churned", "owner", "subscription", "billed_plan", "mrr", "renewal", "people"})
PRESETS: Words = {
    "trait:lifecycle_stage": _("Lifecycle stage"),
    "trait:touch_model": _("Touch model"),
    "trait:health_score": _("Health score"),
    "trait:churn_risk": _("Churn risk"),
    "trait:vip": _("VIP"),
    "trait:nps": _("NPS"),
}
"""Traits that Tenure concludes, offered like kinds of their own."""
TRAIT_OPERATORS: Words = {
    TraitOperator.IS: _("is"),
    TraitOperator.IS_NOT: _("is not"),
    TraitOperator.ONE_OF: _("is one of"),
    TraitOperator.CONTAINS: _("contains"),
    TraitOperator.STARTS_WITH: _("starts with"),
    TraitOperator.MORE_THAN: _("is more than"),
    TraitOperator.LESS_THAN: _("is less than"),
    TraitOperator.BETWEEN: _("is between"),
    TraitOperator.IS_SET: _("is known"),
    TraitOperator.IS_NOT_SET: _("is not known"),
    TraitOperator.BEFORE: _("is before"),
    TraitOperator.AFTER: _("is after"),
    TraitOperator.WITHIN_LAST_DAYS: _("is within the last (days)"),
    TraitOperator.MORE_THAN_DAYS_AGO: _("is longer ago than (days)"),
    TraitOperator.WITHIN_NEXT_DAYS: _("is within the next (days)"),
}
TIMES_OPERATORS: Words = {
    TimesOperator.AT_LEAST: _("at least"),
    TimesOperator.AT_MOST: _("at most"),
    TimesOperator.EXACTLY: _("exactly"),
}
AGE_OPERATORS: Words = {
    AgeOperator.WITHIN_LAST_DAYS: _("within the last"),
    AgeOperator.MORE_THAN_DAYS_AGO: _("longer ago than"),
    AgeOperator.EXACTLY_DAYS_AGO: _("exactly so long ago:"),
}
OWNER_OPERATORS: Words = {
    OwnerOperator.IS_SET: _("somebody"),
    OwnerOperator.IS_NOT_SET: _("nobody"),
    OwnerOperator.IS: _("is"),
}
MEASURES: Words = {
    UsageMeasure.ACTIVE_PEOPLE: _("active people"),
    UsageMeasure.EVENTS: _("events"),
    UsageMeasure.ACTIVE_DAYS: _("active days"),
}
DIRECTIONS: Words = {Direction.FELL: _("fell by at least"), Direction.ROSE: _("rose by at least")}
PERIODS: Words = {"last": _("in the last"), "ever": _("ever")}
TIME_UNITS: Words = {TimeUnit.MINUTES: _("minutes"), TimeUnit.HOURS: _("hours"), TimeUnit.DAYS: _("days")}
BY: Words = {By.ANYONE: _("by anyone there"), By.PERSON: _("by one person")}
STATUSES: Words = {
    SubscriptionStatus.ACTIVE: _("paid for"),
    SubscriptionStatus.TRIALING: _("on trial"),
    SubscriptionStatus.PAST_DUE: _("overdue"),
    SubscriptionStatus.UNPAID: _("unpaid"),
    SubscriptionStatus.PAUSED: _("paused"),
    SubscriptionStatus.CANCELLED: _("ended"),
    SubscriptionStatus.NONE: _("none"),
}
RENEWAL_OPERATORS: Words = {
    RenewalOperator.WITHIN_NEXT_DAYS: _("within the next"),
    RenewalOperator.EXACTLY_IN_DAYS: _("exactly in"),
    RenewalOperator.MORE_THAN_DAYS_AHEAD: _("further ahead than"),
}
TICKETS: Words = {
    TicketWhat.OPENED: _("opened"),
    TicketWhat.SOLVED: _("solved"),
    TicketWhat.OPEN: _("open now"),
}
QUANTIFIERS: Words = {
    Quantifier.AT_LEAST: _("at least"),
    Quantifier.AT_MOST: _("at most"),
    Quantifier.EXACTLY: _("exactly"),
    Quantifier.SHARE_AT_LEAST: _("at least so many percent:"),
    Quantifier.SHARE_AT_MOST: _("at most so many percent:"),
}
ROLES: Words = {
    "buyer": _("buyers"),
    "executive_sponsor": _("executive sponsors"),
    "influencer": _("influencers"),
    "manager": _("managers"),
    "executive": _("executives"),
    "administrator": _("administrators"),
    "power_user": _("power users"),
    "champion": _("champions"),
    "it": _("IT people"),
    "user": _("users"),
}
PRIORITIES: Words = {
    TicketPriority.URGENT: _("urgent"),
    TicketPriority.HIGH: _("high"),
    TicketPriority.NORMAL: _("normal"),
    TicketPriority.LOW: _("low"),
}
YES_NO: Words = {"true": _("yes"), "false": _("no")}
CAUSES: Words = {
    Cause.HAPPENING: _("something happened"),
    Cause.TIME: _("time passed"),
    Cause.DEFINITION: _("the segment was changed"),
    Cause.MERGED: _("it became part of another"),
    Cause.LISTED: _("a member changed the list"),
}
FIELDS: Words = {
    "name": _("Trait"),
    "event": _("Event"),
    "property": _("Property"),
    "from_value": _("From"),
    "to_value": _("To"),
    "within": _("Within"),
    "plan": _("Plan"),
    "currency": _("Currency"),
    "number": _("Number"),
    "segment_id": _("Segment"),
    "roles": _("Roles"),
    "priorities": _("Priorities"),
    "value": _("Value"),
    "value2": _("Highest"),
    "times": _("Times"),
    "days": _("Days"),
    "amount": _("Number"),
    "percent": _("Percent"),
    "member_id": _("Member"),
    "salt": _("Name of the split"),
    "low": _("From percent"),
    "high": _("To percent"),
}
