"""Which account a customer of Stripe's is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tenure.connectors.stripe.types import BillTo, MatchBy


class Index(NamedTuple):
    """Accounts that customers could be.

    `by_mail` holds, for a customer's address, the one account whose domain it is at; free mail is never in it.
    """

    by_external_id: Mapping[str, int]
    by_mail: Mapping[str, int]
    by_name: Mapping[str, Sequence[int]]


class Match(NamedTuple):
    """The account that was found and by what; or none, and why not."""

    account_id: int | None
    by: MatchBy | None
    why_not: str = ""


def match(customer: BillTo, order: Iterable[MatchBy], account_field: str, index: Index) -> Match:
    """Find a customer's account by the first way that names exactly one.

    A way that names several accounts, or one that is not there, decides nothing, and the next is tried.
    """
    why_not = ""
    for way in order:
        found = _named(customer, way, account_field, index)
        if len(found) == 1:
            return Match(found[0], way)
        if found:
            why_not = f"several_by_{way}"
        elif not why_not and reference_of(customer, way, account_field):
            why_not = f"unknown_{way}"
    return Match(None, None, why_not or "nothing_fits")


def reference_of(customer: BillTo, way: MatchBy, account_field: str) -> str:
    """Return the account's id as the customer carries it this way."""
    match way:
        case MatchBy.METADATA:
            return customer.metadata.get(account_field, "").strip()
        case MatchBy.REFERENCE:
            return customer.reference.strip()
    return ""


def plain(name: str) -> str:
    """Write a name as names are compared: without regard to case and spaces."""
    return " ".join(name.lower().split())


def _named(customer: BillTo, way: MatchBy, account_field: str, index: Index) -> Sequence[int]:
    found: int | None = None
    match way:
        case MatchBy.METADATA | MatchBy.REFERENCE:
            found = index.by_external_id.get(reference_of(customer, way, account_field))
        case MatchBy.DOMAIN:
            found = index.by_mail.get(customer.email)
        case MatchBy.NAME:
            return index.by_name.get(plain(customer.name), [])
        case MatchBy.HAND | MatchBy.MADE:
            pass
    return [] if found is None else [found]
