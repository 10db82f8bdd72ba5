"""Accounts that a filter lets through, as conditions that indexes know or that are asked of one row after another."""

import functools
import operator
from datetime import UTC, datetime

from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import RawSQL

from tenure.customers.columns import seen_about
from tenure.customers.models import Account
from tenure.customers.queries.accounts import accounts
from tenure.customers.queries.by_traits import fact_of, is_told_by_fact, with_trait
from tenure.customers.queries.fragments import ACCOUNTS, matching
from tenure.customers.rules.lifecycle import ONBOARDING, WON_BACK
from tenure.customers.searched import AccountFacts
from tenure.customers.types import AccountFilter, Stage, TraitTest
from tenure.kernel import clock

_COMPARES = (TraitTest.MORE_THAN, TraitTest.LESS_THAN)


def accounts_matching(chosen: AccountFilter) -> QuerySet[Account]:
    """Return the accounts a filter lets through, in no order."""
    found, words = narrowed(chosen), chosen.search.strip()
    return matching(found, ACCOUNTS, words) if words else found


def narrowed(chosen: AccountFilter, *, row_by_row: bool = False) -> QuerySet[Account]:
    """Return the accounts that a filter lets through but for what it searches; `row_by_row`: few will be looked at."""
    found = accounts().select_related("owner")
    if chosen.ids is not None:
        found = found.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [list(chosen.ids)]))
    if chosen.owner_ids or chosen.without_owner:
        nobody = Q(owner=None) if chosen.without_owner else Q(pk__in=[])
        found = found.filter(Q(owner__in=chosen.owner_ids) | nobody)
    if chosen.is_solo is not None:
        found = found.filter(is_solo=chosen.is_solo)
    if chosen.seen_before is not None:
        found = found.filter(Q(last_seen_at__lt=chosen.seen_before) | Q(last_seen_at=None))
    if chosen.seen_after is not None:
        found = found.filter(last_seen_at__gte=chosen.seen_after, last_seen_about__gte=seen_about(chosen.seen_after))
    if chosen.stages:
        now = clock.now()
        if set(chosen.stages) != {Stage.CHURNED}:  # which is to have churned, and no more
            found = found.annotate(stage=_stage(now)).filter(stage__in=[s.value for s in chosen.stages])
        implied = {
            Stage.CHURNED: Q(churned_at__isnull=False),
            Stage.WON_BACK: Q(returned_at__gt=now - WON_BACK),
            Stage.ONBOARDING: Q(signed_up_at__gt=now - ONBOARDING),
        }
        if set(chosen.stages) <= implied.keys():  # what an index can look up
            found = found.filter(functools.reduce(operator.or_, (implied[stage] for stage in chosen.stages)))
    facts = [fact for test in chosen.traits if not row_by_row and (fact := fact_of(test))]
    if facts:
        found = found.filter(pk__in=AccountFacts.objects.filter(facts__contains=facts).values("account_id"))
    for number, test in enumerate(chosen.traits):
        if row_by_row or not is_told_by_fact(test):
            found = with_trait(found, test, f"trait{number}")
    return found


def compares_mrr(chosen: AccountFilter) -> bool:
    """Say whether a filter compares the MRR, which an index is in the order of."""
    return any(test.name == "mrr" and test.test in _COMPARES for test in chosen.traits)


def of_mrr(chosen: AccountFilter) -> AccountFilter:
    """Keep what a filter says of the MRR."""
    return AccountFilter(traits=tuple(test for test in chosen.traits if test.name == "mrr"))


def _stage(now: datetime) -> Case:
    now = now.astimezone(UTC)
    return Case(
        When(churned_at__isnull=False, then=Value(Stage.CHURNED.value)),
        When(returned_at__gt=now - WON_BACK, then=Value(Stage.WON_BACK.value)),
        When(trial_ends_at__gt=now, then=Value(Stage.TRIAL.value)),
        When(trial_ends_at=None, traits__plan__icontains="trial", then=Value(Stage.TRIAL.value)),
        When(traits__subscription_status="trialing", then=Value(Stage.TRIAL.value)),
        When(signed_up_at__gt=now - ONBOARDING, then=Value(Stage.ONBOARDING.value)),
        default=Value(Stage.ACTIVE.value),
        output_field=TextField(),
    )
