import re

import pytest

from tenure.billing.models import LedgerMovement
from tenure.connectors.stripe import queries
from tenure.connectors.stripe.models import BackFill, Connection, StripeCustomer
from tenure.kernel import jobs
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole
from tests.connectors.stripe.given import SECRET, T0, given_connection, given_world, knock
from tests.connectors.stripe.server import serving
from tests.connectors.stripe.test_back_fill import fill, given_account, given_subscription
from tests.web.visiting import read, read_csv, visit

KEY = "rk_test_harbor"
SCRIPT = "<script>alert(1)</script>"
CHANGES = ["secret", "key", "check", "back-fill", "matching", "read-again", "disconnect", "unmatched/make"]


@pytest.fixture
def world(at):
    at(T0)
    return given_world()


@pytest.fixture
def server(world, settings):
    with serving(world) as serves:
        settings.TENURE_STRIPE_API = serves.address
        yield serves


@pytest.fixture
def connection(workspace, server):
    return given_connection()


def test_says_what_connecting_gives_when_nothing_is(workspace):
    page = read(visit().get("/settings/connections/"))

    assert "Nothing is connected yet" in page
    assert "Connect Stripe" in page


def test_connects_tries_the_key_and_never_shows_it(workspace, server):
    client = visit()

    answer = client.post("/settings/connections/stripe/new/", {"name": "Stripe EU", "key": KEY}, follow=True)

    made = Connection.objects.get()
    page = read(answer)
    assert "The key works and may read everything that is needed." in page
    assert f"/hooks/stripe/{made.address}" in page
    assert "customer.subscription.updated" in page
    assert "One step is left" in page
    assert "Harbor" in page
    assert KEY not in page
    assert made.key_hint == "rk_test_…rbor"
    assert BackFill.objects.filter(finished_at=None).count() == 1
    assert workspaces.audit_trail().filter(action="stripe.connect").get().details == {"key": "rk_test_…rbor"}


def test_keeps_nothing_of_a_key_that_is_none(workspace):
    answer = visit().post("/settings/connections/stripe/new/", {"name": "Stripe", "key": "pk_live_123"})

    assert answer.status_code == 422
    assert "This is no key of Stripe" in read(answer)
    assert "pk_live_123" not in read(answer)
    assert not Connection.objects.exists()


def test_says_which_permission_is_missing(connection, server):
    server.forbidden = {"invoices"}

    page = read(visit().post(f"/settings/connections/{connection.pk}/check/", follow=True))

    assert "set these to Read" in page
    assert "<b>Invoices</b>" in page


def test_says_that_a_key_was_revoked_and_what_to_do(connection, server):
    server.key = "rk_test_other"

    page = read(visit().post(f"/settings/connections/{connection.pk}/check/", follow=True))

    assert "Make a new restricted key in Stripe" in page
    server.key = "rk_test_fresh"
    page = read(
        visit().post(f"/settings/connections/{connection.pk}/key/", {"key": "rk_test_fresh"}, follow=True)
    )  # fmt: skip
    assert "Make a new restricted key in Stripe" not in page


def test_a_secret_is_added_and_shown_by_its_end(connection):
    client = visit()

    page = read(
        client.post(f"/settings/connections/{connection.pk}/secret/", {"secret": "whsec_another9"}, follow=True)
    )

    assert "whsec_…her9" in page
    assert "whsec_another9" not in page
    answer = client.post(f"/settings/connections/{connection.pk}/secret/", {"secret": "nothing"})
    assert answer.status_code == 422
    assert queries.webhook_secrets(connection).count() == 2


def test_counts_what_was_refused_with_what_to_do(connection, client, world):
    world.customer("Northwind")
    knock(client, connection, world.events[-1], secret="whsec_wrong", at=int(T0.timestamp()))

    page = read(visit().get(f"/settings/connections/{connection.pk}/"))

    assert "webhooks are refused" in page
    assert "It was signed with another secret" in page


def test_shows_what_came_last_as_text(connection, client, world):
    world.customer(SCRIPT, f"{SCRIPT}@example.com")
    knock(client, connection, world.events[-1], secret=SECRET, at=int(T0.timestamp()))
    fill()
    visitor = visit()

    for path in ("", "unmatched/", "status/"):
        assert SCRIPT not in read(visitor.get(f"/settings/connections/{connection.pk}/{path}"))
    assert "customer.created" in read(visitor.get(f"/settings/connections/{connection.pk}/"))
    assert "&lt;script&gt;" in read(visitor.get(f"/settings/connections/{connection.pk}/unmatched/"))


