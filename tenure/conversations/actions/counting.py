"""How many tickets are open, said as traits of accounts and people: so segments, lists and exports can use them.

One says how many there are; those of a priority that is not normal are said apart, too.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tenure.conversations.models import Ticket
from tenure.conversations.types import Priority, TicketStatus
from tenure.customers import actions as customers
from tenure.customers import queries
from tenure.customers.announcements import AccountsMerged, AccountsParted, PeopleMerged, PeopleParted
from tenure.kernel import clock

OPEN_TICKETS = "open_tickets"
OPEN_TICKETS_OF = {p.value: f"{OPEN_TICKETS}_{p.value}" for p in Priority if p is not Priority.NORMAL}
_TRAITS = (OPEN_TICKETS, *OPEN_TICKETS_OF.values())
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


def _counts(column: str, merged: Any) -> dict[int, Counter[str]]:
    """Count what is open by who it is of now, for each trait; there are never so many open that one would mind."""
    waiting = Ticket.objects.filter(status__in=_WAITING, **{f"{column}__isnull": False})
    open_ = list(waiting.values_list(column, "priority"))
    now_is = merged({id_ for id_, _ in open_}) if open_ else {}
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for id_, priority in open_:
        counts[now_is.get(id_, id_)].update([OPEN_TICKETS, *filter(None, [OPEN_TICKETS_OF.get(priority)])])
    return counts


def _say(
    set_traits: Any, rows: Iterable[tuple[int, dict[str, Any], dict[str, int]]], counts: Mapping[int, Counter[str]]
) -> None:
    news: dict[int, dict[str, int]] = {}
    at = clock.now()
    for id_, traits, times in rows:
        there = counts.get(id_, Counter[str]())
        if changed := {name: there[name] for name in _TRAITS if there[name] != traits.get(name, 0)}:
            news[id_] = changed
            # of two words of one moment the greater would win
            last = max(times.get(name, 0) for name in changed)
            at = max(at, _EPOCH + timedelta(microseconds=last) + _A_LITTLE)
    if news:
        set_traits(news, source=_SOURCE, at=at)


def _ids(said: Iterable[Any], *names: str) -> set[int]:
    return {getattr(each, name) for each in said for name in names if hasattr(each, name)}
