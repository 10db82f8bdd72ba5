"""Real customers that a template can be read as."""

import dataclasses
from collections.abc import Sequence

from tenure.customers import queries as customers
from tenure.web.asked import whole

OFFERED = 12
NOBODY = "nobody"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Example:
    """One person at one account, as a template's reader."""

    person_id: int
    account_id: int | None
    name: str
    account_name: str


def examples() -> Sequence[Example]:
    """Return those seen last who can be written to, with their account."""
    seen = customers.people_list(sort="-last_seen_at", limit=OFFERED * 3).people
    return _as_examples([p.pk for p in seen if p.email][:OFFERED])


def example_by_id(said: str, offered: Sequence[Example]) -> Example | None:
    """Return the reader that was asked for; else the first offered; None for nobody in particular."""
    if said == NOBODY:
        return None
    if (asked := whole(said)) is not None:
        chosen = next((e for e in offered if e.person_id == asked), None)
        found = [chosen] if chosen else _as_examples([asked])
        if found:
            return found[0]
    return offered[0] if offered else None


def _as_examples(ids: Sequence[int]) -> list[Example]:
    names = {p.pk: p.name or p.email for p in customers.people(ids).defer("traits", "trait_times")}
    homes = customers.accounts_of_people(ids)
    accounts = customers.account_names(homes.values())
    return [
        Example(person_id=pk, account_id=homes.get(pk), name=names[pk], account_name=accounts.get(homes.get(pk, 0), ""))
        for pk in ids
        if pk in names
    ]
