"""When segments are judged: those touched by a micro-batch within a second, everybody within every minute."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from tenure.customers.announcements import (
    AccountAppeared,
    AccountChurned,
    AccountReturned,
    AccountsMerged,
    AccountsParted,
    AccountTraitsChanged,
    OwnerChanged,
    PeopleMerged,
    PeopleParted,
    PersonAppeared,
    PersonTraitsChanged,
)
from tenure.kernel import tenancy
from tenure.kernel.jobs import due_once, stage
from tenure.segments import actions
from tenure.segments.models import Segment, Touched
from tenure.segments.types import Subject
from tenure.tracking.announcements import EventsStored

log = structlog.get_logger(__name__)

EVERYBODY_EVERY = timedelta(seconds=45)
"""Less than a minute by what the turn itself may take, so that what time alone changes is known within one."""


@stage("segments_minute", every=5, order=30)
def judge_everybody(now: datetime) -> int:
    """Judge all segments of everybody, at least once a minute, because time alone changes membership."""
    changed = 0
    having = Segment.everywhere.filter(archived_at=None, paused_at=None)
    for workspace_id in having.order_by("workspace_id").values_list("workspace_id", flat=True).distinct():
        if due_once("segments_minute", workspace_id, now, EVERYBODY_EVERY):
            with tenancy.scope(workspace_id):
                for subject in Subject:
                    changed += actions.refresh_everybody(subject, now=now)
    return changed


@stage("segments_touched", every=1, order=31)
def judge_touched(now: datetime) -> int:
    """Judge all segments of those whose facts or use have just changed."""
    looked_at = 0
    waiting = Touched.everywhere.order_by("workspace_id", "subject").values_list("workspace_id", "subject").distinct()
    for workspace_id, subject in waiting:
        with tenancy.scope(workspace_id):
            looked_at += actions.refresh_touched(Subject(subject), now=now)
    return looked_at


def on_events_stored(batch: list[EventsStored]) -> None:
    """Have everybody looked at again who did something, or of whom something was said."""
    actions.touch(Subject.ACCOUNT, {i for stored in batch for i in stored.account_ids})
    people = {i for stored in batch for i in stored.person_ids}
    actions.touch(Subject.PERSON, people)
    actions.touch_accounts_of(people)


def on_account_changed(
    batch: Sequence[AccountAppeared | AccountChurned | AccountReturned | OwnerChanged],
) -> None:
    """Have accounts looked at again of which a fact changed."""
    actions.touch(Subject.ACCOUNT, {said.account_id for said in batch})


def on_accounts_merged(batch: list[AccountsMerged]) -> None:
    """Have both accounts looked at again: one is gone, the other has its use."""
    actions.follow_merged(
        Subject.ACCOUNT, [said.merged_account_id for said in batch], [said.account_id for said in batch]
    )


def on_person_appeared(batch: list[PersonAppeared]) -> None:
    """Have newly named people looked at."""
    people = {said.person_id for said in batch}
    actions.touch(Subject.PERSON, people)
    actions.touch_accounts_of(people)


def on_people_merged(batch: list[PeopleMerged]) -> None:
    """Have both people looked at again: one is gone, the other has their use."""
    kept = [said.person_id for said in batch]
    actions.follow_merged(Subject.PERSON, [said.merged_person_id for said in batch], kept)
    actions.touch_accounts_of(kept)


def on_accounts_parted(batch: list[AccountsParted]) -> None:
    """Have both accounts looked at again: one is back, the other has lost its use."""
    actions.follow_parted(
        Subject.ACCOUNT, [said.parted_account_id for said in batch], [said.account_id for said in batch]
    )


def on_people_parted(batch: list[PeopleParted]) -> None:
    """Have both people looked at again: one is back, the other has lost their use."""
    parted, kept = [said.parted_person_id for said in batch], [said.person_id for said in batch]
    actions.follow_parted(Subject.PERSON, parted, kept)
    actions.touch_accounts_of([*parted, *kept])


def on_account_traits_changed(batch: list[AccountTraitsChanged]) -> None:
    """Have accounts looked at again of which something was learnt otherwise than by events."""
    actions.touch(Subject.ACCOUNT, {i for said in batch for i in said.account_ids})


def on_person_traits_changed(batch: list[PersonTraitsChanged]) -> None:
    """Have people looked at again of whom something was learnt otherwise than by events."""
    people = {i for said in batch for i in said.person_ids}
    actions.touch(Subject.PERSON, people)
    actions.touch_accounts_of(people)
