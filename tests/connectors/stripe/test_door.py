import json
from datetime import timedelta

import pytest
from stripe import SignatureVerificationError, WebhookSignature

from tenure.connectors.stripe import actions, queries
from tenure.connectors.stripe.models import DoorRefusal, Told
from tenure.connectors.stripe.rules.signatures import refusal
from tenure.connectors.stripe.types import Refused
from tenure.kernel import clock
from tests.connectors.stripe.given import SECRET, T0, body_of, given_connection, knock, signature
from tests.given import given_workspace
from tests.web.visiting import owner

NOW = int(T0.timestamp())


@pytest.fixture
def event(world):
    world.customer("Northwind", "ada@northwind.example")
    return world.events[-1]


def refused():
    return {r.reason: r.count for r in DoorRefusal.objects.all()}


def test_keeps_an_event_as_it_came(client, connection, event):
    answer = knock(client, connection, event, secret=SECRET, at=NOW)

    assert (answer.status_code, answer.content) == (200, b"")
    told = Told.objects.get()
    assert bytes(told.content) == body_of(event)
    assert (told.telling_id, told.type, told.kind, told.created) == (event["id"], "customer.created", "customer", T0)
    assert told.read_at is None


def test_takes_a_repeat_and_keeps_one(client, connection, event):
    for _ in range(3):
        assert knock(client, connection, event, secret=SECRET, at=NOW).status_code == 200

    assert Told.objects.count() == 1


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda body, sent: (body + b" ", sent), Refused.SIGNATURE_WRONG),
        (lambda body, sent: (body, ""), Refused.NO_SIGNATURE),
        (lambda body, sent: (body, "v1=abc"), Refused.SIGNATURE_UNREADABLE),
        (lambda body, sent: (body, f"t={NOW}"), Refused.SIGNATURE_UNREADABLE),
        (lambda body, sent: (body, sent.replace("v1=", "v0=")), Refused.SIGNATURE_UNREADABLE),
        (lambda body, sent: (body, signature(body, "whsec_other", at=NOW)), Refused.SIGNATURE_WRONG),
        (lambda body, sent: (body, signature(body, SECRET, at=NOW - 301)), Refused.TOO_OLD),
        (lambda body, sent: (body, signature(body, SECRET, at=NOW + 301)), Refused.TOO_NEW),
        (lambda body, sent: (b"[]", signature(b"[]", SECRET, at=NOW)), Refused.NOT_AN_EVENT),
        (lambda body, sent: (b"{}", signature(b"{}", SECRET, at=NOW)), Refused.NOT_AN_EVENT),
    ],
)
def test_refuses_what_is_not_stripes_word_and_says_nothing_of_why(client, connection, event, spoil, reason):
    body = body_of(event)
    body, sent = spoil(body, signature(body, SECRET, at=NOW))

    answer = client.post(
        f"/hooks/stripe/{connection.address}", body, content_type="application/json", headers={"stripe-signature": sent}
    )

    assert (answer.status_code, answer.content) == (400, b"")
    assert refused() == {reason: 1}
    assert not Told.objects.exists()


def test_takes_what_is_just_young_enough(client, connection, event):
    assert knock(client, connection, event, secret=SECRET, at=NOW - 300).status_code == 200


def test_refuses_what_is_too_large(client, connection):
    body = json.dumps({"id": "evt_1", "object": "event", "pad": "x" * actions.LARGEST}).encode()

    answer = client.post(
        f"/hooks/stripe/{connection.address}", body, content_type="application/json",
        headers={"stripe-signature": signature(body, SECRET, at=NOW)},
    )  # fmt: skip

    assert answer.status_code == 413
    assert refused() == {Refused.TOO_LARGE: 1}


def test_takes_both_secrets_for_a_day_while_they_are_rolled(client, connection, world, at):
    actions.add_webhook_secret(connection, secret="whsec_secondsecond", by=owner())
    events = [world.customer(name) and world.events[-1] for name in ("A", "B", "C", "D")]

    assert knock(client, connection, events[0], secret=SECRET, at=NOW).status_code == 200
    assert knock(client, connection, events[1], secret="whsec_secondsecond", at=NOW).status_code == 200
    body = body_of(events[2])
    both = signature(body, "whsec_unknown", "whsec_secondsecond", at=NOW)
    path = f"/hooks/stripe/{connection.address}"
    rolled = client.post(path, body, content_type="application/json", headers={"stripe-signature": both})
    assert rolled.status_code == 200

    at(T0 + timedelta(hours=25))
    assert knock(client, connection, events[3], secret=SECRET, at=NOW + 25 * 3600).status_code == 400


def test_knows_no_other_address_and_no_other_method(client, connection, event):
    assert client.get(f"/hooks/stripe/{connection.address}").status_code == 405
    assert client.post("/hooks/stripe/else", b"{}", content_type="application/json").status_code == 404
    assert client.post(f"/hooks/stripe/{connection.pk}", b"{}", content_type="application/json").status_code == 404


def test_a_secret_opens_only_its_own_door(client, connection, event):
    from tenure.kernel import tenancy

    other = given_workspace("Other")
    with tenancy.scope(other.pk):
        theirs = given_connection(secret="whsec_theirs")

    assert knock(client, theirs, event, secret=SECRET, at=NOW).status_code == 400
    assert knock(client, theirs, event, secret="whsec_theirs", at=NOW).status_code == 200
    assert not Told.objects.exists()
    assert Told.everywhere.get().workspace_id == other.pk


def test_passes_over_what_it_does_not_read_and_what_is_of_the_other_mode(client, connection, world):
    unknown = {**world._tell("payout.paid", {"id": "po_1", "object": "payout"})}
    live = {**world._tell("customer.created", {"id": "cus_9", "object": "customer"}), "livemode": True}

    assert knock(client, connection, unknown, secret=SECRET, at=NOW).status_code == 200
    assert knock(client, connection, live, secret=SECRET, at=NOW).status_code == 200

    assert {t.problem for t in Told.objects.all()} == {"", "wrong_mode"}
    assert not Told.objects.filter(read_at=None).exists()


def test_a_connection_that_was_ended_takes_nothing_and_has_forgotten_its_secrets(client, connection, event):
    actions.disconnect(connection, by=owner())

    assert knock(client, connection, event, secret=SECRET, at=NOW).status_code == 410
    ended = queries.connection(connection.pk)
    assert ended.sealed_key is None
    assert not queries.webhook_secrets(ended).exists()


def test_no_secret_can_be_read_in_the_database(connection):
    from django.db import connection as database

    with database.cursor() as cursor:
        cursor.execute("SELECT c::text FROM stripe_connection c UNION ALL SELECT s::text FROM stripe_webhooksecret s")
        kept = " ".join(row for (row,) in cursor.fetchall())

    for secret in ("rk_test_harbor", SECRET):
        assert secret not in kept
        assert secret.encode().hex() not in kept


@pytest.mark.parametrize("age", [0, 299, 300, 301, 4000])
@pytest.mark.parametrize("secret", [SECRET, "whsec_wrong"])
def test_judges_signatures_as_stripes_own_library_does(age, secret):
    body = '{"id": "evt_1", "name": "Fjörd 北风"}'
    at = int(clock.now().timestamp()) - age
    header = WebhookSignature.generate_signature_header(body, secret, timestamp=at)
    try:
        theirs = WebhookSignature.verify_header(body, header, SECRET, tolerance=300)
    except SignatureVerificationError:
        theirs = False

    ours = refusal(body.encode(), header, [SECRET], clock.now()) is None

    assert ours == theirs or age == 300  # on the very second the library asks the clock once more
