"""What a telling carries: its object as it came, and where records say they are known from."""

from tenure.connectors.stripe import wire
from tenure.connectors.stripe.models import Told
from tenure.connectors.stripe.types import Way


def body_of(told: Told) -> bytes:
    """Return the object of a telling as it came; raises `TellingUnreadable`."""
    content = bytes(told.content)
    return content if told.way == Way.LIST else bytes(wire.read(content, wire.Event).data.object)


def provenance(told: Told) -> str:
    """Say where something is known from, as records carry it."""
    return f"stripe {told.telling_id}"
