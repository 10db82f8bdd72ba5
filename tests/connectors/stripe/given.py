"""Set-up for the Stripe connector's tests: a connection to a served world, and Stripe's own way of knocking."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.connectors.stripe.world import Json, World

T0 = datetime(2026, 3, 4, 12, tzinfo=UTC)


def signature(body: bytes, *secrets: str, at: int) -> str:
    """Sign as Stripe does, by its own library: one v1 for every secret that is in force."""
    from stripe import WebhookSignature

    signed = [WebhookSignature.generate_signature_header(body.decode(), s, timestamp=at).split(",")[1] for s in secrets]
    return ",".join([f"t={at}", *signed])


def body_of(event: Json) -> bytes:
    """Write an event as Stripe sends it."""
    return json.dumps(event, indent=2).encode()


def knock(client: Any, connection: Any, event: Json, *, secret: str, at: int, **more: Any) -> Any:
    """Deliver an event to the door."""
    body = body_of(event)
    headers = {"stripe-signature": signature(body, secret, at=at), **more}
    return client.post(f"/hooks/stripe/{connection.address}", body, content_type="application/json", headers=headers)


def given_world(**choices: Any) -> World:
    """An account of Stripe's that begins on 4 March 2026."""
    return World(T0, **choices)


SECRET = "whsec_firstfirstfirst"


def given_connection(server: Any = None, *, key: str = "rk_test_harbor", secret: str = SECRET) -> Any:
    """Connect the workspace in scope, its webhook's secret known."""
    from tenure.connectors.stripe import actions
    from tests.web.visiting import owner

    made = actions.connect("Stripe", key=key, by=owner())
    actions.add_webhook_secret(made, secret=secret, by=owner())
    return made
