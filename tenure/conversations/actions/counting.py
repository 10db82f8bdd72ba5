"""How many tickets are open, said as a trait of accounts and people: so segments, lists and exports can use it."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from tenure.conversations.models import Ticket
from tenure.conversations.types import TicketStatus
from tenure.customers import actions as customers
from tenure.customers import queries
from tenure.customers.announcements import AccountsMerged, AccountsParted, PeopleMerged, PeopleParted
from tenure.kernel import clock

OPEN_TICKETS = "open_tickets"
_SOURCE = "conversations"
_WAITING = [s.value for s in TicketStatus if not s.is_over]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_LITTLE = timedelta(microseconds=1)


def count_open_tickets(account_ids: Iterable[int | None], person_ids: Iterable[int | None]) -> None:
    """Say anew how many tickets of these are open; what is the same is not said again."""
    accounts, people = _now(account_ids, queries.merged_accounts), _now(person_ids, queries.merged_people)
    if accounts:
        counts = _counts("account_id", queries.merged_accounts)
        rows = queries.accounts(accounts).values_list("pk", "traits", "trait_times")
        _say(customers.set_traits_of_accounts, rows, counts)
    if people:
        counts = _counts("person_id", queries.merged_people)
        theirs = queries.people(people).values_list("pk", "traits", "trait_times")
        _say(customers.set_traits_of_people, theirs, counts)


def recount_accounts(said: list[AccountsMerged | AccountsParted]) -> None:
    """Count the tickets of accounts that became one, or are two again."""
    count_open_tickets(_ids(said, "account_id", "merged_account_id", "parted_account_id"), ())


def recount_people(said: list[PeopleMerged | PeopleParted]) -> None:
    """Count the tickets of people who became one, or are two again."""
    count_open_tickets((), _ids(said, "person_id", "merged_person_id", "parted_person_id"))


def _now(ids: Iterable[int | None], merged: Any) -> set[int]:
    """Return who these are by now."""
    wanted = {i for i in ids if i}
    now_is = merged(wanted) if wanted else {}
    return {now_is.get(i, i) for i in wanted}


def _counts(column: str, merged: Any) -> Counter[int]:
    """Count what is open by who it is of now; there are never so many open that one would mind."""
    waiting = Ticket.objects.filter(status__in=_WAITING, **{f"{column}__isnull": False})
    ids = list(waiting.values_list(column, flat=True))
    now_is = merged(set(ids)) if ids else {}
    return Counter(now_is.get(id_, id_) for id_ in ids)


def _say(set_traits: Any, rows: Iterable[tuple[int, dict[str, Any], dict[str, int]]], counts: Counter[int]) -> None:
    news: dict[int, dict[str, int]] = {}
    at = clock.now()
    for id_, traits, times in rows:
        if counts[id_] != traits.get(OPEN_TICKETS, 0):
            news[id_] = {OPEN_TICKETS: counts[id_]}
            # of two words of one moment the greater would win
            at = max(at, _EPOCH + timedelta(microseconds=times.get(OPEN_TICKETS, 0)) + _A_LITTLE)
    if news:
        set_traits(news, source=_SOURCE, at=at)


def _ids(said: Iterable[Any], *names: str) -> set[int]:
    return {getattr(each, name) for each in said for name in names if hasattr(each, name)}
