"""Taking down what is told of tickets, many at once and in any order, and taking a source's word back."""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Q

from tenure.conversations.actions.counting import count_open_tickets
from tenure.conversations.announcements import TicketOpened, TicketSolved, TicketsWithdrawn
from tenure.conversations.models import Ticket, TicketTelling
from tenure.conversations.queries import tellings_of
from tenure.conversations.rules import state_of, what_is_new
from tenure.conversations.types import TicketsRecorded, TicketState, TicketTold
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import Announcement, announce, announce_all
from tenure.tracking import actions as tracking

_COLUMNS = tuple(f.name for f in dataclasses.fields(TicketState))


@transaction.atomic
def record_tickets(told: Sequence[TicketTold]) -> TicketsRecorded:
    """Take tellings down and bring their tickets up to date; a telling is known by its ticket, source and row.

    The same tellings in any order, in any batches and however often, end in the same tickets. What says nothing new
    is not kept. A fixed number of statements, however many tellings there are.
    """
    workspace_id = tenancy.current_workspace_id()
    ids = sorted({t.external_id for t in told})
    known = {t.external_id: t for t in _locked(external_id__in=ids)}
    told_before = tellings_of([t.pk for t in known.values()])
    news = what_is_new(told, told_before)
    fresh: dict[str, list[TicketTold]] = defaultdict(list)
    for each, outcome in zip(told, news, strict=True):
        if outcome != "same":
            fresh[each.external_id].append(each)
    states = {i: state_of([*told_before.get(i, ()), *more]) for i, more in fresh.items()}
    made = Ticket.objects.bulk_create(
        [_filled(Ticket(external_id=i), s, _latest(fresh[i])) for i, s in states.items() if i not in known]
    )
    tickets = known | {t.external_id: t for t in made}
    TicketTelling.objects.bulk_create(
        [
            TicketTelling(
                ticket=tickets[i], person_id=t.person_id, as_of=t.as_of, source=t.source, row=t.row, content=_content(t)
            )
            for i, more in fresh.items()
            for t in more
        ],
        ignore_conflicts=True,
    )
    solved_before = {t.pk for t in known.values() if _is_solved(t)}
    were = [t.account_id for t in known.values()], [t.person_id for t in known.values()]
    moved = [
        _filled(known[i], s, _latest([*told_before.get(i, ()), *fresh[i]])) for i, s in states.items() if i in known
    ]
    Ticket.objects.bulk_update(moved, [*_COLUMNS, "source"], batch_size=1_000)
    opened = [_opened(t, workspace_id) for t in made]
    solved = [_solved(t, workspace_id) for t in [*made, *moved] if _is_solved(t) and t.pk not in solved_before]
    announce_all(sorted([*opened, *solved], key=lambda a: a.at))
    touched = [*made, *moved]
    count_open_tickets([*(t.account_id for t in touched), *were[0]], [*(t.person_id for t in touched), *were[1]])
    counts = Counter(news)
    return TicketsRecorded(new=counts["new"], changed=counts["changed"], same=counts["same"])


@transaction.atomic
def withdraw_tickets(source: str, *, limit: int) -> int:
    """Take back a portion of what a source told; returns how many tellings, 0 when nothing is left of it.

    A ticket of which nothing else was told goes; every other one is again what the others leave it.
    """
    portion = list(TicketTelling.objects.filter(source=source).order_by("pk").values_list("pk", "ticket_id")[:limit])
    touched = {t.pk: t for t in _locked(pk__in={ticket for _, ticket in portion})}
    TicketTelling.objects.filter(pk__in=[pk for pk, _ in portion]).delete()
    left = tellings_of(list(touched))
    gone = sorted(t.pk for t in touched.values() if t.external_id not in left)
    solved_before = {pk for pk, t in touched.items() if _is_solved(t)}
    accounts = sorted({t.account_id for t in touched.values() if t.account_id})
    people = sorted({t.person_id for t in touched.values() if t.person_id})
    kept = [_filled(t, state_of(told), _latest(told)) for t in touched.values() if (told := left.get(t.external_id))]
    Ticket.objects.bulk_update(kept, [*_COLUMNS, "source"], batch_size=1_000)
    Ticket.objects.filter(pk__in=gone).delete()
    count_open_tickets(
        [*accounts, *(t.account_id for t in touched.values())], [*people, *(t.person_id for t in touched.values())]
    )
    unsolved = sorted(t.pk for t in kept if t.pk in solved_before and not _is_solved(t))
    if gone or unsolved:
        announce(
            TicketsWithdrawn(
                workspace_id=tenancy.current_workspace_id(),
                at=clock.now(),
                opened=gone,
                solved=[*gone, *unsolved],
                account_ids=accounts,
                person_ids=people,
            )
        )
    return len(portion)


def forget_on_timelines(said: list[TicketsWithdrawn]) -> None:
    """Take off the timelines what was told of tickets that were withdrawn; it comes after what put it there."""
    theirs = {
        "account_ids": {i for each in said for i in each.account_ids},
        "person_ids": {i for each in said for i in each.person_ids},
    }
    tracking.forget_timeline_about("TicketOpened", "ticket_id", {i for each in said for i in each.opened}, **theirs)
    tracking.forget_timeline_about("TicketSolved", "ticket_id", {i for each in said for i in each.solved}, **theirs)


def _locked(**which: Any) -> Iterable[Ticket]:
    return Ticket.objects.select_for_update().filter(Q(**which)).order_by("pk")


def _content(told: TicketTold) -> dict[str, Any]:
    apart = {"external_id", "source", "row", "as_of"}
    return {k: v for k, v in msgspec.to_builtins(told).items() if k not in apart and v is not None}


def _latest(told: Sequence[TicketTold]) -> TicketTold:
    return max(told, key=lambda t: (t.as_of, t.row, t.source))


def _filled(ticket: Ticket, state: TicketState, latest: TicketTold) -> Ticket:
    for name in _COLUMNS:
        setattr(ticket, name, getattr(state, name))
    ticket.satisfaction = state.satisfaction or ""
    ticket.source = f"{latest.source} row {latest.row}" if latest.row else latest.source
    return ticket


def _is_solved(ticket: Ticket) -> bool:
    return ticket.status in ("solved", "closed")


def _opened(ticket: Ticket, workspace_id: int) -> Announcement:
    return TicketOpened(
        workspace_id=workspace_id,
        at=ticket.opened_at,
        ticket_id=ticket.pk,
        external_id=ticket.external_id,
        account_id=ticket.account_id,
        person_id=ticket.person_id,
        subject=ticket.subject,
        priority=str(ticket.priority),
        channel=ticket.channel,
        source=ticket.source,
    )


def _solved(ticket: Ticket, workspace_id: int) -> Announcement:
    return TicketSolved(
        workspace_id=workspace_id,
        at=ticket.solved_at or clock.now(),
        ticket_id=ticket.pk,
        external_id=ticket.external_id,
        account_id=ticket.account_id,
        person_id=ticket.person_id,
        subject=ticket.subject,
        satisfaction=str(ticket.satisfaction),
        source=ticket.source,
        priority=str(ticket.priority),
    )
