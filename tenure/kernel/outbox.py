"""Announcements go up: written in the transaction of the change, delivered after commit, at least once, in order.

A domain declares announcements as frozen dataclasses with `@announcement`, tells them with `announce`, and whoever
stands above subscribes in its `apps.py`. Subscribers get a list of one kind of announcement of one workspace, inside
its scope and inside one transaction with the delivery mark, so that what they write happens exactly once; what they
do outside the database must be idempotent.
"""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, TypeAlias, TypeVar, dataclass_transform

import msgspec
import structlog
from django.db import connection, transaction

from tenure.kernel import clock, tenancy

log = structlog.get_logger(__name__)

DELIVERED_AT_ONCE = 2_000
ATTEMPTS_BEFORE_PARKING = 8
DELIVERED_KEPT = timedelta(days=7)
_DELIVERY_LOCK = 7_205_201
_LOOKED_BACK = 30
_ANYBODY = ("anybody", 0)


class Announcement(Protocol):
    """What every announcement has; those that name a customer also have `account_id` or `person_id`."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def workspace_id(self) -> int:
        """The workspace it happened in."""

    @property
    def at(self) -> datetime:
        """When it happened."""


Subscriber: TypeAlias = Callable[[list[Any]], None]
T = TypeVar("T", bound=type[Any])

_kinds: dict[str, type[Any]] = {}
_subscribers: dict[type[Any], list[Subscriber]] = {}
_customer_subscribers: list[Subscriber] = []
_listeners: list[Callable[[Announcement], None]] = []


@dataclass_transform(kw_only_default=True, frozen_default=True)
def announcement(cls: T) -> T:
    """Make a frozen, keyword-only dataclass that can be announced; its name is the kind on the wire."""
    made = dataclasses.dataclass(frozen=True, kw_only=True)(cls)
    fields = {f.name for f in dataclasses.fields(made)}
    if not {"workspace_id", "at"} <= fields:
        raise TypeError(f"{cls.__name__} needs workspace_id and at")
    if cls.__name__ in _kinds and _kinds[cls.__name__].__module__ != cls.__module__:
        raise TypeError(f"two announcements are called {cls.__name__}")
    _kinds[cls.__name__] = made
    return made  # type: ignore[return-value]


def kinds() -> dict[str, type[Any]]:
    """Return every announcement there is, by name."""
    return dict(_kinds)


def subscribe(kind: type[Any], subscriber: Subscriber) -> None:
    """Have `subscriber` called with lists of this announcement."""
    known = _subscribers.setdefault(kind, [])
    if subscriber not in known:
        known.append(subscriber)


def subscribe_to_customers(subscriber: Subscriber) -> None:
    """Have `subscriber` called with every announcement that names an account or a person."""
    if subscriber not in _customer_subscribers:
        _customer_subscribers.append(subscriber)


def listen(listener: Callable[[Announcement], None]) -> Callable[[], None]:
    """Hear each announcement as it is made (tests use this); returns what stops the listening."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def announce(said: Announcement) -> None:
    """Tell the rest of the system, if and only if the surrounding transaction commits."""
    announce_all([said])


def announce_all(said: Iterable[Announcement]) -> None:
    """Tell many things at once, in their order, with one statement."""
    from tenure.kernel.models import OutboxEntry

    entries = list(said)
    OutboxEntry.objects.bulk_create(
        [
            OutboxEntry(workspace_id=a.workspace_id, kind=type(a).__name__, payload=msgspec.to_builtins(a))
            for a in entries
        ],
        batch_size=1_000,
    )
    for listener in _listeners:
        for each in entries:
            listener(each)


def deliver(_now: datetime | None = None) -> int:
    """Hand waiting announcements to their subscribers; returns how many were delivered.

    One deliverer works at a time, so order holds across processes. When a subscriber fails, the others go on; the
    failing announcement is tried again alone and, after eight attempts, parked with its error for `tenure doctor`.
    """
    from tenure.kernel.models import OutboxEntry

    undelivered = OutboxEntry.objects.filter(delivered_at=None, parked=False)
    if not undelivered.exists():
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_DELIVERY_LOCK])
            (free,) = cursor.fetchone() or (False,)
        if not free:
            return 0
        waiting = list(undelivered.order_by("id")[:DELIVERED_AT_ONCE])
        delivered: list[int] = []
        for workspace_id, runs in _by_workspace(_runs(waiting)).items():
            delivered += _hand_over_together(workspace_id, runs)
        OutboxEntry.objects.filter(id__in=delivered).update(delivered_at=clock.now())
    return len(delivered)


def sweep(now: datetime) -> int:
    """Forget announcements delivered more than a week ago; the timeline and the audit trail keep what matters."""
    from tenure.kernel.models import OutboxEntry

    old = OutboxEntry.objects.filter(delivered_at__lt=now - DELIVERED_KEPT).order_by("id").values("id")[:20_000]
    deleted, _ = OutboxEntry.objects.filter(id__in=old).delete()
    return deleted


