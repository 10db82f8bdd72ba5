"""Playbooks: human work to do when something happens."""

from typing import Any, Literal

from ninja import Router, Schema, Status

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Id, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.api.resources.tasks import QuestionOut
from tenure.kernel import clock
from tenure.playbooks import actions, queries
from tenure.playbooks.errors import PlaybookUnknown
from tenure.playbooks.types import OwnerRule, PlaybookRow, Question, TaskKind, TaskTemplate, Trigger, TriggerKind
from tenure.workspaces.types import PermissionRole

router = Router(tags=["playbooks"])


class TriggerIn(Schema):
    """What is to open a run."""

    kind: Literal["signal", "segment", "manual"] = said("A signal, entering a segment, or a member.", "signal")
    signal_kind: Text = said("The kind of signal.", "activity_decline", max_length=60, default="")
    segment_id: Id | None = said("The segment.", None, default=None)


class QuestionIn(Schema):
    """A question to be asked."""

    text: Text = said("What to ask.", "What do you use today?", min_length=1, max_length=500)
    trait: Text = said("The fact the answer becomes; empty for none.", "current_tool", max_length=100, default="")


class TaskTemplateIn(Schema):
    """A task that every run of a playbook is to have."""

    kind: TaskKind = said("What kind of work it is.", "call")
    title: Text = said("What is to be done.", min_length=1, max_length=200)
    due_in_days: int = said("Due so many working days after the run opens.", 1, ge=0, le=365, default=0)
    minutes: int = said("How long it may take.", 15, ge=1, le=480, default=15)
    script: Text = said("How to go about it.", "Ask what has changed.", max_length=10_000, default="")
    questions: list[QuestionIn] = said("What to ask.", max_length=50, default=[])
    owner: OwnerRule = said("Whose it becomes.", "account_owner", default=OwnerRule.ACCOUNT_OWNER)


class TriggerOut(Schema):
    """What opens a run."""

    kind: str = said("signal, segment or manual.", "signal")
    signal_kind: str = said("The kind of signal; empty for the others.", "activity_decline")
    segment_id: int | None = said("The segment; null for the others.", None)


class TaskTemplateOut(Schema):
    """A task that every run of a playbook has."""

    kind: str = said("call, email, check_in or todo.", "call")
    title: str = said("What is to be done.")
    due_in_days: int = said("Due so many working days after the run opens.", 1)
    minutes: int = said("How long it may take.", 15)
    script: str = said("How to go about it.", "Ask what has changed.")
    questions: list[QuestionOut] = said("What to ask.")
    owner: str = said("Whose it becomes: account_owner or pool.", "account_owner")


class PlaybookOut(Schema):
    """One playbook in a list."""

    id: int = said("Which playbook.", 2)
    name: str = said("What it is called.", "Usage is fading")
    about: str = said("What it is for.")
    trigger: TriggerOut = said("What opens its runs.")
    trigger_name: str = said("What the signal or segment is called.", "activity_decline")
    is_live: bool = said("Whether it opens runs.", True)
    tasks: int = said("How many tasks a run has.", 3)
    runs_open: int = said("How many runs are under way.", 4)
    runs_finished: int = said("How many have ended.", 21)
    outcomes: dict[str, int] = said("How they ended.", {"saved": 12, "lost": 3, "no_change": 6})
    tasks_late: int = said("How many tasks of open runs are late.", 1)


class PlaybookFullOut(PlaybookOut):
    """One playbook with its tasks."""

    task_templates: list[TaskTemplateOut] = said("The tasks of every run, in their order.")
    pool: list[int] = said("The members who take tasks of accounts without an owner, in turn; empty for all.", [3, 4])


class PlaybookIn(Schema):
    """What a playbook is made of."""

    name: Text = said("What it is called.", "Usage is fading", min_length=1, max_length=120)
    about: Text = said("What it is for.", max_length=300, default="")
    trigger: TriggerIn = said("What opens its runs.")
    tasks: list[TaskTemplateIn] = said("The tasks of every run, in their order.", min_length=1, max_length=12)
    pool: list[Id] = said("Who takes tasks of accounts without an owner.", [], max_length=200, default=[])


@lists(router, "", PlaybookOut, summary="List playbooks")
def list_playbooks(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the playbooks with what became of their runs, live ones first."""
    return page_of_few(queries.playbooks(clock.now()), cursor, limit)


@router.get("/{int:playbook_id}", response=PlaybookFullOut, summary="One playbook")
def read_playbook(request: ApiCall, playbook_id: int) -> Any:
    """Return one playbook with its tasks."""
    return _shown(reachable(playbook_id))


@router.post("", response={201: PlaybookFullOut}, summary="Define a playbook")
def define_playbook(request: ApiCall, given: PlaybookIn) -> Any:
    """Add a playbook; it works from now on. All its problems are told at once."""
    made = actions.define_playbook(
        given.name,
        trigger=_trigger(given.trigger),
        tasks=_tasks(given.tasks),
        about=given.about,
        pool=given.pool,
        by=acting_member(request, PermissionRole.ADMIN),
    )
    return Status(201, _shown(made.pk))


@router.put("/{int:playbook_id}", response=PlaybookFullOut, summary="Change a playbook")
def change_playbook(request: ApiCall, playbook_id: int, given: PlaybookIn) -> Any:
    """Change what the next runs do; those under way keep their tasks."""
    changed = actions.change_playbook(
        queries.playbook(reachable(playbook_id)),
        name=given.name,
        trigger=_trigger(given.trigger),
        tasks=_tasks(given.tasks),
        about=given.about,
        pool=given.pool,
        by=acting_member(request, PermissionRole.ADMIN),
    )
    return _shown(changed.pk)


@router.post("/{int:playbook_id}/archive", response=PlaybookFullOut, summary="Archive a playbook")
def archive_playbook(request: ApiCall, playbook_id: int) -> Any:
    """Let it open no more runs; those under way go on."""
    by = acting_member(request, PermissionRole.ADMIN)
    return _shown(actions.archive_playbook(queries.playbook(reachable(playbook_id)), by=by).pk)


def _shown(pk: int) -> dict[str, Any]:
    row: PlaybookRow | None = next((each for each in queries.playbooks(clock.now()) if each.id == pk), None)
    if row is None:
        raise PlaybookUnknown
    found = queries.playbook(pk)
    fields = PlaybookOut.model_fields
    return {
        **{field: getattr(row, field) for field in fields},
        "task_templates": queries.playbook_tasks(found),
        "pool": found.pool,
    }


def _trigger(given: TriggerIn) -> Trigger:
    return Trigger(kind=TriggerKind(given.kind), signal_kind=given.signal_kind, segment_id=given.segment_id)


def _tasks(given: list[TaskTemplateIn]) -> list[TaskTemplate]:
    return [
        TaskTemplate(
            kind=task.kind,
            title=task.title,
            due_in_days=task.due_in_days,
            minutes=task.minutes,
            script=task.script,
            questions=tuple(Question(text=q.text, trait=q.trait) for q in task.questions),
            owner=task.owner,
        )
        for task in given
    ]
