"""The lines of the list of accounts: everything they show, asked for once for the whole page."""

import dataclasses
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tenure.activity import queries as activity
from tenure.customers import queries as customers
from tenure.customers.types import Stage
from tenure.kernel import clock
from tenure.signals import queries as signals
from tenure.web.pages.accounts import words
from tenure.web.shell import formats

if TYPE_CHECKING:
    from tenure.customers.models import Account

USE_DAYS = 30


@dataclasses.dataclass(frozen=True, kw_only=True)
class Use:
    """What was seen of an account in the last days: events of each day, and how many people-days."""

    events: tuple[int, ...]
    people_days: int

    @property
    def total(self) -> int:
        """How many events in all."""
        return sum(self.events)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """One account as its line shows it."""

    account: "Account"
    stage: Stage
    people: int
    signals: int
    use: Use
    revenue: str
    cells: tuple[tuple[str, str], ...]
    """The columns in their order; for a trait with what it says."""

    @property
    def stage_name(self) -> str:
        """The stage in words."""
        return str(words.STAGES[self.stage])

    @property
    def use_words(self) -> str:
        """What the small line shows, for those who do not see it."""
        return _("%(events)s events in %(days)d days") % {
            "events": formats.number(self.use.total),
            "days": len(self.use.events),
        }


def rows(accounts: Sequence["Account"], people: dict[int, int], columns: Sequence[str], currency: str) -> list[Row]:
    """Return the lines of one page."""
    ids = [account.pk for account in accounts]
    open_signals = signals.open_counts(ids)
    use = use_of(ids)
    now = clock.now()
    return [
        Row(
            account=account,
            stage=customers.stage_of(account, now),
            people=people.get(account.pk, 0),
            signals=open_signals.get(account.pk, 0),
            use=use[account.pk],
            revenue=revenue(account, currency),
            cells=tuple((name, _said(account, name)) for name in columns),
        )
        for account in accounts
    ]


def _said(account: "Account", column: str) -> str:
    if column == "plan":
        return words.trait_text(account.traits.get("plan"))
    return words.trait_text(account.traits.get(column.removeprefix("trait."))) if column.startswith("trait.") else ""


def use_of(ids: Sequence[int], days: int = USE_DAYS) -> dict[int, Use]:
    """Return the use of many accounts over the last days (UTC, today included), with one question to the lake."""
    today = clock.now().date()
    first = today - timedelta(days=days - 1)
    events: dict[int, list[int]] = {pk: [0] * days for pk in ids}
    people: dict[int, int] = dict.fromkeys(ids, 0)
    table = activity.use_of_accounts(today, days, ids) if ids else None
    for row in table.to_pylist() if table is not None else ():
        day: date = row["dt"]
        events[row["account_id"]][(day - first).days] = row["events"]
        people[row["account_id"]] += row["active_people"]
    return {pk: Use(events=tuple(events[pk]), people_days=people[pk]) for pk in ids}


def revenue(account: "Account", currency: str) -> str:
    """Write the account's monthly revenue, if its product tells it: the trait `mrr` in whole units of `currency`."""
    amount = account.traits.get("mrr")
    if not isinstance(amount, int | float) or isinstance(amount, bool):
        return ""
    own = account.traits.get("currency")
    code = own if isinstance(own, str) and len(own) == 3 else currency
    return formats.money(formats.minor_units(amount, code), code)