def retry_parked() -> int:
    """Let parked announcements be tried again, after the cause was mended; returns how many."""
    from tenure.kernel.models import OutboxEntry

    return OutboxEntry.objects.filter(parked=True).update(parked=False, attempts=0)


def forget_workspace(workspace_id: int) -> None:
    """Drop what is still to be told of a workspace that is being deleted."""
    from tenure.kernel.models import OutboxEntry

    OutboxEntry.objects.filter(workspace_id=workspace_id).delete()


def _runs(waiting: Iterable[Any]) -> list[tuple[int, str, list[Any]]]:
    """Put announcements of one kind together, so that few calls of subscribers hear many.

    One may go ahead of others only if these are about other customers: for each customer the order stays as it was.
    What names no customer is never passed.
    """
    runs: list[tuple[int, str, list[Any]]] = []
    about: list[set[tuple[str, int]]] = []
    for entry in waiting:
        named = _customers(entry.payload)
        place = None
        for earlier in range(len(runs) - 1, max(-1, len(runs) - 1 - _LOOKED_BACK), -1):
            workspace_id, kind, _ = runs[earlier]
            if workspace_id == entry.workspace_id:
                if kind == entry.kind:
                    place = earlier
                if kind == entry.kind or not named or _ANYBODY in about[earlier] or named & about[earlier]:
                    break
        if place is None:
            runs.append((entry.workspace_id, entry.kind, []))
            about.append(set())
            place = len(runs) - 1
        runs[place][2].append(entry)
        about[place] |= named or {_ANYBODY}
    return runs


def _customers(payload: dict[str, Any]) -> set[tuple[str, int]]:
    """Return the accounts and people an announcement names, merged ones included."""
    return {
        (customer, pk)
        for key, pk in payload.items()
        for customer in ("account", "person")
        if pk and key.endswith(f"{customer}_id")
    }


def _by_workspace(runs: Iterable[tuple[int, str, list[Any]]]) -> dict[int, list[tuple[str, list[Any]]]]:
    found: dict[int, list[tuple[str, list[Any]]]] = {}
    for workspace_id, kind, group in runs:
        found.setdefault(workspace_id, []).append((kind, group))
    return found


def _hand_over_together(workspace_id: int, runs: Sequence[tuple[str, Sequence[Any]]]) -> list[int]:
    """Deliver the runs of a workspace in one go; on failure run by run, up to the first that still fails."""
    if len(runs) > 1:
        try:
            _call_subscribers(workspace_id, runs)
            return [e.id for _, entries in runs for e in entries]
        except Exception as error:
            log.warning("subscribers failed, telling them kind by kind", workspace_id=workspace_id, error=repr(error))
    delivered: list[int] = []
    for kind, entries in runs:
        told, failed = _hand_over(workspace_id, kind, entries)
        delivered += told
        if failed:
            break
    return delivered


def _hand_over(workspace_id: int, kind: str, entries: Sequence[Any]) -> tuple[list[int], bool]:
    """Deliver one run of announcements of one kind; on failure, one by one up to the first that fails."""
    try:
        _call_subscribers(workspace_id, [(kind, entries)])
        return [e.id for e in entries], False
    except Exception:
        log.exception("subscriber failed", kind=kind, workspace_id=workspace_id, announcements=len(entries))
    told: list[int] = []
    for entry in entries:
        try:
            _call_subscribers(workspace_id, [(kind, [entry])])
            told.append(entry.id)
        except Exception as error:
            entry.attempts += 1
            entry.error = f"{type(error).__name__}: {error}"[:2_000]
            entry.parked = entry.attempts >= ATTEMPTS_BEFORE_PARKING
            entry.save(update_fields=["attempts", "error", "parked"])
            if not entry.parked:
                return told, True
    return told, False


def _call_subscribers(workspace_id: int, runs: Sequence[tuple[str, Sequence[Any]]]) -> None:
    """Tell runs of announcements, kind by kind, all or none of them; who hears of every customer hears them last."""
    naming: list[Any] = []
    with transaction.atomic(), tenancy.scope(workspace_id):
        for kind, entries in runs:
            made = _kinds.get(kind)
            if made is None:  # announced by a version that has since dropped the kind
                log.warning("unknown announcement", kind=kind)
                continue
            said = [msgspec.convert(e.payload, made) for e in entries]
            for subscriber in _subscribers.get(made, []):
                subscriber(said)
            naming += [a for a in said if getattr(a, "account_id", None) or getattr(a, "person_id", None)]
        for subscriber in _customer_subscribers if naming else []:
            subscriber(naming)
        with connection.cursor() as cursor:  # what names somebody deleted since fails here and alone, not at the commit
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def forget_customers(workspace_id: int, *, person_ids: Collection[int], account_ids: Collection[int]) -> int:
    """Delete announcements that name these customers, told or not; returns how many."""
    from tenure.kernel.models import OutboxEntry

    gone = 0
    for key, ids in (("person_id", person_ids), ("account_id", account_ids)):
        wanted = OutboxEntry.objects.filter(workspace_id=workspace_id, **{f"payload__{key}__in": list(ids)})
        gone += wanted.delete()[0] if ids else 0
    return gone
