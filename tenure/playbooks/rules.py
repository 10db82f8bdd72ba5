"""Decisions about runs, tasks and a member's day; pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tenure.playbooks.types import (
    CallOutcome,
    DayOrder,
    DayTask,
    NextStep,
    Question,
    RunOutcome,
    TaskKind,
    TaskTemplate,
    Trigger,
    TriggerKind,
    WorkingWeek,
)

MOST_TASKS = 50
_TRAIT = re.compile(r"[A-Za-z_][\w-]{0,79}")


def run_key(playbook_id: int, account_id: int) -> str:
    """Say what makes two causes the same work: one playbook has one open run for each account."""
    return f"{playbook_id}:{account_id}"


def way_allowed(kind: TaskKind, forbidden: Collection[str]) -> TaskKind:
    """Return what a task becomes where its channel is forbidden: an e-mail for a call, else something to do."""
    if kind is TaskKind.CALL and "phone" in forbidden:
        kind = TaskKind.EMAIL
    return TaskKind.TODO if kind is TaskKind.EMAIL and "email" in forbidden else kind


def add_working_days(start: date, days: int) -> date:
    """Count working days on from a day, over weekends; 0 from a weekend gives the Monday after it."""
    day = start
    if day.weekday() >= 5:
        day += timedelta(days=7 - day.weekday())
    weeks, rest = divmod(days, 5)
    day += timedelta(weeks=weeks)
    over_weekend = 2 if day.weekday() + rest >= 5 else 0
    return day + timedelta(days=rest + over_weekend)


def next_working_day(day: date) -> date:
    """Return the first working day after this one."""
    return add_working_days(day + timedelta(days=1), 0)


def local_day(moment: datetime, week: WorkingWeek) -> date:
    """Return the day it is for the team."""
    return moment.astimezone(ZoneInfo(week.timezone)).date()


def end_of_day(day: date, week: WorkingWeek) -> datetime:
    """Return the moment the team's working day ends, in UTC."""
    return datetime.combine(day, week.ends, tzinfo=ZoneInfo(week.timezone)).astimezone(UTC)


def end_of_calendar_day(day: date, week: WorkingWeek) -> datetime:
    """Return the team's next midnight, in UTC: what is due before it is due today."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=ZoneInfo(week.timezone)).astimezone(
        UTC
    )


def due_at(started_at: datetime, working_days: int, week: WorkingWeek) -> datetime:
    """Say when a task is due: the end of the team's day so many working days after the run opened."""
    return end_of_day(add_working_days(local_day(started_at, week), working_days), week)


def days_late(due: datetime, now: datetime, week: WorkingWeek) -> int:
    """Count the team's days since a task was due; 0 while it is not late."""
    return max(0, (local_day(now, week) - local_day(due, week)).days)


def in_turn(pool: Sequence[int], first: int, how_many: int) -> list[int]:
    """Deal so many tasks to the pool, one after another, going on where the last dealing stopped."""
    return [pool[(first + n) % len(pool)] for n in range(how_many)] if pool else []


def value_of(severity: float, mrr: float | None) -> float:
    """Weigh a task: how bad it is (0 to 1) times the money it is about; without MRR, as if one unit of money."""
    return severity * (mrr if mrr is not None and mrr > 0 else 1.0)


def sorted_day(tasks: Iterable[DayTask], order: DayOrder) -> list[DayTask]:
    """Put a day in order. By time: what was arranged for a moment first, then the longest due."""
    match order:
        case DayOrder.VALUE:
            return sorted(tasks, key=lambda t: (-t.value, t.due_at, t.id))
        case DayOrder.TIME:
            return sorted(tasks, key=lambda t: (t.starts_at is None, t.starts_at or t.due_at, t.due_at, -t.value, t.id))


def closes_task(outcome: CallOutcome, next_step: NextStep | None) -> bool:
    """Tell whether a call ends its task. Nobody reached and nothing arranged: it stays, for the next working day."""
    match outcome:
        case CallOutcome.REACHED | CallOutcome.WRONG_NUMBER | CallOutcome.RESCHEDULED:
            return True
        case CallOutcome.NO_ANSWER | CallOutcome.VOICEMAIL:
            return next_step is not None


def playbook_problems(name: str, trigger: Trigger, tasks: Sequence[TaskTemplate]) -> list[tuple[str, str]]:
    """Find what keeps a playbook from being carried out: codes, each with the place."""
    problems = []
    if not name.strip():
        problems.append(("name_missing", "name"))
    if trigger.kind == TriggerKind.SIGNAL and not trigger.signal_kind:
        problems.append(("signal_kind_missing", "trigger"))
    if trigger.kind == TriggerKind.SEGMENT and trigger.segment_id is None:
        problems.append(("segment_missing", "trigger"))
    if not tasks:
        problems.append(("no_tasks", "tasks"))
    if len(tasks) > MOST_TASKS:
        problems.append(("too_many_tasks", "tasks"))
    for number, task in enumerate(tasks):
        problems += [(code, f"tasks[{number}]") for code in _task_problems(task)]
    return problems


def _task_problems(task: TaskTemplate) -> list[str]:
    problems = []
    if not task.title.strip():
        problems.append("title_missing")
    if not 0 <= task.due_in_days <= 365:
        problems.append("due_out_of_range")
    if not 0 <= task.minutes <= 480:
        problems.append("minutes_out_of_range")
    for question in task.questions:
        if not question.text.strip():
            problems.append("question_empty")
        if question.trait and not _TRAIT.fullmatch(question.trait):
            problems.append("trait_name_wrong")
    return problems


def template_as_json(task: TaskTemplate) -> dict[str, object]:
    """Write a task template as it is stored."""
    return {
        "kind": task.kind.value,
        "title": task.title.strip()[:200],
        "due_in_days": task.due_in_days,
        "minutes": task.minutes,
        "script": task.script,
        "questions": [{"text": q.text, "trait": q.trait} for q in task.questions],
        "owner": task.owner.value,
    }


def questions_of(stored: Iterable[dict[str, str]]) -> tuple[Question, ...]:
    """Read stored questions."""
    return tuple(Question(text=q["text"], trait=q.get("trait", "")) for q in stored)


def minutes_of(tasks: Iterable[DayTask]) -> int:
    """Add up how long tasks take."""
    return sum(t.minutes for t in tasks)


DEFAULT_MINUTES = {TaskKind.CALL: 20, TaskKind.EMAIL: 10, TaskKind.CHECK_IN: 15, TaskKind.TODO: 15}


def outcome_of_signal(*, reason: str, outcome: str) -> RunOutcome:
    """Say what came of a run whose signal closed: the account churned, it was a false alarm, or it passed."""
    if reason == "churned":
        return RunOutcome.LOST
    if outcome == "false_alarm":
        return RunOutcome.FALSE_ALARM
    return RunOutcome.PASSED if reason == "passed" else RunOutcome.DONE


def money(trait: object) -> float | None:
    """Read an amount of money from a trait, a number or digits; None when it is neither."""
    if isinstance(trait, bool) or not isinstance(trait, int | float | str):
        return None
    try:
        amount = float(trait)
    except ValueError:
        return None
    return amount if amount == amount and abs(amount) != float("inf") else None
