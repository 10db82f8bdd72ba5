"""What other domains say of accounts in a list: who passes, and in which order."""

from datetime import datetime, timedelta

from tenure.billing import queries as billing
from tenure.customers.queries import Kind, Ranking
from tenure.playbooks import queries as playbooks
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.signals import queries as signals
from tenure.web.pages.accounts.list_view import AccountsView, FilterUnreadable


def among(view: AccountsView, now: datetime) -> set[int] | None:
    """Return the accounts that pass what other domains are asked; None when they are asked nothing."""
    sets: list[set[int]] = []
    if view.segment is not None:
        if segments.segment(view.segment).subject is not Subject.ACCOUNT:  # its members are no accounts
            raise FilterUnreadable
        sets.append(set(segments.member_ids(view.segment)))
    if view.with_signals:
        sets.append(set(signals.accounts_with_open_signals()))
    if view.renews_days is not None:
        until = now + timedelta(days=view.renews_days)
        sets.append(set(billing.renewals(after=now, until=until).values_list("account_id", flat=True)))
    if view.with_late_tasks:
        sets.append(set(playbooks.next_due(before=now).values_list("account_id", flat=True)))
    return set.intersection(*sets) if sets else None


def ranking_of(sort: str, now: datetime) -> Ranking | None:
    """Return the order of a list that another domain knows; None where customers know it themselves."""
    match sort.removeprefix("-"):
        case "signals":
            return Ranking(signals.signals_open(), Kind.NUMBER)
        case "renewal":
            return Ranking(billing.renewals(after=now), Kind.MOMENT)
        case "task":
            return Ranking(playbooks.next_due(), Kind.MOMENT)
    return None
