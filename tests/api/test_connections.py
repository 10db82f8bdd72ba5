import pytest

from tenure.billing.models import LedgerMovement
from tenure.customers.queries import account_by_external_id
from tests.connectors.stripe.given import T0, given_connection, given_world
from tests.connectors.stripe.server import serving
from tests.connectors.stripe.test_back_fill import fill, given_account, given_subscription


@pytest.fixture
def connection(workspace, at, settings):
    at(T0)
    world = given_world()
    given_subscription(world, name="nobody")
    with serving(world) as server:
        settings.TENURE_STRIPE_API = server.address
        yield given_connection()


def test_says_how_connections_do_and_no_secret(connection, api):
    (found,) = api.get("/connections").json["items"]

    assert (found["name"], found["health"], found["back_fill_phase"]) == ("Stripe", "waiting", "products")
    assert not [name for name in found if "key" in name and name != "key_problem"]


def test_links_a_customer(connection, api):
    given_account("kestrel")
    fill()
    (customer,) = api.get(f"/connections/{connection.pk}/unmatched").json["items"]
    kestrel = account_by_external_id("kestrel")

    answer = api.post(f"/connections/customers/{customer['id']}/link", {"account_id": kestrel.pk})

    assert (answer.status, answer.json["matched_by"]) == (200, "hand")
    assert LedgerMovement.objects.get().account_id == kestrel.pk
    assert api.get(f"/connections/{connection.pk}/unmatched").json["items"] == []


def test_reads_anew_but_not_twice_at_once(connection, api, reading):
    path = f"/connections/{connection.pk}/back-fill"
    assert reading.post(path).status == 403
    answer = api.post(path)
    assert (answer.status, answer.json["code"]) == (409, "back_fill_under_way")

    fill()
    assert api.post(path).json["back_fill_phase"] == "products"


def test_knows_no_other_connection(connection, api):
    assert api.get("/connections/999999/unmatched").json["code"] == "no_such_connection"
