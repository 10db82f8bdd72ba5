"""Calls: who called whom, what came of it, and what next."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from ninja import Router, Schema, Status
from ninja.params.functions import Query

from tenure.api.callers import acting_member, write_down
from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, Id, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id, reachable
from tenure.customers import queries as customers
from tenure.customers.errors import NoSuchPerson
from tenure.kernel.errors import NotFound
from tenure.playbooks import actions, queries
from tenure.playbooks.types import CallOutcome, NextStep, TaskKind

if TYPE_CHECKING:
    from tenure.playbooks.models import CallLog

router = Router(tags=["tasks"])


class CallOut(Schema):
    """One call."""

    id: int = said("Which call.")
    account_id: int = said("The account.")
    person_id: int | None = said("With whom; null for nobody in particular.")
    person_name: str = said("What they are called.")
    task_id: int | None = said("The task it was for.")
    run_id: int | None = said("The run of that task.")
    called_at: datetime = said("When it was logged.")
    called_by_id: int | None = said("The member who called.", 3)
    called_by: str = said("What that member is called.", "Ada Park")
    outcome: str = said("reached, no_answer, voicemail, wrong_number or rescheduled.", "reached")
    minutes: int | None = said("How long it took.", 12)
    notes: str = said("What was said.")
    answers: dict[str, str] = said("What was answered, by the fact it became.", {"current_tool": "spreadsheets"})
    next_task_id: int | None = said("The task it led to.", 31)


class NextStepIn(Schema):
    """What a call leads to: a task on the caller's list."""

    title: Text = said("What is to be done.", "Send the migration guide", min_length=1, max_length=200)
    kind: TaskKind = said("What kind of work it is.", "email", default=TaskKind.CALL)
    due_on: date = said("The day, in the workspace's time zone; not one that has passed.", "2026-03-05")


class CallIn(Schema):
    """A call to log."""

    account_id: Id = said("The account.")
    person_id: Id | None = said("With whom; somebody at the account.", None, default=None)
    task_id: Id | None = said("The task it was for; a call that reaches somebody closes it.", None, default=None)
    outcome: CallOutcome = said("What came of it; `rescheduled` needs a next step.", "reached")
    minutes: int | None = said("How long it took.", 12, ge=0, le=600, default=None)
    notes: Text = said("What was said.", max_length=10_000, default="")
    answers: dict[Text, Text] = said(
        "What was answered, by the name of the fact it becomes.",
        {"current_tool": "spreadsheets"},
        max_length=50,
        default={},
    )
    next_step: NextStepIn | None = said("What it leads to.", None, default=None)


@lists(router, "", CallOut, summary="List calls")
def list_calls(
    request: ApiCall,
    account_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those to an account."),
    person_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those with somebody."),
    called_by_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only those of a member."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the logged calls, newest first."""
    found = queries.calls(account_id=account_id, person_id=person_id, called_by_id=called_by_id)
    return page_by_id(found, cursor, limit, _shown)


@router.get("/{int:call_id}", response=CallOut, summary="One call")
def read_call(request: ApiCall, call_id: int) -> Any:
    """Return one call."""
    found = queries.call(reachable(call_id))
    if found is None:
        raise NotFound
    return _shown(found)


@router.post("", response={201: CallOut}, summary="Log a call")
@transaction.atomic
def log_call(request: ApiCall, given: CallIn) -> Any:
    """Log a call, of a task or by itself. Answers become facts of the account; a next step becomes a task."""
    by, account = acting_member(request), customers.account(given.account_id)
    if given.person_id is not None and given.person_id not in {each.id for each in customers.people_of(account.pk)}:
        raise NoSuchPerson
    step = given.next_step
    call = actions.log_call(
        account_id=account.pk,
        outcome=given.outcome,
        by=by,
        task=None if given.task_id is None else queries.task(given.task_id),
        person_id=given.person_id,
        notes=given.notes,
        minutes=given.minutes,
        answers={name.strip()[:100]: value[:500] for name, value in given.answers.items() if name.strip()},
        next_step=None if step is None else NextStep(title=step.title, kind=step.kind, due_on=step.due_on),
    )
    write_down("calls.log", by=by, subject=account, call_id=call.pk, outcome=given.outcome.value)
    found = queries.call(call.pk)
    assert found is not None
    return Status(201, _shown(found))


def _shown(call: "CallLog") -> dict[str, Any]:
    fields = (
        "account_id", "person_id", "task_id", "run_id", "called_at", "called_by_id", "outcome", "minutes", "notes",
        "answers", "next_task_id",
    )  # fmt: skip
    return {
        "id": call.pk,
        "person_name": str(call.person) if call.person else "",
        "called_by": call.called_by.name if call.called_by else "",
        **{field: getattr(call, field) for field in fields},
    }
