"""A member's day: what is due, in the order it is worth, and what is done."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils import formats
from django.utils.translation import gettext, ngettext

from tenure.kernel import tenancy
from tenure.playbooks import rules
from tenure.playbooks.models import Task
from tenure.playbooks.queries.week import working_week
from tenure.playbooks.types import DayOrder, DayTask, MyDay, TaskKind, TaskStatus, WorkingWeek
from tenure.workspaces import queries as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

NO_RUN_SEVERITY = 0.5
MOST_AT_ONCE = 500
AHEAD = timedelta(days=7)
RISK_FROM, WATCH_FROM = 0.7, 0.4

_FIELDS = (
    "id",
    "kind",
    "title",
    "script",
    "questions",
    "minutes",
    "status",
    "due_at",
    "starts_at",
    "completed_at",
    "calls_tried",
    "account_id",
    "account__name",
    "account__external_id",
    "mrr",
    "person_id",
    "person__name",
    "run_id",
    "run__playbook__name",
    "run__severity",
    "run__reason",
)


def my_day(member: "Member", now: datetime, *, order: DayOrder = DayOrder.VALUE) -> MyDay:
    """Return what a member has to do today, what is late, what comes in a week, and what is finished: one statement.

    By value: severity (0 to 1) of the run times the account's trait `mrr`; each line says why it stands where it does.
    """
    week = working_week()
    today = rules.local_day(now, week)
    tonight = rules.end_of_calendar_day(today, week)
    this_morning = rules.end_of_calendar_day(today - timedelta(days=1), week)
    due = Q(status=TaskStatus.OPEN.value, due_at__lt=tonight + AHEAD)
    finished = Q(
        status__in=[TaskStatus.DONE.value, TaskStatus.SKIPPED.value],
        completed_at__gte=this_morning,
        completed_at__lte=now,
    )
    rows = (
        Task.objects.filter(owner=member)
        .filter(due | finished)
        .annotate(mrr=F("account__traits__mrr"))
        .order_by("due_at", "pk")
        .values(*_FIELDS)[:MOST_AT_ONCE]
    )
    currency = workspaces.workspace(tenancy.current_workspace_id()).currency
    tasks = [_day_task(row, now=now, week=week, currency=currency) for row in rows]
    still_open = [t for t in tasks if t.status == TaskStatus.OPEN]
    to_do = rules.sorted_day([t for t in still_open if t.due_at < tonight], order)
    ahead = rules.sorted_day([t for t in still_open if t.due_at >= tonight], DayOrder.TIME)
    done = sorted((t for t in tasks if t.status != TaskStatus.OPEN), key=lambda t: t.completed_at or now, reverse=True)
    return MyDay(
        day=today,
        order=order,
        due=tuple(to_do),
        ahead=tuple(ahead),
        finished=tuple(done),
        minutes_due=rules.minutes_of(to_do),
        minutes_done=rules.minutes_of(done),
    )


def open_task_count(member: "Member", now: datetime) -> int:
    """Count what a member has to do today, for the menu."""
    week = working_week()
    tonight = rules.end_of_calendar_day(rules.local_day(now, week), week)
    return Task.objects.filter(owner=member, status=TaskStatus.OPEN.value, due_at__lt=tonight).count()


def _day_task(row: dict[str, Any], *, now: datetime, week: WorkingWeek, currency: str) -> DayTask:
    severity = row["run__severity"] if row["run__severity"] is not None else NO_RUN_SEVERITY
    mrr = rules.money(row["mrr"])
    late = rules.days_late(row["due_at"], now, week)
    return DayTask(
        id=row["id"],
        kind=TaskKind(row["kind"]),
        title=row["title"],
        script=row["script"],
        questions=rules.questions_of(row["questions"]),
        account_id=row["account_id"],
        account_name=row["account__name"] or row["account__external_id"] or f"#{row['account_id']}",
        person_id=row["person_id"],
        person_name=row["person__name"] or "",
        run_id=row["run_id"],
        playbook_name=row["run__playbook__name"] or "",
        minutes=row["minutes"],
        due_at=row["due_at"],
        starts_at=row["starts_at"],
        days_late=late,
        status=TaskStatus(row["status"]),
        completed_at=row["completed_at"],
        calls_tried=row["calls_tried"],
        severity=severity,
        mrr=mrr,
        value=rules.value_of(severity, mrr),
        why=_why(severity, mrr, late, has_run=row["run_id"] is not None, currency=currency),
        reason=row["run__reason"] or {},
    )


def _why(severity: float, mrr: float | None, late: int, *, has_run: bool, currency: str) -> str:
    """Say in words why a task stands where it does."""
    parts = []
    if has_run:
        share = formats.number_format(round(severity * 100), 0)
        if severity >= RISK_FROM:
            parts.append(gettext("serious (%(share)s of 100)") % {"share": share})
        elif severity >= WATCH_FROM:
            parts.append(gettext("worth watching (%(share)s of 100)") % {"share": share})
        else:
            parts.append(gettext("minor (%(share)s of 100)") % {"share": share})
    if mrr:
        amount = f"{round(mrr):,}"  # grouped as on every page, in Chinese too
        parts.append(gettext("%(amount)s %(currency)s a month") % {"amount": amount, "currency": currency})
    if late:
        parts.append(ngettext("%(days)s day late", "%(days)s days late", late) % {"days": late})
    return " · ".join(parts)
