from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.stripe.given import T0, given_connection, given_world
from tests.connectors.stripe.server import StripeServer, serving
from tests.connectors.stripe.world import World


@pytest.fixture
def world(at: Any) -> World:
    at(T0)
    return given_world()


@pytest.fixture
def server(world: World, settings: Any) -> Iterator[StripeServer]:
    """Stripe's API, serving the world."""
    with serving(world) as serves:
        settings.TENURE_STRIPE_API = serves.address
        yield serves


@pytest.fixture
def connection(workspace: Any, server: StripeServer) -> Any:
    """A connection of the workspace in scope to the served world."""
    return given_connection()
