"""Background work of the Stripe connector: reading what was told, reading what was not, and finding accounts."""

from datetime import datetime, timedelta

from tenure.connectors.stripe import actions
from tenure.connectors.stripe.models import Connection, StripeCustomer
from tenure.customers.announcements import AccountsMerged, AccountsParted
from tenure.kernel import tenancy
from tenure.kernel.jobs import due_once, stage

MATCHED_AT_ONCE = 2_000


@stage("stripe_read", every=2.0, order=12, lane="outward")
def read_tellings(now: datetime) -> int:
    """Read what webhooks and back-fills brought into billing, in portions; one process at a time for a connection."""
    done = 0
    for connection in _connections(with_ended=True):
        with tenancy.scope(connection.workspace_id):
            done += actions.read_some(connection, now)
    return done


@stage("stripe_back_fill", every=2.0, order=13, lane="outward")
def back_fill(now: datetime) -> int:
    """Read one page of each back-fill that is under way; a kill loses at most that page, which is read again."""
    done = 0
    for connection in _connections():
        with tenancy.scope(connection.workspace_id):
            if due_once(f"stripe_catch_up {connection.pk}", connection.workspace_id, now, timedelta(minutes=10)):
                actions.catch_up(connection, now)
            done += actions.stride(connection, now)
    return done


@stage("stripe_match", every=30.0, order=14, lane="outward")
def match_the_unmatched(now: datetime) -> int:
    """Look for the accounts of customers who have none, for accounts appear later too."""
    done = 0
    for connection in _connections():
        with tenancy.scope(connection.workspace_id):
            unmatched = StripeCustomer.objects.filter(connection=connection, account=None, is_deleted=False)
            if unmatched.exists() and due_once(
                f"stripe_match {connection.pk}", connection.workspace_id, now, timedelta(minutes=2)
            ):
                done += actions.match_customers(connection, unmatched.order_by("id")[:MATCHED_AT_ONCE], now)
    return done


def on_accounts_merged(batch: list[AccountsMerged]) -> None:
    """Let customers follow accounts that joined another."""
    actions.follow_merges([each.merged_account_id for each in batch])


def on_accounts_parted(batch: list[AccountsParted]) -> None:
    """Give accounts the customers that had been theirs before a merge that was taken back."""
    actions.follow_partings([each.parted_account_id for each in batch], [each.account_id for each in batch])


def _connections(*, with_ended: bool = False) -> list[Connection]:
    found = Connection.everywhere.order_by("pk")
    return list(found if with_ended else found.filter(disconnected_at=None))
