"""What playbooks are made of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from tenure.kernel import clock
from tenure.playbooks import rules
from tenure.playbooks.errors import PlaybookArchived, PlaybookInvalid, PlaybookTaken, PlaybookUnknown
from tenure.playbooks.models import Playbook
from tenure.playbooks.types import TaskTemplate, Trigger
from tenure.segments import queries as segments
from tenure.workspaces import actions as workspaces
from tenure.workspaces import queries as workspace_queries

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def define_playbook(
    name: str,
    *,
    trigger: Trigger,
    tasks: Sequence[TaskTemplate],
    about: str = "",
    pool: Sequence[int] = (),
    by: "Member | None" = None,
) -> Playbook:
    """Add a playbook; it works from now on. `pool` holds ids of members.

    Raises `PlaybookInvalid` with all its problems, or `PlaybookTaken`.
    """
    _check(name, trigger, tasks, pool)
    now = clock.now()
    playbook = Playbook(created_at=now)
    _fill(playbook, name=name, trigger=trigger, tasks=tasks, about=about, pool=pool)
    _save(playbook)
    workspaces.record_audit("playbooks.define", by=by, subject=playbook.name)
    return playbook


@transaction.atomic
def change_playbook(
    playbook: Playbook,
    *,
    name: str,
    trigger: Trigger,
    tasks: Sequence[TaskTemplate],
    about: str = "",
    pool: Sequence[int] = (),
    by: "Member",
) -> Playbook:
    """Change what the next runs do; the open ones keep their tasks."""
    playbook = _locked(playbook)
    if playbook.archived_at is not None:
        raise PlaybookArchived
    _check(name, trigger, tasks, pool)
    _fill(playbook, name=name, trigger=trigger, tasks=tasks, about=about, pool=pool)
    _save(playbook)
    workspaces.record_audit("playbooks.change", by=by, subject=playbook.name)
    return playbook


@transaction.atomic
def archive_playbook(playbook: Playbook, *, by: "Member") -> Playbook:
    """Let a playbook open no more runs; the open ones are worked to their end."""
    playbook = _locked(playbook)
    if playbook.archived_at is not None:
        raise PlaybookArchived
    playbook.archived_at = clock.now()
    playbook.save(update_fields=["archived_at"])
    workspaces.record_audit("playbooks.archive", by=by, subject=playbook.name)
    return playbook


def _check(name: str, trigger: Trigger, tasks: Sequence[TaskTemplate], pool: Sequence[int]) -> None:
    problems = rules.playbook_problems(name, trigger, tasks)
    if trigger.segment_id is not None and trigger.segment_id not in segments.segment_names():
        problems.append(("segment_unknown", "trigger"))
    if set(pool) - set(workspace_queries.members().values_list("pk", flat=True)):
        problems.append(("member_unknown", "pool"))
    if problems:
        raise PlaybookInvalid(problems=[{"code": code, "place": place} for code, place in problems])


def _fill(
    playbook: Playbook, *, name: str, trigger: Trigger, tasks: Sequence[TaskTemplate], about: str, pool: Sequence[int]
) -> None:
    playbook.name = name.strip()[:120]
    playbook.about = about
    playbook.trigger_kind = trigger.kind.value
    playbook.signal_kind = trigger.signal_kind
    playbook.segment_id = trigger.segment_id
    playbook.tasks = [rules.template_as_json(t) for t in tasks]
    playbook.pool = list(dict.fromkeys(pool))
    playbook.changed_at = clock.now()


def _save(playbook: Playbook) -> None:
    try:
        with transaction.atomic():
            playbook.save()
    except IntegrityError as error:
        raise PlaybookTaken(name=playbook.name) from error


def _locked(playbook: Playbook) -> Playbook:
    found = Playbook.objects.select_for_update().filter(pk=playbook.pk).first()
    if found is None:
        raise PlaybookUnknown
    return found
