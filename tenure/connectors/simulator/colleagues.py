"""The demo's own team at work: calls made and logged, tasks done, runs ended, through the same actions as anybody's.

What they say follows from the world's truth: whoever is reached at an account that is really fading has a reason to
tell, and an alarm about one that is not gets closed as false. Nothing they do changes the world.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from tenure.activity.types import ACTIVITY_DECLINE
from tenure.connectors.simulator.content import notes, opinions, playbooks, team
from tenure.connectors.simulator.content.segments import READY
from tenure.connectors.simulator.types import SimulatedAccount
from tenure.connectors.simulator.world import World
from tenure.customers import actions as customers
from tenure.customers import queries as customer_queries
from tenure.customers.types import Role
from tenure.health import actions as health
from tenure.health import queries as health_queries
from tenure.kernel import clock
from tenure.playbooks import actions as work
from tenure.playbooks import queries as work_queries
from tenure.playbooks.errors import TaskNotOpen
from tenure.playbooks.types import CallOutcome, NextStep, RunOutcome, TaskKind, TaskStatus
from tenure.segment_signals import actions as segment_signals
from tenure.segment_signals import queries as segment_signal_queries
from tenure.segment_signals.types import Terms
from tenure.segments import queries as segment_queries
from tenure.signals import actions as signals
from tenure.signals import queries as signal_queries
from tenure.signals.errors import SignalAlreadyClosed
from tenure.signals.types import CloseReason, FalseReason, Outcome, SignalFilter, SignalOrder, SignalStatus
from tenure.workspaces import queries as workspaces

if TYPE_CHECKING:
    from tenure.playbooks.models import Task
    from tenure.workspaces.models import Member

T = TypeVar("T")

LEFT_FOR_TODAY = timedelta(days=2)
"""Work due this shortly before the present is left for whoever opens the demo …"""
LEFT_OPEN = timedelta(days=21)
"""… and so are calls of the last weeks about accounts of theirs that are still fading …"""
BUSY_DAYS = timedelta(days=6)
"""… and for so long before it the team has been busy: a share of what was due is still there, and late."""
STILL_THERE = 0.12
NEW_ALARMS = timedelta(days=4)
"""What alarms of the last days ask for is left as well."""
REACHED, VOICEMAIL = 0.62, 0.8
"""Of a hundred calls, how many reach somebody, and how many reach somebody or leave a message."""
FULL_DAY, PLANNED_AT_LEAST, PLANNED_LATER, LATE_EVERY = 8, 3, 3, 4
"""Of a day: how many tasks make it full, how many of them a member planned, how many more for later; which are late."""
MOST_CALLS = 3
ROUNDS = 2
BACK_AFTER = 4
"""Days after its turn at which a member sees that an account is coming back."""
LOOKED_BACK = timedelta(days=120)


@dataclass(frozen=True, kw_only=True)
class _Truth:
    """How an account is really doing at a moment."""

    fading: bool
    turned: bool


class Colleagues:
    """The members of the demo workspace; `present` is when their simulated past ends and somebody looks at it."""

    def __init__(self, world: World, *, present: datetime) -> None:
        by_name = {member.name: member for member in workspaces.members()}
        self._members = [by_name[mate.name] for mate in team.TEAM]
        self._by_name = by_name
        self._by_id = {member.pk: member for member in self._members}
        self._world = world
        self._present = present
        self._accounts = {account.external_id: account for account in world.accounts}

    @property
    def members(self) -> Sequence[Member]:
        """The members, the workspace's owner first."""
        return self._members

    def take_on(self) -> int:
        """Give accounts without an owner to the member who speaks their language; returns how many."""
        owners: dict[int, int | None] = {}
        for pk, external_id in customer_queries.accounts().filter(owner=None).values_list("pk", "external_id"):
            simulated = self._accounts.get(external_id or "")
            if simulated is not None:
                mate = team.looks_after(simulated.culture, simulated.number)
                owners[pk] = self._by_name[mate.name].pk
        if owners:
            customers.assign_owners(owners, by=self._members[0])
        return len(owners)

    def work(self, until: datetime, held_out: frozenset[str]) -> int:
        """See to what is due by `until`, and judge the alarms that have passed; returns how much was done."""
        done = 0
        for _ in range(ROUNDS):
            due = self._due(until, held_out)
            for task in due:
                self._see_to(task, until, held_out)
            done += len(due)
            if not due:
                break
        return done + self._judge_alarms(until, held_out)

    def plan(self) -> None:
        """Let every member have put some work of their own on their list, so that nobody's present is empty."""
        for member in self._members:
            luck = self._luck("plan", member.pk)
            missing = max(FULL_DAY - len(work_queries.my_day(member, self._present).due), PLANNED_AT_LEAST)
            mine = customer_queries.accounts().filter(owner=member, churned_at=None).order_by("pk")
            chosen = luck.permutation(list(mine.values_list("pk", flat=True)))[: missing + PLANNED_LATER].tolist()
            for number, account_id in enumerate(chosen):
                kind, title, minutes = notes.PLANNED[number % len(notes.PLANNED)]
                ago = timedelta(days=int(luck.integers(1, 6)))
                due = self._present.date() + timedelta(days=number - missing + 1 if number >= missing else 0)
                if number % LATE_EVERY == LATE_EVERY - 1 and number < missing:
                    due -= timedelta(days=1)
                with clock.simulated(self._present - ago):
                    step = NextStep(kind=TaskKind(kind), title=title, minutes=minutes, due_on=due)
                    work.add_task(account_id, step=step, owner=member, person_id=self._whom(account_id))

    def judge(self, now: datetime) -> None:
        """Have a member say what they think of some accounts themselves."""
        found = [row for row in health_queries.all_scores() if row.score is not None]
        if len(found) < len(opinions.JUDGED) + 2:
            return
        by = self._members[0]
        for place, score, note in opinions.JUDGED:
            health.judge_account(found[place].account_id, score, note=note, by=by)
        place, score, reason, days = opinions.OVERRIDDEN
        row, ends_at = found[place], now + timedelta(days=days)
        health.override_score(row.account_id, row.scorecard_id, score, reason=reason, by=by, ends_at=ends_at)

    def watch(self) -> None:
        """Have a signal opened for whoever enters a segment from now on."""
        ids = {name: pk for pk, name in segment_queries.segment_names().items()}
        terms = Terms(name=READY, segment_id=ids[READY], severity=0.35)
        segment_signals.define_segment_signal(terms, by=self._members[0])

    def weigh(self, now: datetime) -> None:
        """Say of the first of those signals what there was to them, and mute them for one account."""
        (kind,) = [segment_signal_queries.kind_of(rule) for rule in segment_signal_queries.segment_signals()]
        opened = signal_queries.signals_matching(SignalFilter(kind=kind), SignalOrder.OLDEST)
        for signal, (outcome, reason, note) in zip(list(opened), opinions.WEIGHED, strict=False):
            by = signal.owner or self._members[0]
            signals.close_signal(signal, outcome=outcome, false_reason=reason, note=note, by=by)
            if reason is FalseReason.AGREED:
                said, days = opinions.MUTED
                until = now + timedelta(days=days)
                signals.mute_signals(kind=kind, account_id=signal.account_id, reason=said, until=until, by=by)

    def _due(self, until: datetime, held_out: frozenset[str]) -> list[Task]:
        last = min(until, self._present - LEFT_FOR_TODAY)
        due = work_queries.tasks(status=TaskStatus.OPEN).filter(due_at__lt=last, owner__in=self._members)
        tasks = list(due.select_related("run__signal").order_by("due_at", "pk"))
        return [task for task in tasks if not self._stays(task) and not self._is_left_open(task, held_out)]

    def _is_left_open(self, task: Task, held_out: frozenset[str]) -> bool:
        """Say whether a call waits for whoever opens the demo: about an account of theirs that is still fading then."""
        return (
            task.owner_id == self._members[0].pk
            and task.kind == TaskKind.CALL
            and _playbook(task) == playbooks.FADING
            and task.due_at > self._present - LEFT_OPEN
            and self._truth(self._accounts[task.account.external_id or ""], self._present, held_out).fading
        )

    def _stays(self, task: Task) -> bool:
        """Say whether a task is one of those that nobody got to in the last busy days: the newest alarms, and a few."""
        if task.due_at < self._present - BUSY_DAYS:
            return False
        is_alarm = _playbook(task) == playbooks.FADING and task.due_at > self._present - NEW_ALARMS
        return is_alarm or self._luck("stays", task.pk).random() < STILL_THERE

    def _see_to(self, task: Task, until: datetime, held_out: frozenset[str]) -> None:
        member = self._by_id[task.owner_id or 0]
        account = self._accounts[task.account.external_id or ""]
        luck = self._luck("work", task.pk, task.calls_tried)
        at = min(_working_hour(task.due_at, luck), until)
        truth = self._truth(account, at, held_out)
        with clock.simulated(at), suppress(TaskNotOpen):  # it went with its run, a moment ago
            is_check_in = _playbook(task) == playbooks.FADING and task.kind == TaskKind.CHECK_IN
            if is_check_in and truth.turned and task.run is not None:
                work.finish_run(task.run, outcome=RunOutcome.SAVED, by=member, notes="Use is coming back.")
                self._close_alarm(task, Outcome.TRUE_ALARM, member, note="Use is coming back.")
            elif task.kind == TaskKind.CALL:
                self._call(task, member, truth, luck)
            else:
                work.complete_task(task, by=member, note=_one_of(luck, notes.DONE))

    def _call(self, task: Task, member: Member, truth: _Truth, luck: np.random.Generator) -> None:
        """Call, and log what came of it; an alarm about an account that is well is closed as false."""
        drawn = luck.random()
        outcome = CallOutcome.NO_ANSWER
        if drawn < REACHED or task.calls_tried >= MOST_CALLS:
            outcome = CallOutcome.REACHED
        elif drawn < VOICEMAIL:
            outcome = CallOutcome.VOICEMAIL
        said = ""
        answers: dict[str, str] = {}
        reason: FalseReason | None = None
        if outcome == CallOutcome.REACHED and _playbook(task) == playbooks.FADING and not truth.fading:
            said, reason = _one_of(luck, notes.REACHED_FALSE_ALARM)
        elif outcome == CallOutcome.REACHED:
            said, answers = self._hears(task, luck)
        elif outcome == CallOutcome.NO_ANSWER:
            said = _one_of(luck, notes.NO_ANSWER)
        work.log_call(
            account_id=task.account_id,
            outcome=outcome,
            by=member,
            task=task,
            person_id=self._whom(task.account_id),
            notes=said,
            minutes=int(luck.integers(4, 25)) if outcome == CallOutcome.REACHED else 1,
            answers=answers,
        )
        if outcome == CallOutcome.REACHED and not truth.fading and not truth.turned:
            self._close_alarm(task, Outcome.FALSE_ALARM, member, note=said, reason=reason)

    def _close_alarm(
        self, task: Task, outcome: Outcome, member: Member, *, note: str, reason: FalseReason | None = None
    ) -> None:
        """Close the signal that opened the run of a task, if one did and it is still open."""
        alarm = task.run.signal if task.run is not None else None
        if alarm is not None:
            with suppress(SignalAlreadyClosed):
                signals.close_signal(alarm, outcome=outcome, false_reason=reason, by=member, note=note)

    def _hears(self, task: Task, luck: np.random.Generator) -> tuple[str, dict[str, str]]:
        match _playbook(task):
            case playbooks.FADING:
                return _one_of(luck, notes.REACHED_FADING)
            case playbooks.WELCOME:
                return _one_of(luck, notes.REACHED_WELCOME)
            case playbooks.UPGRADE:
                return _one_of(luck, notes.REACHED_UPGRADE)
            case _:
                return _one_of(luck, notes.REACHED_RENEWAL), {}

    def _whom(self, account_id: int) -> int | None:
        """Choose whom to call: whoever decides, else whoever is there."""
        people = customer_queries.people_of(account_id)
        decides = [person for person in people if person.role in (Role.ADMINISTRATOR, Role.BUYER, Role.CHAMPION)]
        return next((person.id for person in decides or people), None)

    def _judge_alarms(self, until: datetime, held_out: frozenset[str]) -> int:
        """Say of alarms that went away by themselves a while ago whether there was something to them."""
        passed = signal_queries.signals_matching(
            SignalFilter(status=SignalStatus.CLOSED, kind=ACTIVITY_DECLINE, opened_since=until - LOOKED_BACK)
        ).filter(outcome="", close_reason=CloseReason.PASSED.value, closed_at__lt=until - LEFT_FOR_TODAY)
        judged = 0
        for signal in passed:
            account = self._accounts[signal.account.external_id or ""]
            truth = self._truth(account, signal.opened_at, held_out)
            outcome = Outcome.TRUE_ALARM if truth.fading or truth.turned else Outcome.FALSE_ALARM
            reason = FalseReason.SEASON if outcome is Outcome.FALSE_ALARM else None
            with clock.simulated(until):
                signals.record_outcome(
                    signal, outcome=outcome, false_reason=reason, by=signal.owner or self._members[0]
                )
            judged += 1
        return judged

    def _truth(self, account: SimulatedAccount, at: datetime, held_out: frozenset[str]) -> _Truth:
        day = (at - self._world.begins).days
        course = account.course(held_out)
        begun = [decline for decline in course.declines if decline.onset <= day]
        if not begun:
            return _Truth(fading=False, turned=False)
        last = begun[-1]
        turned = last.turns is not None and last.turns + BACK_AFTER <= day
        return _Truth(fading=not turned, turned=turned and day - (last.turns or 0) < LOOKED_BACK.days)

    def _luck(self, what: str, *numbers: int) -> np.random.Generator:
        """Draw from a stream that belongs to one thing, so that repeating it gives the same."""
        return np.random.default_rng([self._world.spec.seed, 9, zlib.crc32(what.encode()), *numbers])


def _playbook(task: Task) -> str:
    return task.run.playbook.name if task.run is not None else ""


def _working_hour(due_at: datetime, luck: np.random.Generator) -> datetime:
    """Choose a moment of the working day something is due on."""
    day = datetime.combine(due_at.astimezone(UTC).date(), time(8, 30), UTC)
    return day + timedelta(minutes=int(luck.integers(0, 7 * 60)))


def _one_of(luck: np.random.Generator, choices: Sequence[T]) -> T:
    return choices[int(luck.integers(len(choices)))]
