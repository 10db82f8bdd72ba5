"""Reading everything an account of Stripe's holds, page by page: each stride is one page, and can be done again."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from tenure.connectors.stripe import wire
from tenure.connectors.stripe.actions.calling import hold, stripe_of, went_well
from tenure.connectors.stripe.actions.receiving import keep
from tenure.connectors.stripe.calling import Fetched
from tenure.connectors.stripe.errors import (
    BackFillUnderWay,
    Disconnected,
    KeyRefused,
    NotThere,
    PermissionMissing,
    StripeAway,
    TellingUnreadable,
)
from tenure.connectors.stripe.models import BackFill, Connection, Told
from tenure.connectors.stripe.rules.tellings import about
from tenure.connectors.stripe.types import Phase, Way
from tenure.kernel import clock
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

A_STRIDE = timedelta(seconds=90)
"""After this long a stride is taken to have died, and another process does it again."""
CATCH_UP_EVERY = timedelta(hours=6)
_OVERLAP = timedelta(hours=1)
_ORDER = list(Phase)


@transaction.atomic
def start_back_fill(connection: Connection, *, by: "Member | None") -> BackFill:
    """Begin to read everything; raises `BackFillUnderWay` and `Disconnected`."""
    connection = Connection.objects.select_for_update().get(pk=connection.pk)
    if connection.disconnected_at is not None:
        raise Disconnected
    if BackFill.objects.filter(connection=connection, finished_at=None).exists():
        raise BackFillUnderWay
    made = BackFill.objects.create(
        connection=connection, started_at=clock.now(), started_by=by, phase=_ORDER[0], skipped=[]
    )
    record_audit("stripe.back_fill", by=by, subject=connection.name)
    return made


@transaction.atomic
def catch_up(connection: Connection, now: datetime) -> BackFill | None:
    """Look through the newest events for those no webhook delivered, some hours after the last reading."""
    connection = Connection.objects.select_for_update().get(pk=connection.pk)
    last = BackFill.objects.filter(connection=connection).order_by("-started_at").first()
    if last is None or last.finished_at is None or last.started_at > now - CATCH_UP_EVERY:
        return None
    return BackFill.objects.create(
        connection=connection, started_at=now, phase=Phase.EVENTS, since=last.started_at - _OVERLAP, skipped=[]
    )


def stride(connection: Connection, now: datetime) -> int:
    """Read the next page of the back-fill that is under way; returns how many rows, and at least 1 when it moved on.

    Stripe's 429 is obeyed: nothing is asked before the moment it named. Called in the connection's workspace.
    """
    if connection.held_until is not None and connection.held_until > now:
        return 0
    running = _claim(connection, now)
    if running is None:
        return 0
    phase, cursor = Phase(running.phase), running.cursor
    since = running.since if phase is Phase.EVENTS else None
    try:
        fetched = stripe_of(connection).page(phase, after=cursor, since=since)
        problem = ""
    except PermissionMissing:
        _move_on(running, skipped=[*running.skipped, phase.value])
        return 1
    except NotThere:
        if not cursor:
            _move_on(running, skipped=[*running.skipped, phase.value])
            return 1
        BackFill.objects.filter(pk=running.pk).update(cursor="", claimed_until=None)  # the row we stood on is gone
        return 1
    except (StripeAway, KeyRefused, Disconnected) as error:
        problem = hold(connection, error, now)
        BackFill.objects.filter(pk=running.pk).update(problem=problem[:500], claimed_until=None)
        return 0
    went_well(connection)
    _store(connection, running, phase, fetched)
    return max(len(fetched.rows), 1)


def _claim(connection: Connection, now: datetime) -> BackFill | None:
    mine = BackFill.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lt=now), connection=connection, finished_at=None
    )
    if not mine.update(claimed_until=now + A_STRIDE):
        return None
    return BackFill.objects.get(connection=connection, finished_at=None)


@transaction.atomic
def _store(connection: Connection, running: BackFill, phase: Phase, fetched: Fetched) -> None:
    told, last = [], ""
    for row in fetched.rows:
        last = wire.read(row, wire.Named).id
        made = _from_event(connection, row) if phase is Phase.EVENTS else _from_row(connection, row, fetched.as_of)
        if made is not None:
            told.append(made)
    keep(connection, told)
    if fetched.has_more and last:
        BackFill.objects.filter(pk=running.pk).update(
            cursor=last, rows=running.rows + len(fetched.rows), problem="", claimed_until=None
        )
    else:
        _move_on(running, rows=running.rows + len(fetched.rows))


def _move_on(running: BackFill, **changes: object) -> None:
    """Go to the next list; after the last one the back-fill is over."""
    place = _ORDER.index(Phase(running.phase)) + 1
    more: dict[str, object] = {"cursor": "", "problem": "", "claimed_until": None, **changes}
    if place == len(_ORDER):
        more["finished_at"] = clock.now()
    else:
        more["phase"] = _ORDER[place].value
    BackFill.objects.filter(pk=running.pk).update(**more)


def _from_row(connection: Connection, row: bytes, as_of: datetime) -> Told | None:
    try:
        placed = about(row)
    except TellingUnreadable as error:
        named = wire.read(row, wire.Named)
        return _told(
            connection,
            row,
            f"{named.id}@{as_of:%Y%m%dT%H%M%S}",
            Way.LIST,
            "list",
            as_of,
            problem=f"unreadable: {error}",
        )
    if placed.kind is None:
        return None
    made = _told(connection, row, f"{placed.object_id}@{as_of:%Y%m%dT%H%M%S}", Way.LIST, "list", as_of)
    made.kind, made.object_id = placed.kind, placed.object_id
    made.customer_id, made.payment_key = placed.customer_id, placed.payment_key
    return made


def _from_event(connection: Connection, row: bytes) -> Told | None:
    event = wire.read(row, wire.Event)
    problem, kind = "", ""
    made = _told(connection, row, event.id, Way.EVENT, event.type, wire.at(event.created))
    try:
        placed = about(bytes(event.data.object), event.type)
        kind = placed.kind or ""
    except TellingUnreadable as error:
        problem = f"unreadable: {error}"[:500]
    else:
        made.object_id, made.customer_id, made.payment_key = placed.object_id, placed.customer_id, placed.payment_key
    if not kind and not problem:
        return None
    made.kind, made.problem = kind, problem
    made.read_at = made.received_at if problem else None
    return made


def _told(
    connection: Connection, row: bytes, telling_id: str, way: Way, type_: str, created: datetime, problem: str = ""
) -> Told:
    now = clock.now()
    return Told(
        connection=connection, telling_id=telling_id[:120], way=way, type=type_[:80], created=created, content=row,
        received_at=now, read_at=now if problem else None, problem=problem[:500],
    )  # fmt: skip
