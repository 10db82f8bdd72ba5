"""What the builder calls the parts of a condition."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenure.segments.types import Cause, Subject
from tenure.segments.types.conditions import (
    AgeOperator,
    Direction,
    OwnerOperator,
    TimesOperator,
    TraitOperator,
    UsageMeasure,
)

Words = Mapping[str, str | Promise]

SUBJECTS: Words = {Subject.ACCOUNT: _("accounts"), Subject.PERSON: _("people")}
GROUPS: Words = {"all": _("All of these hold"), "any": _("At least one of these holds")}
KINDS: Words = {
    "trait": _("Trait"),
    "performed": _("Did something"),
    "not_performed": _("Did not do something"),
    "last_performed": _("Did something, but not lately"),
    "usage": _("Amount of use"),
    "usage_change": _("Change of use"),
    "signed_up": _("Signed up"),
    "last_seen": _("Last seen"),
    "churned": _("Churned"),
    "owner": _("Owner"),
    "random_bucket": _("Random share"),
}
ACCOUNT_ONLY = frozenset({"churned", "owner"})
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
YES_NO: Words = {"true": _("yes"), "false": _("no")}
CAUSES: Words = {
    Cause.HAPPENING: _("something happened"),
    Cause.TIME: _("time passed"),
    Cause.DEFINITION: _("the segment was changed"),
    Cause.MERGED: _("it became part of another"),
}
FIELDS: Words = {
    "name": _("Trait"),
    "event": _("Event"),
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
