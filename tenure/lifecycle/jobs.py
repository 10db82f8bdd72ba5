"""When accounts are followed: those touched by a micro-batch within a second, everybody every minute."""

from collections.abc import Sequence
from datetime import datetime

from tenure.customers.announcements import (
    AccountAppeared,
    AccountChurned,
    AccountReturned,
    AccountsMerged,
    AccountsParted,
    AccountTraitsChanged,
)
from tenure.kernel import tenancy
from tenure.kernel.jobs import due_once, stage
from tenure.kernel.passes import EVERY, workspaces_waiting
from tenure.lifecycle import actions
from tenure.lifecycle.queries.judging import STAYS
from tenure.tracking.announcements import EventsStored
from tenure.workspaces import queries as workspaces


@stage("lifecycle_minute", every=5, order=40)
def follow_everybody(now: datetime) -> int:
    """Look at every account once a minute, because time alone moves some, and let go of those held long enough.

    A new workspace gets the usual stages.
    """
    moved = 0
    for workspace_id in workspaces.workspace_ids():
        if due_once("lifecycle_minute", workspace_id, now, EVERY):
            with tenancy.scope(workspace_id):
                actions.begin()
                moved += actions.end_placements_run_out(now=now)
                moved += actions.follow_everybody(now=now)
    return moved


@stage("lifecycle_touched", every=1, order=41)
def follow_touched(now: datetime) -> int:
    """Look at the accounts whose facts or use have just changed."""
    looked_at = 0
    for workspace_id in workspaces_waiting(STAYS):
        with tenancy.scope(workspace_id):
            looked_at += actions.follow_touched(now=now)
    return looked_at


def on_events_stored(batch: list[EventsStored]) -> None:
    """Have accounts looked at again that did something."""
    actions.touch({i for stored in batch for i in stored.account_ids})


def on_account_traits_changed(batch: list[AccountTraitsChanged]) -> None:
    """Have accounts looked at again of which something was learnt otherwise than by events."""
    actions.touch({i for said in batch for i in said.account_ids})


def on_account_changed(batch: Sequence[AccountAppeared | AccountChurned | AccountReturned]) -> None:
    """Have accounts looked at again that began, ended or came back."""
    actions.touch({said.account_id for said in batch})


def on_accounts_merged(batch: list[AccountsMerged]) -> None:
    """End the stays of accounts that became part of another, and look at the other again."""
    actions.follow_merged([said.merged_account_id for said in batch], [said.account_id for said in batch])


def on_accounts_parted(batch: list[AccountsParted]) -> None:
    """Let the stays of accounts that were parted again go on, and look at both again."""
    actions.follow_parted([said.parted_account_id for said in batch], [said.account_id for said in batch])
