"""When accounts are given their models: those heard of within seconds, everybody every minute; and steps are told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

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
from tenure.touch_models import actions
from tenure.touch_models.models import Proposal, TouchModels
from tenure.touch_models.queries.judging import STANDINGS
from tenure.tracking.announcements import EventsStored

STEPS_EVERY = timedelta(minutes=5)


@stage("touch_models", every=10, order=42, lane="slow")
def follow_everybody(now: datetime) -> int:
    """Give accounts the model the rules say, and end locks that have run out; once a minute."""
    moved = 0
    having = TouchModels.everywhere.order_by("workspace_id").values_list("workspace_id", flat=True)
    for workspace_id in having:
        if due_once("touch_models", workspace_id, now, EVERY):
            with tenancy.scope(workspace_id):
                moved += actions.end_locks_run_out(now=now)
                moved += actions.follow_everybody(now=now)
    return moved


@stage("touch_models_touched", every=1, order=42)
def follow_touched(now: datetime) -> int:
    """Give accounts of which something was just heard the model the rules say."""
    looked_at = 0
    for workspace_id in workspaces_waiting(STANDINGS):
        with tenancy.scope(workspace_id):
            looked_at += actions.follow_touched(now=now)
    return looked_at


@stage("touch_models_steps", every=30, order=43, lane="slow")
def tell_due_steps(now: datetime) -> int:
    """Tell of the steps of changes that are due."""
    told = 0
    having = TouchModels.everywhere.order_by("workspace_id").values_list("workspace_id", flat=True)
    for workspace_id in having:
        if due_once("touch_models_steps", workspace_id, now, STEPS_EVERY):
            with tenancy.scope(workspace_id):
                while portion := actions.tell_due_steps(now=now):
                    told += portion
    return told


@stage("books_proposals", every=1, order=45, lane="slow")
def work_out_proposals(now: datetime) -> int:
    """Work out who should look after which accounts, where somebody asked."""
    worked = 0
    waiting = Proposal.everywhere.filter(done_at=None).order_by("workspace_id").values_list("workspace_id", flat=True)
    for workspace_id in waiting:
        with tenancy.scope(workspace_id):
            worked += actions.work_out_proposal(now=now)
    return worked


def on_account_traits_changed(batch: list[AccountTraitsChanged]) -> None:
    """Have accounts looked at again of which something was learnt otherwise than by events."""
    actions.touch({i for said in batch for i in said.account_ids})


def on_events_stored(batch: list[EventsStored]) -> None:
    """Have accounts looked at again that did something."""
    actions.touch({i for stored in batch for i in stored.account_ids})


def on_account_changed(batch: Sequence[AccountAppeared | AccountChurned | AccountReturned]) -> None:
    """Have accounts looked at again that began, ended or came back."""
    actions.touch({said.account_id for said in batch})


def on_accounts_merged(batch: list[AccountsMerged]) -> None:
    """End the models of accounts that became part of another, and look at the other again."""
    actions.follow_merged([said.merged_account_id for said in batch])
    actions.touch(said.account_id for said in batch)


def on_accounts_parted(batch: list[AccountsParted]) -> None:
    """Let the models of accounts that were parted again go on, and look at both again."""
    actions.follow_parted([said.parted_account_id for said in batch])
    actions.touch(i for said in batch for i in (said.parted_account_id, said.account_id))
