"""What a ticket is after everything that was told of it; pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from tenure.conversations.types import News, Priority, TicketState, TicketStatus, TicketTold

FIELDS = (
    "account_id", "person_id", "subject", "status", "priority", "channel", "opened_at", "first_answered_at",
    "solved_at", "satisfaction",
)  # fmt: skip


def state_of(told: Sequence[TicketTold]) -> TicketState:
    """Put tellings together: of each field the latest word holds, of two at one moment the one of the later row.

    A ticket nobody gave a status is solved when a moment of solving is known, and open otherwise. One that is open
    again is not solved, whatever was said before. Without a moment of opening it counts from the first telling.
    """
    in_order = sorted(told, key=lambda t: (t.as_of, t.row, t.source))
    said = {name: value for each in in_order for name in FIELDS if (value := getattr(each, name)) is not None}
    opened_at: datetime = said.get("opened_at") or in_order[0].as_of
    solved_at: datetime | None = said.get("solved_at")
    status = said.get("status") or (TicketStatus.SOLVED if solved_at else TicketStatus.OPEN)
    return TicketState(
        account_id=said.get("account_id"),
        person_id=said.get("person_id"),
        subject=said.get("subject", ""),
        status=status,
        priority=said.get("priority", Priority.NORMAL),
        channel=said.get("channel", ""),
        opened_at=opened_at,
        first_answered_at=said.get("first_answered_at"),
        solved_at=solved_at if status.is_over else None,
        satisfaction=said.get("satisfaction"),
    )


def what_is_new(told: Sequence[TicketTold], before: Mapping[str, Sequence[TicketTold]]) -> list[News]:
    """Say of each telling whether it makes its ticket new, changes it, or says what those before it leave it at."""
    news: list[News] = []
    here: dict[str, list[TicketTold]] = defaultdict(list)
    for each in told:
        earlier = [*before.get(each.external_id, ()), *here[each.external_id]]
        if not earlier:
            news.append("new")
        elif state_of([*earlier, each]) == state_of(earlier):
            news.append("same")
            continue
        else:
            news.append("changed")
        here[each.external_id].append(each)
    return news
