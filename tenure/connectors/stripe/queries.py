"""Reads of the Stripe connector."""

import dataclasses
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from tenure.connectors.stripe.errors import NoSuchConnection, NoSuchStripeCustomer
from tenure.connectors.stripe.models import BackFill, Connection, DoorRefusal, StripeCustomer, Told, WebhookSecret
from tenure.connectors.stripe.types import Health, Phase, Progress
from tenure.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

_ORDER = list(Phase)
EVENTS_KEPT = timedelta(days=30)
"""For how long Stripe keeps events."""
_RECENTLY = timedelta(days=1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Counts:
    """How many tellings of a connection wait, and how many could not be read."""

    told: int
    waiting: int
    unreadable: int
    customers: int
    unmatched: int


def connections() -> QuerySet[Connection]:
    """Return the connections that have not been ended, the oldest first."""
    return Connection.objects.filter(disconnected_at=None).select_related("made_by").order_by("made_at", "pk")


def connection(pk: int) -> Connection:
    """Return one connection, ended or not. Raises `NoSuchConnection`."""
    found = Connection.objects.select_related("made_by").filter(pk=pk).first()
    if found is None:
        raise NoSuchConnection
    return found


def connection_by_address(address: str) -> Connection | None:
    """Return the connection whose webhook has this address, in whatever workspace; called before one is in scope."""
    return Connection.everywhere.filter(address=address).first()


def webhook_secrets(of: Connection) -> QuerySet[WebhookSecret]:
    """Return the signing secrets that are taken now, the newest first."""
    now = clock.now()
    return WebhookSecret.objects.filter(Q(retires_at=None) | Q(retires_at__gt=now), connection=of).order_by("-added_at")


def refusals(of: Connection) -> QuerySet[DoorRefusal]:
    """Return how often deliveries were refused, by reason."""
    return DoorRefusal.objects.filter(connection=of).order_by("-last_at")


def latest_told(of: Connection, limit: int = 20) -> "Sequence[Told]":
    """Return what Stripe's events told last."""
    return list(Told.objects.filter(connection=of, way="event").order_by("-id").defer("content")[:limit])


def counts(of: Connection) -> Counts:
    """Count what waits, what could not be read, and who is not matched."""
    told = Told.objects.filter(connection=of).aggregate(
        told=Count("id"),
        waiting=Count("id", filter=Q(read_at=None) & ~Q(kind="")),
        unreadable=Count("id", filter=Q(problem__startswith="unreadable")),
    )
    who = StripeCustomer.objects.filter(connection=of, is_deleted=False).aggregate(
        customers=Count("id"), unmatched=Count("id", filter=Q(account=None))
    )
    return Counts(**told, **who)


def problems(of: Connection, limit: int = 10) -> "Sequence[Told]":
    """Return tellings that wait for something or could not be read, the latest first."""
    return list(Told.objects.filter(connection=of).exclude(problem="").order_by("-id").defer("content")[:limit])


def unmatched(of: Connection) -> QuerySet[StripeCustomer]:
    """Return the customers who are no account yet."""
    return StripeCustomer.objects.filter(connection=of, account=None, is_deleted=False).order_by("id")


def stripe_customer(pk: int) -> StripeCustomer:
    """Return one customer of Stripe's. Raises `NoSuchStripeCustomer`."""
    found = StripeCustomer.objects.select_related("connection").filter(pk=pk).first()
    if found is None:
        raise NoSuchStripeCustomer
    return found


def health_of(of: Connection, now: datetime | None = None) -> Health:
    """Say how a connection does."""
    if of.disconnected_at is not None:
        return Health.DISCONNECTED
    if of.key_problem:
        return Health.KEY_FAILS
    if Told.objects.filter(connection=of, read_at=None).exclude(problem="").exists():
        return Health.STUCK
    refused = DoorRefusal.objects.filter(connection=of).order_by("-last_at").first()
    recent = (now or clock.now()) - _RECENTLY
    if refused and refused.last_at > max(of.last_told_at or recent, recent):
        return Health.REFUSING
    return Health.WORKING if of.last_told_at else Health.WAITING


def exact_since(of: Connection) -> datetime | None:
    """Return from when on every change of subscriptions was told, once everything was read: Stripe keeps its events for
    30 days, and before them there are only bills.
    """
    whole = BackFill.objects.filter(connection=of, since=None).exclude(finished_at=None).order_by("started_at").first()
    if whole is None or whole.finished_at is None:
        return None
    return of.made_at if Phase.EVENTS.value in whole.skipped else whole.finished_at - EVENTS_KEPT


def progress(of: Connection) -> Progress | None:
    """Say how far the back-fill is that is under way, or how the last full one went; None before the first."""
    found = BackFill.objects.filter(connection=of).filter(Q(finished_at=None) | Q(since=None))
    last = found.order_by("-started_at", "-pk").first()
    if last is None:
        return None
    phase = Phase(last.phase)
    is_over = last.finished_at is not None
    return Progress(
        phase=None if is_over else phase,
        done=len(_ORDER) if is_over else _ORDER.index(phase),
        of=len(_ORDER),
        rows=last.rows,
        unread=Told.objects.filter(connection=of, read_at=None).exclude(kind="").count(),
        skipped=tuple(Phase(s) for s in last.skipped),
        started_at=last.started_at,
        finished_at=last.finished_at,
        held_until=of.held_until if of.held_until and of.held_until > clock.now() else None,
        problem=last.problem,
    )
