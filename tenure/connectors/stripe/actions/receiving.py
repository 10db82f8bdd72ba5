"""The webhook's door: what Stripe says is kept, durably and once, before it is answered."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection as database
from django.db import transaction
from django.db.models import Q

from tenure.connectors.stripe import wire
from tenure.connectors.stripe.errors import TellingUnreadable
from tenure.connectors.stripe.models import Connection, Told, WebhookSecret
from tenure.connectors.stripe.rules.signatures import refusal
from tenure.connectors.stripe.rules.tellings import NOTHING, About, about
from tenure.connectors.stripe.types import Refused, Way
from tenure.kernel import clock, tenancy
from tenure.kernel.sealing import opened

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST = 1_000_000
"""Bytes of a webhook; Stripe's largest are a fraction of that."""
SECRET_PURPOSE = "stripe webhook secret"  # noqa: S105  (the name of a purpose)


def take_delivery(connection: Connection, body: bytes, signature: str) -> Refused | None:
    """Keep what was delivered, or say why not; a repeat of an event is taken and adds nothing.

    When this returns None the event is committed, so the answer may be 200. Called in the connection's workspace.
    """
    now = clock.now()
    if len(body) > LARGEST:
        return _refuse(connection, Refused.TOO_LARGE, now)
    wrong = refusal(body, signature, _secrets(connection, now), now)
    if wrong is not None:
        return _refuse(connection, wrong, now)
    try:
        event = wire.read(body, wire.Event)
        created = wire.at(event.created)
        if event.object != "event" or not event.id or len(event.id) > 120:
            raise TellingUnreadable("no event")
    except TellingUnreadable:
        return _refuse(connection, Refused.NOT_AN_EVENT, now)
    problem, placed = "", NOTHING
    if event.livemode != connection.is_live:
        problem = "wrong_mode"
    elif event.account and connection.account_id and event.account != connection.account_id:
        problem = "other_account"
    else:
        placed, problem = placed_event(event)
    fresh = keep(
        connection,
        [
            Told(
                connection=connection,
                telling_id=event.id,
                way=Way.EVENT,
                type=event.type[:80],
                kind=placed.kind or "",
                object_id=placed.object_id[:120],
                customer_id=placed.customer_id[:120],
                payment_key=placed.payment_key[:120],
                created=created,
                content=body,
                received_at=now,
                read_at=None if placed.kind else now,
                problem=problem,
            )
        ],
    )
    if fresh:
        Connection.objects.filter(pk=connection.pk).update(last_told_at=now)
    return None


def keep(connection: Connection, told: "Sequence[Told]") -> int:
    """Write tellings down in one statement; those known already are passed over. Returns how many were new."""
    workspace_id = tenancy.current_workspace_id()
    columns = (
        "telling_id", "way", "type", "kind", "object_id", "customer_id", "payment_key", "created", "content",
        "received_at", "read_at", "problem",
    )  # fmt: skip
    types = ("text",) * 7 + ("timestamptz", "bytea", "timestamptz", "timestamptz", "text")
    if not told:
        return 0
    with database.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO stripe_told (workspace_id, connection_id, {", ".join(columns)}, attempts, lacking)
            SELECT %s, %s, t.*, 0, '[]'::jsonb
            FROM unnest({", ".join(f"%s::{kind}[]" for kind in types)}) AS t
            ON CONFLICT (connection_id, telling_id) DO NOTHING
            """,  # noqa: S608
            [workspace_id, connection.pk, *([getattr(t, name) for t in told] for name in columns)],
        )
        return int(cursor.rowcount)


def placed_event(event: wire.Event) -> tuple[About, str]:
    """Place an event; one that cannot be placed is kept with what is wrong with it."""
    try:
        return about(bytes(event.data.object), event.type), ""
    except TellingUnreadable as error:
        return NOTHING, f"unreadable: {error}"[:500]


def _secrets(connection: Connection, now: datetime) -> list[str]:
    kept = WebhookSecret.objects.filter(Q(retires_at=None) | Q(retires_at__gt=now), connection=connection)
    return [opened(each.sealed_secret, purpose=SECRET_PURPOSE) for each in kept.order_by("-added_at")]


@transaction.atomic
def _refuse(connection: Connection, reason: Refused, now: datetime) -> Refused:
    with database.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO stripe_doorrefusal (workspace_id, connection_id, reason, count, first_at, last_at)
            VALUES (%s, %s, %s, 1, %s, %s)
            ON CONFLICT (connection_id, reason)
            DO UPDATE SET count = stripe_doorrefusal.count + 1, last_at = EXCLUDED.last_at
            """,
            [connection.workspace_id, connection.pk, reason.value, now, now],
        )
    return reason
