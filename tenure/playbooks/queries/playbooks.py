"""Playbooks, with what became of their runs."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from tenure.playbooks.errors import PlaybookUnknown
from tenure.playbooks.models import Playbook, Run, Task
from tenure.playbooks.rules import questions_of
from tenure.playbooks.types import (
    OwnerRule,
    PlaybookRow,
    RunOutcome,
    RunStatus,
    TaskKind,
    TaskStatus,
    TaskTemplate,
    Trigger,
    TriggerKind,
)
from tenure.segments import queries as segments


def playbooks(now: datetime) -> list[PlaybookRow]:
    """Return every playbook with counts, live ones first: four statements in all."""
    found = list(Playbook.objects.order_by("archived_at", "name", "pk"))
    counted = (
        Run.objects.exclude(outcome=RunOutcome.TAKEN_BACK.value)
        .values("playbook_id", "status", "outcome")
        .annotate(n=Count("pk"))
        .order_by()
    )
    opened: dict[int, int] = defaultdict(int)
    outcomes: dict[int, dict[str, int]] = defaultdict(dict)
    for row in counted:
        if row["status"] == RunStatus.OPEN:
            opened[row["playbook_id"]] += row["n"]
        else:
            outcomes[row["playbook_id"]][row["outcome"]] = row["n"]
    late = dict(
        Task.objects.filter(status=TaskStatus.OPEN.value, due_at__lt=now, run__isnull=False)
        .values("run__playbook_id")
        .annotate(n=Count("pk"))
        .order_by()
        .values_list("run__playbook_id", "n")
    )
    names = segments.segment_names()
    return [
        PlaybookRow(
            id=p.pk,
            name=p.name,
            about=p.about,
            trigger=playbook_trigger(p),
            trigger_name=names.get(p.segment_id, "") if p.segment_id else p.signal_kind,
            is_live=p.archived_at is None,
            tasks=len(p.tasks),
            runs_open=opened[p.pk],
            runs_finished=sum(outcomes[p.pk].values()),
            outcomes=dict(outcomes[p.pk]),
            tasks_late=late.get(p.pk, 0),
        )
        for p in found
    ]


def playbook(pk: int) -> Playbook:
    """Return one playbook; raises `PlaybookUnknown`."""
    found = Playbook.objects.filter(pk=pk).first()
    if found is None:
        raise PlaybookUnknown
    return found


def playbook_trigger(playbook: Playbook) -> Trigger:
    """Return what opens a playbook's runs."""
    return Trigger(
        kind=TriggerKind(playbook.trigger_kind), signal_kind=playbook.signal_kind, segment_id=playbook.segment_id
    )


def playbook_tasks(playbook: Playbook) -> list[TaskTemplate]:
    """Return a playbook's tasks."""
    return [
        TaskTemplate(
            kind=TaskKind(stored["kind"]),
            title=stored["title"],
            due_in_days=stored["due_in_days"],
            minutes=stored["minutes"],
            script=stored["script"],
            questions=questions_of(stored["questions"]),
            owner=OwnerRule(stored["owner"]),
        )
        for stored in playbook.tasks
    ]


def playbooks_for_signals(kinds: Collection[str]) -> QuerySet[Playbook]:
    """Return the live playbooks that these kinds of signals open."""
    return _live().filter(trigger_kind=TriggerKind.SIGNAL.value, signal_kind__in=list(kinds))


def playbooks_for_segments(segment_ids: Collection[int]) -> QuerySet[Playbook]:
    """Return the live playbooks that entering these segments opens."""
    return _live().filter(trigger_kind=TriggerKind.SEGMENT.value, segment_id__in=list(segment_ids))


def _live() -> QuerySet[Playbook]:
    return Playbook.objects.filter(Q(archived_at=None)).order_by("pk")
