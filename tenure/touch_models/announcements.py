"""What touch models tell the rest of the system."""

from datetime import date, datetime

from tenure.kernel.outbox import announcement


@announcement
class TouchModelChanged:
    """An account is served another way now; `came_from` is empty for one that was never seen before."""

    workspace_id: int
    at: datetime
    account_id: int
    model: str
    model_name: str
    came_from: str
    came_from_name: str
    cause: str
    transition_id: int | None


@announcement
class TransitionStepClosed:
    """A step of a change was done, or is to be done no more because another change came."""

    workspace_id: int
    at: datetime
    account_id: int
    step_id: int
    title: str
    is_done: bool
    done_by_id: int | None


@announcement
class TransitionStepReopened:
    """A step of a change is to be done again."""

    workspace_id: int
    at: datetime
    account_id: int
    step_id: int
    title: str


@announcement
class TransitionStepDue:
    """A step of the change from one touch model to another is due."""

    workspace_id: int
    at: datetime
    account_id: int
    transition_id: int
    step_id: int
    kind: str
    title: str
    due_on: date
    came_from: str
    model: str
    model_name: str
    message: str = ""
