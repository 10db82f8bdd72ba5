"""Making, mending and ending connections to Stripe."""

import re
import secrets as random
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.connectors.stripe.actions.back_filling import start_back_fill
from tenure.connectors.stripe.actions.calling import KEY_PURPOSE, hold, stripe_of, went_well
from tenure.connectors.stripe.actions.customers import match_customers
from tenure.connectors.stripe.actions.receiving import SECRET_PURPOSE
from tenure.connectors.stripe.errors import (
    Disconnected,
    KeyRefused,
    KeyUnusable,
    StripeAway,
    WebhookSecretUnusable,
)
from tenure.connectors.stripe.models import BackFill, Connection, StripeCustomer, Told, WebhookSecret
from tenure.connectors.stripe.types import MATCH_ORDER, KeyCheck, MatchBy
from tenure.kernel import clock
from tenure.kernel.sealing import sealed
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_KEY = re.compile(r"(rk|sk)_(live|test)_[A-Za-z0-9_]{4,300}")
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_-]{4,300}")
ROLLING = timedelta(hours=24)
"""How long an old signing secret goes on being taken, as in Stripe."""


@transaction.atomic
def connect(name: str, *, key: str, by: "Member") -> Connection:
    """Make a connection and begin to read everything; its webhook's secret is given later, when Stripe has made it."""
    made = Connection.objects.create(
        address=random.token_urlsafe(18),
        name=name.strip()[:120],
        match_order=[way.value for way in MATCH_ORDER],
        made_by=by,
        made_at=clock.now(),
        **_sealed_key(key),
    )
    record_audit("stripe.connect", by=by, subject=made.name, details={"key": made.key_hint})
    start_back_fill(made, by=by)
    return made


@transaction.atomic
def change_key(connection: Connection, *, key: str, by: "Member") -> Connection:
    """Use another key from now on; what waited because of the old one is tried again at once."""
    connection = _locked(connection)
    for name, value in _sealed_key(key).items():
        setattr(connection, name, value)
    connection.key_problem = connection.key_problem_words = ""
    connection.held_until, connection.attempts, connection.key_checked_at = None, 0, None
    connection.save()
    Told.objects.filter(connection=connection, read_at=None).update(try_at=None)
    record_audit("stripe.change_key", by=by, subject=connection.name, details={"key": connection.key_hint})
    return connection


@transaction.atomic
def add_webhook_secret(connection: Connection, *, secret: str, by: "Member") -> WebhookSecret:
    """Take webhooks signed with this secret; older ones go on being taken for a day."""
    connection = _locked(connection)
    secret = secret.strip()
    if not _SECRET.fullmatch(secret):
        raise WebhookSecretUnusable
    now = clock.now()
    WebhookSecret.objects.filter(connection=connection, retires_at=None).update(retires_at=now + ROLLING)
    made = WebhookSecret.objects.create(
        connection=connection,
        sealed_secret=sealed(secret, purpose=SECRET_PURPOSE),
        hint=f"whsec_…{secret[-4:]}",
        added_at=now,
    )
    record_audit("stripe.add_webhook_secret", by=by, subject=connection.name, details={"secret": made.hint})
    return made


@transaction.atomic
def change_matching(
    connection: Connection, *, order: Sequence[MatchBy], account_field: str, by: "Member"
) -> Connection:
    """Choose how customers are matched with accounts, and match those without one anew."""
    connection = _locked(connection)
    before = {"order": connection.match_order, "account_field": connection.account_field}
    connection.match_order = [way.value for way in dict.fromkeys(order) if way in MATCH_ORDER]
    connection.account_field = account_field.strip()[:80] or "account_id"
    connection.save(update_fields=["match_order", "account_field"])
    match_customers(connection, StripeCustomer.objects.filter(connection=connection, account=None), clock.now())
    record_audit(
        "stripe.change_matching",
        by=by,
        subject=connection.name,
        details={
            "before": before,
            "after": {"order": connection.match_order, "account_field": connection.account_field},
        },
    )
    return connection


def check_key(connection: Connection) -> KeyCheck | None:
    """Ask Stripe what the key may do and remember it; None when Stripe says the key is no good, or does not answer."""
    now = clock.now()
    try:
        found = stripe_of(connection).check()
    except (KeyRefused, StripeAway) as error:
        hold(connection, error, now)
        connection.key_problem, connection.key_problem_words = error.code, str(error)[:500]
        connection.key_checked_at = now
        connection.save(update_fields=["key_problem", "key_problem_words", "key_checked_at"])
        return None
    went_well(connection)
    connection.account_id, connection.account_name = found.account_id[:60], found.account_name[:255]
    connection.key_checked_at = now
    if found.forbidden:
        connection.key_problem = "stripe_permission_missing"
        connection.key_problem_words = ", ".join(found.forbidden)
    connection.save(
        update_fields=["account_id", "account_name", "key_checked_at", "key_problem", "key_problem_words"]
    )  # fmt: skip
    return found


@transaction.atomic
def read_again(connection: Connection, *, by: "Member") -> int:
    """Let what could not be read be tried once more, after an update of Tenure or of Stripe; returns how many."""
    connection = _locked(connection)
    count = (
        Told.objects.filter(connection=connection, problem__startswith="unreadable")
        .exclude(kind="")
        .update(read_at=None, try_at=None, attempts=0)
    )
    record_audit("stripe.read_again", by=by, subject=connection.name, details={"tellings": count})
    return count


@transaction.atomic
def disconnect(connection: Connection, *, by: "Member") -> Connection:
    """End a connection: its key and secrets are forgotten at once; what was read stays."""
    connection = _locked(connection)
    connection.disconnected_at = clock.now()
    connection.sealed_key = None
    connection.save(update_fields=["disconnected_at", "sealed_key"])
    WebhookSecret.objects.filter(connection=connection).delete()
    BackFill.objects.filter(connection=connection, finished_at=None).update(
        finished_at=connection.disconnected_at, problem="disconnected"
    )
    record_audit("stripe.disconnect", by=by, subject=connection.name)
    return connection


def _locked(connection: Connection) -> Connection:
    found = Connection.objects.select_for_update().get(pk=connection.pk)
    if found.disconnected_at is not None:
        raise Disconnected
    return found


def _sealed_key(key: str) -> dict[str, object]:
    key = key.strip()
    if not _KEY.fullmatch(key):
        raise KeyUnusable
    kind = "_".join(key.split("_")[:2])
    return {
        "sealed_key": sealed(key, purpose=KEY_PURPOSE),
        "key_hint": f"{kind}_…{key[-4:]}",
        "is_live": kind.endswith("_live"),
    }