def test_shows_how_far_it_has_read(connection, world):
    given_subscription(world)
    status = f"/settings/connections/{connection.pk}/status/"
    visitor = visit()
    assert "Products" in read(visitor.get(status))

    jobs.run_stage("stripe_back_fill", turns=2)
    assert "1 row waits" in read(visitor.get(status)) or "rows wait" in read(visitor.get(status))
    fill()
    assert "Everything was read" in read(visitor.get(status))


def test_links_a_customer_by_hand(connection, world):
    given_account("kestrel")
    given_subscription(world, name="nobody")
    fill()
    customer = StripeCustomer.objects.get()
    visitor = visit()
    address = f"/settings/connections/customers/{customer.pk}/link/"
    page = read(visitor.get(f"/settings/connections/{connection.pk}/unmatched/"))
    assert "its metadata names an account that is not here" in page
    rows = read_csv(visitor.get(f"/settings/connections/{connection.pk}/unmatched.csv"))
    assert rows[1][1:] == ["Nobody", "ada@nobody.example", "unknown_metadata"]

    assert "No single account" in read(visitor.post(address, {"account": "else"}, follow=True))
    page = read(visitor.post(address, {"account": "Kestrel"}, follow=True))

    assert "Nobody is Kestrel now." in page
    assert "Every customer is an account" in page
    assert StripeCustomer.objects.get().matched_by == "hand"


def test_an_account_is_made_on_the_page(connection, world):
    given_subscription(world, name="nobody")
    fill()
    customer = StripeCustomer.objects.get()

    page = read(visit().post(f"/settings/connections/customers/{customer.pk}/link/", {"make": "1"}, follow=True))

    assert "An account was made for Nobody." in page


def test_accounts_are_made_of_all_who_have_none(connection, world):
    given_subscription(world, name="nobody")
    world.customer("Fjord")
    fill()
    visitor = visit()

    page = read(visitor.post(f"/settings/connections/{connection.pk}/unmatched/make/", follow=True))

    assert "2 accounts were made." in page
    fjord = StripeCustomer.objects.get(name="Fjord")
    assert [c.account.external_id for c in StripeCustomer.objects.order_by("name")] == [fjord.customer_id, "nobody"]
    assert LedgerMovement.objects.get().account.external_id == "nobody"


def test_the_order_of_matching_is_chosen(connection):
    chosen = {"way0": "name", "way1": "domain", "way2": "", "way3": "name", "account_field": "tenant"}

    visit().post(f"/settings/connections/{connection.pk}/matching/", chosen)

    kept = queries.connection(connection.pk)
    assert (kept.match_order, kept.account_field) == (["name", "domain"], "tenant")


def test_disconnecting_ends_it(connection):
    page = read(visit().post(f"/settings/connections/{connection.pk}/disconnect/", follow=True))

    assert "is disconnected" in page
    assert not queries.connections().exists()
    assert "disconnected" in read(visit().get(f"/settings/connections/{connection.pk}/"))


@pytest.mark.parametrize("role", [PermissionRole.VIEWER, PermissionRole.MEMBER])
def test_lesser_roles_read_and_change_nothing(connection, role):
    visitor = visit(role)
    trail = workspaces.audit_trail().count()

    for path in CHANGES:
        assert visitor.post(f"/settings/connections/{connection.pk}/{path}/", {}).status_code == 403
    assert visitor.post("/settings/connections/stripe/new/", {"name": "x", "key": KEY}).status_code == 403
    page = read(visitor.get(f"/settings/connections/{connection.pk}/"))
    assert not re.search(r"<form[^>]*method=\"post\"[^>]*action=\"/settings/connections/", page)
    assert workspaces.audit_trail().count() == trail


def test_another_workspace_sees_none_of_it(connection):
    from tenure.kernel import tenancy
    from tests.given import given_workspace

    with tenancy.scope(given_workspace("Other").pk):
        visitor = visit()
        assert visitor.get(f"/settings/connections/{connection.pk}/").status_code == 404
        assert "Nothing is connected yet" in read(visitor.get("/settings/connections/"))
