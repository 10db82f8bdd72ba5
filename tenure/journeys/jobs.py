"""Background work of journeys, and what they hear from below."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from tenure.customers import queries as customers
from tenure.customers.announcements import (
    AccountAppeared,
    AccountsMerged,
    AccountsParted,
    PeopleMerged,
    PeopleParted,
    PersonAppeared,
)
from tenure.journeys import actions, queries
from tenure.journeys.queries.happenings import Happening, last_happened
from tenure.journeys.types import Entrant, Subject, TriggerKind
from tenure.kernel.jobs import stage
from tenure.segments.announcements import SegmentEntered, SegmentLeft
from tenure.tracking.announcements import EventsStored


@stage("journeys", every=1, order=60)
def advance(now: datetime) -> int:
    """Carry out the steps that are due."""
    return actions.advance_due(now)


def on_segment_entered(batch: list[SegmentEntered]) -> None:
    """Let those who entered a segment into its journeys, and out of those whose goal it is."""
    by_segment: dict[int, list[SegmentEntered]] = defaultdict(list)
    for said in batch:
        by_segment[said.segment_id].append(said)
    for journey in queries.journeys_with_goal_segments(by_segment):
        entered = by_segment[journey.goal_segment_id or 0]
        actions.reach_goals(
            [journey],
            accounts={e.account_id: e.at for e in entered if e.account_id is not None},
            people={e.person_id: e.at for e in entered if e.person_id is not None},
        )
    for journey in queries.journeys_entered_by_segments(by_segment):
        entrants = [
            Entrant(
                account_id=e.account_id,
                person_id=e.person_id,
                at=e.at,
                why={"kind": "segment", "segment_id": e.segment_id, "segment_name": e.segment_name},
            )
            for e in by_segment[journey.trigger_segment_id or 0]
            if journey.launched_at is not None and e.at >= journey.launched_at
        ]
        actions.enrol(journey, entrants)


def on_segment_left(batch: list[SegmentLeft]) -> None:
    """Let those who left a segment out of its journeys, where these say so."""
    by_segment: dict[int, list[SegmentLeft]] = defaultdict(list)
    for said in batch:
        by_segment[said.segment_id].append(said)
    for journey in queries.journeys_of_segments(by_segment):
        left = by_segment[journey.trigger_segment_id or 0]
        actions.leave_with_segment(
            [journey],
            accounts=[s.account_id for s in left if s.account_id is not None],
            people=[s.person_id for s in left if s.person_id is not None],
        )


def on_account_appeared(batch: list[AccountAppeared]) -> None:
    """Let accounts in that are new to us: those whose history was imported appeared before the launch."""
    journeys = list(queries.journeys_entered_by_appearing(Subject.ACCOUNT))
    if not journeys:
        return
    seen = dict(customers.accounts(said.account_id for said in batch).values_list("pk", "first_seen_at"))
    for journey in journeys:
        entrants = [
            Entrant(account_id=pk, person_id=None, at=at, why={"kind": "appeared"})
            for pk, at in seen.items()
            if journey.launched_at is not None and at >= journey.launched_at
        ]
        actions.enrol(journey, entrants)


def on_person_appeared(batch: list[PersonAppeared]) -> None:
    """Let people in that are new to us: those whose history was imported appeared before the launch."""
    journeys = list(queries.journeys_entered_by_appearing(Subject.PERSON))
    if not journeys:
        return
    seen = dict(customers.people(said.person_id for said in batch).values_list("pk", "first_seen_at"))
    for journey in journeys:
        entrants = [
            Entrant(account_id=None, person_id=pk, at=at, why={"kind": "appeared"})
            for pk, at in seen.items()
            if journey.launched_at is not None and at >= journey.launched_at
        ]
        actions.enrol(journey, entrants)


def on_events_stored(batch: list[EventsStored]) -> None:
    """Let those in, and out with the goal reached, who did what a journey heeds since it was launched."""
    journeys = list(queries.journeys_heeding_events())
    if not journeys:
        return
    happened = last_happened(
        {j.trigger_event for j in journeys} | {j.goal_event for j in journeys} - {""},
        first_day=min(said.first_day for said in batch),
        last_day=max(said.last_day for said in batch),
        accounts={pk for said in batch for pk in said.account_ids},
        people={pk for said in batch for pk in said.person_ids},
    )
    by_event: dict[str, list[Happening]] = defaultdict(list)
    for each in happened:
        by_event[each.event].append(each)
    for journey in journeys:
        if journey.goal_event:
            did = by_event.get(journey.goal_event, [])
            actions.reach_goals([journey], accounts=_accounts(did), people=_people(did))
        if journey.trigger_kind == TriggerKind.EVENT and journey.launched_at is not None:
            did = [h for h in by_event.get(journey.trigger_event, []) if h.at >= journey.launched_at]
            why = {"kind": "event", "event": journey.trigger_event}
            entrants = (
                [Entrant(account_id=None, person_id=pk, at=at, why=why) for pk, at in _people(did).items()]
                if journey.subject == Subject.PERSON
                else [Entrant(account_id=pk, person_id=None, at=at, why=why) for pk, at in _accounts(did).items()]
            )
            actions.enrol(journey, entrants)


def on_people_merged(batch: list[PeopleMerged]) -> None:
    """Keep enrolments and decisions with the person they are about."""
    actions.follow_merged_people([said.merged_person_id for said in batch])


def on_accounts_merged(batch: list[AccountsMerged]) -> None:
    """Keep enrolments and decisions with the account they are about."""
    actions.follow_merged_accounts([said.merged_account_id for said in batch])


def on_people_parted(batch: list[PeopleParted]) -> None:
    """Give people what had been theirs before a merge that was taken back."""
    actions.follow_parted_people([said.parted_person_id for said in batch], [said.person_id for said in batch])


def on_accounts_parted(batch: list[AccountsParted]) -> None:
    """Give accounts what had been theirs before a merge that was taken back."""
    actions.follow_parted_accounts([said.parted_account_id for said in batch], [said.account_id for said in batch])


def _accounts(did: Iterable[Happening]) -> dict[int, datetime]:
    last: dict[int, datetime] = {}
    for each in did:
        if each.account_id is not None:
            last[each.account_id] = max(each.at, last.get(each.account_id, each.at))
    return last


def _people(did: Iterable[Happening]) -> dict[int, datetime]:
    last: dict[int, datetime] = {}
    for each in did:
        if each.person_id is not None:
            last[each.person_id] = max(each.at, last.get(each.person_id, each.at))
    return last
