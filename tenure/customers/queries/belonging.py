"""Whom a request about a person or an account is about: them, their traces, and whoever is nobody without them."""

from collections.abc import Iterator
from typing import Any

from tenure.customers.models import Account, Affiliation, Identity, Person
from tenure.customers.queries.accounts import account, account_traces
from tenure.customers.queries.people import person, person_traces
from tenure.customers.types import CustomerSet, SubjectKind


def everything_of_person(pk: int) -> CustomerSet:
    """Return a person with all traces of them, and their account of one; raises `NoSuchPerson`."""
    found = person(pk)
    people = person_traces(found.pk)
    solo = Account.objects.filter(is_solo=True, solo_person__in=people)
    accounts = {pk for each in solo.values_list("pk", flat=True) for pk in account_traces(each)}
    return _called(set(people), accounts)


def everything_of_account(pk: int) -> CustomerSet:
    """Return an account with those merged into it, and its people who are in no other; raises `NoSuchAccount`."""
    accounts = set(account_traces(account(pk).pk))
    own = set(Affiliation.objects.filter(account__in=accounts).values_list("person_id", flat=True))
    elsewhere = Affiliation.objects.filter(person__in=own).exclude(account__in=accounts)
    own -= set(elsewhere.exclude(account__is_solo=True).values_list("person_id", flat=True))
    people = {trace for each in own for trace in person_traces(each)}
    solo = Account.objects.filter(is_solo=True, solo_person__in=people)
    return _called(people, accounts | {pk for each in solo.values_list("pk", flat=True) for pk in account_traces(each)})


def _called(people: set[int], accounts: set[int]) -> CustomerSet:
    words = set(Identity.objects.filter(person__in=people).values_list("value", flat=True))
    for row in Person.objects.filter(pk__in=people).values_list("name", "email"):
        words.update(row)
    for name, domain, external_id in Account.objects.filter(pk__in=accounts).values_list(
        "name", "domain", "external_id"
    ):
        words.update((name, domain, external_id or ""))
    return CustomerSet(
        person_ids=frozenset(people), account_ids=frozenset(accounts), words=tuple(sorted(words - {""}, key=len))[::-1]
    )


def ids_of(customers: CustomerSet) -> dict[SubjectKind, set[str]]:
    """Return the ids and addresses that the workspace knows these customers by, of people and of accounts."""
    people = Identity.objects.filter(person__in=customers.person_ids).values_list("value", flat=True)
    addresses = Person.objects.filter(pk__in=customers.person_ids).values_list("email", flat=True)
    accounts = Account.objects.filter(pk__in=customers.account_ids, is_solo=False)
    return {
        "person": {*people, *addresses} - {""},
        "account": {each for each in accounts.values_list("external_id", flat=True) if each},
    }


def rows_of(customers: CustomerSet) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the rows of the people and accounts themselves, by table and column."""
    for model, ids in ((Person, customers.person_ids), (Account, customers.account_ids)):
        for row in model.objects.filter(pk__in=ids).order_by("pk").values():
            yield model._meta.db_table, dict(row)
