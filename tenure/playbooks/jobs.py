"""What playbooks hear from below: signals and segments open runs, closed signals end them."""

from collections import defaultdict

from tenure.customers import queries as customers
from tenure.customers.announcements import AccountsMerged, AccountsParted, PeopleMerged, PeopleParted
from tenure.playbooks import actions, queries
from tenure.playbooks.rules import outcome_of_signal
from tenure.playbooks.types import Cause, RunOutcome, TaskKind, TriggerKind, WantedTask
from tenure.segments.announcements import SegmentEntered
from tenure.signals.announcements import SignalClosed, SignalOpened
from tenure.touch_models import queries as touch_models
from tenure.touch_models.announcements import TransitionStepClosed, TransitionStepDue, TransitionStepReopened
from tenure.touch_models.types import StepKind

SEGMENT_SEVERITY = 0.5
_STEP_TASKS = {StepKind.CALL: TaskKind.CALL, StepKind.MESSAGE: TaskKind.EMAIL, StepKind.INTRODUCE: TaskKind.EMAIL}


def on_signal_opened(batch: list[SignalOpened]) -> None:
    """Open, for each signal, a run of every playbook made for its kind."""
    by_kind: dict[str, list[SignalOpened]] = defaultdict(list)
    for said in batch:
        by_kind[said.signal_kind].append(said)
    for playbook in queries.playbooks_for_signals(by_kind):
        causes = [
            Cause(
                account_id=said.account_id,
                severity=said.severity,
                signal_id=said.signal_id,
                reason={"kind": "signal", "signal_kind": said.signal_kind, "summary": said.summary},
            )
            for said in by_kind[playbook.signal_kind]
        ]
        actions.start_runs(playbook, causes, trigger=TriggerKind.SIGNAL)


def on_signal_closed(batch: list[SignalClosed]) -> None:
    """End the runs a signal had opened, now that it needs nobody any more."""
    outcomes: dict[int, RunOutcome] = {
        said.signal_id: outcome_of_signal(reason=said.reason, outcome=said.outcome) for said in batch
    }
    actions.finish_runs_of_signals(outcomes)


def on_transition_step_due(batch: list[TransitionStepDue]) -> None:
    """Put each step of a change from one touch model to another on somebody's list."""
    actions.add_wanted_tasks(
        [
            WantedTask(
                account_id=said.account_id,
                kind=_STEP_TASKS.get(StepKind(said.kind), TaskKind.TODO),
                title=said.title,
                due_on=said.due_on,
                script=said.message,
                step_id=said.step_id,
            )
            for said in batch
        ]
    )


def on_transition_step_closed(batch: list[TransitionStepClosed]) -> None:
    """Take tasks off their lists whose step was done elsewhere, or is to be done no more."""
    ids = {said.step_id for said in batch}
    done, left_out = touch_models.steps_done(ids), touch_models.steps_left_out(ids)  # unless opened again since
    over = {said.step_id for said in batch if not said.is_done and said.done_by_id is None}
    actions.close_tasks_of_steps(done, left_out, over)


def on_transition_step_reopened(batch: list[TransitionStepReopened]) -> None:
    """Put tasks back on their lists whose step is to be done again."""
    ids = {said.step_id for said in batch}
    closed = touch_models.steps_done(ids).keys() | touch_models.steps_left_out(ids).keys()
    actions.reopen_tasks_of_steps(ids - closed)


def on_segment_entered(batch: list[SegmentEntered]) -> None:
    """Open a run for each account that entered a playbook's segment, itself or by one of its people."""
    by_segment: dict[int, list[SegmentEntered]] = defaultdict(list)
    for said in batch:
        by_segment[said.segment_id].append(said)
    for playbook in queries.playbooks_for_segments(by_segment):
        entered = by_segment[playbook.segment_id] if playbook.segment_id else []
        homes = customers.accounts_of_people([e.person_id for e in entered if e.person_id is not None])
        causes = [
            Cause(
                account_id=account_id,
                severity=SEGMENT_SEVERITY,
                reason={"kind": "segment", "segment_id": e.segment_id, "segment_name": e.segment_name},
            )
            for e in entered
            if (account_id := e.account_id or homes.get(e.person_id or 0)) is not None
        ]
        actions.start_runs(playbook, causes, trigger=TriggerKind.SEGMENT)


def on_people_merged(batch: list[PeopleMerged]) -> None:
    """Keep tasks and calls with the person they are about."""
    actions.follow_merged_people([said.merged_person_id for said in batch])


def on_accounts_merged(batch: list[AccountsMerged]) -> None:
    """Keep work with the account it is about."""
    actions.follow_merged_accounts([said.merged_account_id for said in batch])


def on_people_parted(batch: list[PeopleParted]) -> None:
    """Give people what had been theirs before a merge that was taken back."""
    actions.follow_parted_people([said.parted_person_id for said in batch], [said.person_id for said in batch])


def on_accounts_parted(batch: list[AccountsParted]) -> None:
    """Give accounts what had been theirs before a merge that was taken back."""
    actions.follow_parted_accounts([said.parted_account_id for said in batch], [said.account_id for said in batch])
