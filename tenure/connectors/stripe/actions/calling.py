"""Calling Stripe for a connection, and remembering when it did not go well."""

from datetime import datetime, timedelta

from tenure.connectors.stripe.calling import Stripe
from tenure.connectors.stripe.errors import Disconnected, KeyRefused, PermissionMissing, StripeBusy
from tenure.connectors.stripe.models import Connection
from tenure.kernel.errors import DomainError
from tenure.kernel.sealing import SealBroken, opened

KEY_PURPOSE = "stripe api key"
_LONGEST_PAUSE = timedelta(minutes=30)


def stripe_of(connection: Connection) -> Stripe:
    """Open Stripe's API with the connection's key; raises `Disconnected` or `KeyRefused`."""
    if connection.disconnected_at is not None or connection.sealed_key is None:
        raise Disconnected
    try:
        return Stripe(opened(connection.sealed_key, purpose=KEY_PURPOSE))
    except SealBroken as error:
        raise KeyRefused(str(error)) from error


def hold(connection: Connection, error: DomainError, now: datetime) -> str:
    """Note why Stripe could not be asked and when to come back; returns it in words."""
    connection.attempts = min(connection.attempts + 1, 20)
    if isinstance(error, StripeBusy):
        pause = timedelta(seconds=error.seconds)
    else:
        pause = min(timedelta(seconds=5) * 2**connection.attempts, _LONGEST_PAUSE)
    connection.held_until = now + pause
    if isinstance(error, KeyRefused | PermissionMissing):
        connection.key_problem = error.code
        connection.key_problem_words = str(error)[:500]
    connection.save(update_fields=["attempts", "held_until", "key_problem", "key_problem_words"])
    return f"{error.code}: {error}"


def went_well(connection: Connection) -> None:
    """Forget earlier trouble."""
    if connection.attempts or connection.held_until or connection.key_problem:
        connection.attempts, connection.held_until = 0, None
        connection.key_problem = connection.key_problem_words = ""
        connection.save(update_fields=["attempts", "held_until", "key_problem", "key_problem_words"])
