"""Writes of the Stripe connector: connections, the webhook's door, the back-fill, and whose customer is whose."""

from tenure.connectors.stripe.actions.back_filling import catch_up, start_back_fill, stride
from tenure.connectors.stripe.actions.connecting import (
    add_webhook_secret,
    change_key,
    change_matching,
    check_key,
    connect,
    disconnect,
    read_again,
)
from tenure.connectors.stripe.actions.customers import (
    follow_merges,
    follow_partings,
    link_customer,
    make_account,
    make_accounts,
    match_customers,
)
from tenure.connectors.stripe.actions.reading import read_some
from tenure.connectors.stripe.actions.receiving import LARGEST, take_delivery

__all__ = [
    "LARGEST",
    "add_webhook_secret",
    "catch_up",
    "change_key",
    "change_matching",
    "check_key",
    "connect",
    "disconnect",
    "follow_merges",
    "follow_partings",
    "link_customer",
    "make_account",
    "make_accounts",
    "match_customers",
    "read_again",
    "read_some",
    "start_back_fill",
    "stride",
    "take_delivery",
]
