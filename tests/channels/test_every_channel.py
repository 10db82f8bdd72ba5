"""What every registered channel promises, asked of each with its real carrier."""

import importlib
from datetime import UTC, datetime

import pytest

from tenure.channels import registry
from tenure.channels.errors import AddressDeferred, AddressRefused, CarrierUnavailable, HandoverUnsure
from tenure.channels.types import Letter

KINDS = ["email"]


def letter(key="k1", address="maya@northwind.example"):
    return Letter(
        idempotency_key=key,
        message_id=f"<{key}@tenure.example>",
        address=address,
        sender_name="Harbor",
        reply_to="",
        subject="Hello",
        html="<p>Hello.</p>",
        text="Hello.\n",
        unsubscribe_url="https://tenure.example/unsubscribe/t/",
        queued_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    )


@pytest.fixture(params=KINDS)
def carrier(request, settings, free_port):
    """Start the carrier of a channel: `tests/channels/carriers/<kind>.py` says how to make it behave."""
    module = importlib.import_module(f"tests.channels.carriers.{request.param}")
    with module.carrier(settings, free_port) as started:
        yield started
        registry.channel(request.param).rest()


def test_each_one_is_asked():
    assert [c.kind for c in registry.channels()] == KINDS


def test_a_letter_arrives_once_for_each_call_and_a_repeat_can_be_told(carrier):
    channel = registry.channel(carrier.kind)

    receipt = channel.deliver(letter("k1"))
    channel.deliver(letter("k2"))
    channel.deliver(letter("k1"))

    assert receipt.carrier
    assert carrier.references() == ["<k1@tenure.example>", "<k2@tenure.example>", "<k1@tenure.example>"]


def test_an_address_refused_is_told_from_one_deferred(carrier):
    channel = registry.channel(carrier.kind)
    carrier.refuse("gone@x.example")
    carrier.defer("later@x.example")

    with pytest.raises(AddressRefused):
        channel.deliver(letter(address="gone@x.example"))
    with pytest.raises(AddressDeferred):
        channel.deliver(letter(address="later@x.example"))
    with pytest.raises(AddressRefused):
        channel.deliver(letter(address="not an address"))
    channel.deliver(letter("k2"))

    assert carrier.references() == ["<k2@tenure.example>"]


def test_silence_after_the_letter_was_given_is_unsure(carrier):
    channel = registry.channel(carrier.kind)
    carrier.hang_up_after_taking()

    with pytest.raises(HandoverUnsure):
        channel.deliver(letter("k1"))

    assert carrier.references() == ["<k1@tenure.example>"]


def test_a_carrier_that_is_away_is_worth_another_try_even_if_it_was_just_there(carrier):
    channel = registry.channel(carrier.kind)
    channel.deliver(letter("k1"))
    carrier.stop()

    with pytest.raises(CarrierUnavailable) as away:
        channel.deliver(letter("k2"))

    assert not isinstance(away.value, AddressDeferred)
    assert carrier.references() == ["<k1@tenure.example>"]


def test_it_says_whether_it_is_connected(carrier, settings):
    channel = registry.channel(carrier.kind)

    assert channel.is_connected()
    carrier.disconnect(settings)
    assert not channel.is_connected()
