"""When accounts are judged: those touched by a micro-batch within seconds, everybody every quarter of an hour."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tenure.billing.announcements import InvoicesChanged
from tenure.conversations.announcements import TicketOpened, TicketSolved
from tenure.customers.announcements import (
    AccountAppeared,
    AccountChurned,
    AccountReturned,
    AccountsMerged,
    AccountsParted,
    AccountTraitsChanged,
)
from tenure.health import actions
from tenure.health.models import JudgingPass, Override, Scorecard, Touched
from tenure.kernel import clock, tenancy
from tenure.kernel.jobs import due_once, stage
from tenure.tracking.announcements import EventsStored

EVERYBODY_EVERY = timedelta(minutes=15)


@stage("health_touched", every=1, order=33)
def judge_touched(now: datetime) -> int:
    """Judge those of whom something was heard, and those whose override is over."""
    waiting = set(Touched.everywhere.order_by().values_list("workspace_id", flat=True).distinct())
    waiting |= set(
        Override.everywhere.filter(ended_at=None, ends_at__lte=now).order_by().values_list("workspace_id", flat=True)
    )
    looked_at = 0
    for workspace_id in sorted(waiting):
        with tenancy.scope(workspace_id):
            looked_at += actions.judge_touched(now=now)
    return looked_at


@stage("health_asked", every=1, order=16, lane="slow")
def judge_as_asked(now: datetime) -> int:
    """Judge everybody where a scorecard is new or another one."""
    changed = 0
    asking = JudgingPass.everywhere.exclude(asked_at=None).order_by("workspace_id")
    for workspace_id in list(asking.values_list("workspace_id", flat=True)):
        with tenancy.scope(workspace_id):
            changed += actions.judge_everybody(now=max(now, clock.now()))
    return changed


@stage("health_everybody", every=30, order=61, lane="slow")
def judge_everybody(now: datetime) -> int:
    """Judge everybody now and then, because days pass by themselves."""
    changed = 0
    having = Scorecard.everywhere.filter(archived_at=None).order_by("workspace_id")
    for workspace_id in having.values_list("workspace_id", flat=True).distinct():
        if due_once("health_everybody", workspace_id, now, EVERYBODY_EVERY):
            with tenancy.scope(workspace_id):
                changed += actions.judge_everybody(now=max(now, clock.now()))
    return changed


def on_events_stored(batch: list[EventsStored]) -> None:
    """Have accounts judged again that did something, or of which something was said."""
    actions.touch({i for stored in batch for i in stored.account_ids})


def on_account_traits_changed(batch: list[AccountTraitsChanged]) -> None:
    """Have accounts judged again of which something was learnt."""
    actions.touch({i for said in batch for i in said.account_ids})


def on_invoices_changed(batch: list[InvoicesChanged]) -> None:
    """Have accounts judged again of which an invoice became due, or was paid."""
    actions.touch({i for said in batch for i in said.account_ids})


def on_account_changed(
    batch: Sequence[AccountAppeared | AccountChurned | AccountReturned | TicketOpened | TicketSolved],
) -> None:
    """Have accounts judged again of which a fact changed."""
    actions.touch({said.account_id for said in batch if said.account_id})


def on_accounts_merged(batch: list[AccountsMerged]) -> None:
    """Give what members said to the account it is now, and have both judged again."""
    actions.follow_merged([said.merged_account_id for said in batch], [said.account_id for said in batch])


def on_accounts_parted(batch: list[AccountsParted]) -> None:
    """Give what members said back, and have both judged again."""
    actions.follow_parted([said.parted_account_id for said in batch], [said.account_id for said in batch])
