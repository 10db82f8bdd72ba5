"""What one row of a file of tickets says; pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import NamedTuple, TypeVar

from tenure.connectors.csv_events.mapping import read_moment
from tenure.connectors.csv_events.types import Refused
from tenure.connectors.files.rules.rows import is_address
from tenure.connectors.files.types import Target
from tenure.conversations.types import (
    LONGEST_CHANNEL,
    LONGEST_ID,
    LONGEST_SUBJECT,
    Priority,
    Satisfaction,
    TicketStatus,
    TicketTold,
)
from tenure.customers.types import JUNK_IDS
from tenure.kernel.clock import EARLIEST

T = Target
E = TypeVar("E")
_STATUSES = {s.value: s for s in TicketStatus} | {
    "new": TicketStatus.OPEN, "reopened": TicketStatus.OPEN, "in progress": TicketStatus.OPEN,
    "active": TicketStatus.OPEN,
    "pending": TicketStatus.WAITING, "on-hold": TicketStatus.WAITING, "hold": TicketStatus.WAITING,
    "on hold": TicketStatus.WAITING, "waiting on customer": TicketStatus.WAITING, "snoozed": TicketStatus.WAITING,
    "resolved": TicketStatus.SOLVED, "done": TicketStatus.SOLVED, "merged": TicketStatus.CLOSED,
    "archived": TicketStatus.CLOSED,
    "打开": TicketStatus.OPEN, "開啟": TicketStatus.OPEN, "未解决": TicketStatus.OPEN, "未解決": TicketStatus.OPEN,
    "等待中": TicketStatus.WAITING, "处理中": TicketStatus.OPEN, "處理中": TicketStatus.OPEN,
    "已解决": TicketStatus.SOLVED, "已解決": TicketStatus.SOLVED, "已关闭": TicketStatus.CLOSED,
    "已關閉": TicketStatus.CLOSED,
}  # fmt: skip
_PRIORITIES = {p.value: p for p in Priority} | {
    "medium": Priority.NORMAL, "moderate": Priority.NORMAL, "critical": Priority.URGENT, "highest": Priority.URGENT,
    "lowest": Priority.LOW, "p1": Priority.URGENT, "p2": Priority.HIGH, "p3": Priority.NORMAL, "p4": Priority.LOW,
    "低": Priority.LOW, "中": Priority.NORMAL, "普通": Priority.NORMAL, "高": Priority.HIGH, "紧急": Priority.URGENT,
    "緊急": Priority.URGENT,
}  # fmt: skip
_SATISFACTIONS = {s.value: s for s in Satisfaction} | {
    "1": Satisfaction.BAD, "2": Satisfaction.BAD, "3": Satisfaction.NEUTRAL, "4": Satisfaction.GOOD,
    "5": Satisfaction.GOOD, "satisfied": Satisfaction.GOOD, "unsatisfied": Satisfaction.BAD,
    "dissatisfied": Satisfaction.BAD, "positive": Satisfaction.GOOD, "negative": Satisfaction.BAD,
    "满意": Satisfaction.GOOD, "滿意": Satisfaction.GOOD, "不满意": Satisfaction.BAD, "不滿意": Satisfaction.BAD,
    "offered": None, "unoffered": None,
}  # fmt: skip


class TicketRow(NamedTuple):
    """What a row says of a ticket, and whom it names: their account, their id, their e-mail address."""

    told: TicketTold
    account: str
    user: str
    email: str


def ticket_in(
    cells: Mapping[Target, str], *, number: int, source: str, said_at: datetime, zone: tzinfo = UTC
) -> TicketRow:
    """Return what a row says; raises `Refused`. It holds from the moment it says it changed, or from `said_at`."""
    external_id = cells.get(T.EXTERNAL_ID, "")
    if not external_id:
        raise Refused("no_ticket", T.EXTERNAL_ID)
    ids = (external_id, cells.get(T.ACCOUNT_ID, ""), cells.get(T.USER_ID, ""))
    if max(map(len, ids)) > LONGEST_ID:
        raise Refused("id_too_long", most=LONGEST_ID)
    for field in (T.ACCOUNT_ID, T.USER_ID):
        if cells.get(field, "").lower() in JUNK_IDS and cells.get(field):
            raise Refused("id_is_junk", field, value=cells[field])
    email = cells.get(T.EMAIL, "")
    if email and not is_address(email):
        raise Refused("email_unreadable", T.EMAIL)
    opened_at, solved_at = _moment(cells, T.OPENED_AT, zone), _moment(cells, T.SOLVED_AT, zone)
    if opened_at and solved_at and solved_at < opened_at:
        raise Refused("solved_before_it_opened", T.SOLVED_AT)
    told = TicketTold(
        external_id=external_id,
        source=source,
        row=number,
        as_of=_moment(cells, T.CHANGED, zone) or said_at,
        subject=_line(cells.get(T.SUBJECT, ""))[:LONGEST_SUBJECT] or None,
        status=_one_of(cells, T.STATUS, _STATUSES, "status_unknown", TicketStatus),
        priority=_one_of(cells, T.PRIORITY, _PRIORITIES, "priority_unknown", Priority),
        channel=_line(cells.get(T.CHANNEL, "")).lower()[:LONGEST_CHANNEL] or None,
        opened_at=opened_at,
        first_answered_at=_moment(cells, T.FIRST_ANSWERED_AT, zone),
        solved_at=solved_at,
        satisfaction=_satisfaction(cells),
    )
    return TicketRow(told, cells.get(T.ACCOUNT_ID, ""), cells.get(T.USER_ID, ""), email.lower())


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _moment(cells: Mapping[Target, str], field: Target, zone: tzinfo) -> datetime | None:
    written = cells.get(field, "")
    if not written:
        return None
    moment = read_moment(written, zone)
    if moment is None or not EARLIEST.year <= moment.year <= 2200:
        raise Refused("moment_unreadable", field, value=written[:60])
    return moment


def _one_of(
    cells: Mapping[Target, str], field: Target, known: Mapping[str, E], code: str, names: type[StrEnum]
) -> E | None:
    written = cells.get(field, "").lower()
    if written and written not in known:
        raise Refused(code, field, value=written[:60], known=list(names))
    return known[written] if written else None


def _satisfaction(cells: Mapping[Target, str]) -> Satisfaction | None:
    written = cells.get(T.SATISFACTION, "").lower()
    if written and written not in _SATISFACTIONS:
        raise Refused("satisfaction_unreadable", T.SATISFACTION, value=written[:60])
    return _SATISFACTIONS[written] if written else None
