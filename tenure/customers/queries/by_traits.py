"""Conditions on the traits of accounts: row by row, and as facts that an index looks up."""

import math
from collections.abc import Iterable

from django.db.models import F, Func, QuerySet, TextField, Value

from tenure.customers.columns import number_in_traits
from tenure.customers.models import Account
from tenure.customers.rules.number_facts import facts_above, facts_below
from tenure.customers.searched import AccountFacts
from tenure.customers.types import TraitFilter, TraitTest
from tenure.kernel import tenancy

_WHOLE_FACT = 200
"""Values shorter than this are whole among the facts."""


def with_trait(found: QuerySet[Account], test: TraitFilter, alias: str) -> QuerySet[Account]:
    """Narrow row by row."""
    text = Func(F("traits"), Value(test.name), function="jsonb_extract_path_text", output_field=TextField())
    found = found.annotate(**{alias: text})
    match test.test:
        case TraitTest.IS_SET:
            return found.filter(**{f"{alias}__isnull": False})
        case TraitTest.IS_NOT_SET:
            return found.filter(**{f"{alias}__isnull": True})
        case TraitTest.IS:
            return found.filter(**{f"{alias}__iexact": test.value})
        case TraitTest.IS_NOT:
            return found.exclude(**{f"{alias}__iexact": test.value, f"{alias}__isnull": False})
        case TraitTest.CONTAINS:
            return found.filter(**{f"{alias}__icontains": test.value})
        case TraitTest.MORE_THAN | TraitTest.LESS_THAN:
            return _compared(found, test, alias)


def fact_of(test: TraitFilter) -> str:
    """Write a fact that all accounts have that pass a test, or "" where some may have none or numbers are indexed."""
    workspace_id = tenancy.current_workspace_id()
    if test.test in (TraitTest.IS_NOT, TraitTest.IS_NOT_SET) or test.name == "mrr":
        return ""
    if test.test is TraitTest.IS and is_told_by_fact(test):
        return f"{workspace_id}:{test.name}={test.value.upper()}"
    return f"{workspace_id}?{test.name}"


def is_told_by_fact(test: TraitFilter) -> bool:
    """Say whether exactly the accounts that pass a test have its fact."""
    if test.name == "mrr" or test.test not in (TraitTest.IS, TraitTest.IS_SET):
        return False
    is_whole = len(test.value) == len(test.value.upper()) < _WHOLE_FACT
    return test.test is TraitTest.IS_SET or (is_whole and "=" not in test.name + test.value)


def compares_numbers(tests: Iterable[TraitFilter]) -> bool:
    """Say whether some test compares numbers that are among the facts."""
    return any(_number_facts(test) for test in tests)


def with_facts(tests: Iterable[TraitFilter]) -> QuerySet[AccountFacts] | None:
    """Return the facts of accounts that may pass tests, numbers too; None where no fact tells."""
    found, tests = AccountFacts.objects.all(), list(tests)
    among = [facts for test in tests if (facts := _number_facts(test))]
    told = [fact for test in tests if not _number_facts(test) and (fact := fact_of(test))]
    if not told and not among:
        return None
    if told:
        found = found.filter(facts__contains=told)
    for facts in among:
        found = found.filter(facts__overlap=facts)
    return found


def _number_facts(test: TraitFilter) -> list[str]:
    """Write facts of which every account has one whose number passes a test; none for another kind of test."""
    value = _compared_with(test)
    if value is None or test.name == "mrr" or not math.isfinite(value):
        return []
    among = facts_above if test.test is TraitTest.MORE_THAN else facts_below
    return [f"{tenancy.current_workspace_id()}{fact}" for fact in among(test.name, value)]


def _compared_with(test: TraitFilter) -> float | None:
    """Return the number that a test compares with, if it does."""
    if test.test not in (TraitTest.MORE_THAN, TraitTest.LESS_THAN):
        return None
    try:
        return float(test.value)
    except ValueError:
        return None


def _compared(found: QuerySet[Account], test: TraitFilter, alias: str) -> QuerySet[Account]:
    """Compare as numbers where both are; otherwise as text, which is right for ISO dates."""
    operator, value = "gt" if test.test is TraitTest.MORE_THAN else "lt", _compared_with(test)
    if value is None:
        return found.filter(**{f"{alias}__{operator}": test.value})
    number = number_in_traits(test.name)
    return found.annotate(**{f"{alias}_number": number}).filter(**{f"{alias}_number__{operator}": value})
