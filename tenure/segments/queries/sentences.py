"""Conditions in words, in the reader's language: "accounts where plan is Premium and there is no owner"."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import assert_never

from django.utils.translation import gettext, pgettext

from tenure.segments.models import Segment
from tenure.segments.queries.account_words import (
    billed_phrase,
    last_seen_phrase,
    owner_phrase,
    people_phrase,
    signed_up_phrase,
    tickets_phrase,
)
from tenure.segments.queries.comparison_words import changed_phrase, trait_phrase, was_phrase
from tenure.segments.queries.happening_words import (
    first_performed_phrase,
    last_performed_phrase,
    not_performed_phrase,
    performed_phrase,
    sequence_phrase,
    usage_change_phrase,
    usage_phrase,
)
from tenure.segments.rules.references import named
from tenure.segments.types import Subject
from tenure.segments.types.conditions import (
    All,
    AnyOf,
    BilledPlan,
    Churned,
    Condition,
    FirstPerformed,
    InSegment,
    InSequence,
    LastPerformed,
    LastSeen,
    Leaf,
    Listed,
    Mrr,
    Not,
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

Names = Mapping[int, str]
"""Members' names by id."""


@dataclasses.dataclass(frozen=True)
class _Called:
    """What members and segments are called."""

    members: Names
    segments: Names


def sentence(condition: Condition, subject: Subject, members: Names | None = None) -> str:
    """Say who a condition selects."""
    if isinstance(condition, Listed):
        if subject is Subject.ACCOUNT:
            return gettext("accounts that were put on the list by hand")
        return gettext("people who were put on the list by hand")
    words = phrase(condition, members)
    if subject is Subject.ACCOUNT:
        return gettext("accounts where %(condition)s") % {"condition": words}
    return gettext("people where %(condition)s") % {"condition": words}


def phrase(condition: Condition, members: Names | None = None) -> str:
    """Say a condition without its subject."""
    ids = {id_ for _, id_, _ in named(condition)}
    segments = dict(Segment.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return _phrase(condition, _Called(members or {}, segments))


def leaf_phrase(leaf: Leaf, members: Names | None = None) -> str:
    """Say one leaf of a condition."""
    return phrase(leaf, members)


def _phrase(condition: Condition, called: _Called) -> str:
    match condition:
        case All():
            return _joined(condition.conditions, pgettext("between conditions", " and "), called)
        case AnyOf():
            return _joined(condition.conditions, pgettext("between conditions", " or "), called)
        case Not():
            return gettext("not (%(condition)s)") % {"condition": _phrase(condition.condition, called)}
        case _:
            return _leaf(condition, called)


def _leaf(leaf: Leaf, called: _Called) -> str:
    match leaf:
        case Trait():
            return trait_phrase(leaf)
        case TraitWas():
            return was_phrase(leaf)
        case TraitChanged():
            return changed_phrase(leaf)
        case Performed():
            return performed_phrase(leaf)
        case NotPerformed():
            return not_performed_phrase(leaf)
        case FirstPerformed():
            return first_performed_phrase(leaf)
        case LastPerformed():
            return last_performed_phrase(leaf)
        case InSequence():
            return sequence_phrase(leaf)
        case Usage():
            return usage_phrase(leaf)
        case UsageChange():
            return usage_change_phrase(leaf)
        case SignedUp():
            return signed_up_phrase(leaf)
        case LastSeen():
            return last_seen_phrase(leaf)
        case Churned():
            return gettext("churned") if leaf.value else gettext("not churned")
        case Owner():
            return owner_phrase(leaf, called.members)
        case Subscription() | BilledPlan() | Mrr() | Renewal():
            return billed_phrase(leaf)
        case Tickets():
            return tickets_phrase(leaf)
        case People():
            return people_phrase(leaf, lambda each: _phrase(each, called))
        case InSegment():
            name = called.segments.get(leaf.segment_id) or gettext("segment %(number)d") % {"number": leaf.segment_id}
            return gettext("in “%(segment)s”") % {"segment": name}
        case RandomBucket():
            words = {"low": leaf.low, "high": leaf.high, "salt": leaf.salt}
            return gettext("falls in %(low)d–%(high)d%% of the random split “%(salt)s”") % words
        case Listed():
            return gettext("on the list")
        case _:
            assert_never(leaf)


def _joined(conditions: Sequence[Condition], between: str, called: _Called) -> str:
    if len(conditions) == 1:
        return _phrase(conditions[0], called)
    parts = [
        gettext("(%(condition)s)") % {"condition": _phrase(each, called)}
        if isinstance(each, (All, AnyOf)) and len(each.conditions) > 1
        else _phrase(each, called)
        for each in conditions
    ]
    return between.join(parts)
