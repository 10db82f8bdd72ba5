"""What can go wrong with playbooks, runs and tasks."""

from tenure.kernel.errors import Conflict, Invalid, NotFound


class PlaybookUnknown(NotFound):
    """There is no such playbook here."""

    code = "playbook_unknown"


class PlaybookTaken(Conflict):
    """There is a playbook with this name already."""

    code = "playbook_taken"


class PlaybookInvalid(Invalid):
    """This playbook cannot be carried out as it is; each problem says why."""

    code = "playbook_invalid"


class PlaybookArchived(Conflict):
    """This playbook was archived; bring it back before running it."""

    code = "playbook_archived"


class RunUnknown(NotFound):
    """There is no such run here."""

    code = "run_unknown"


class RunFinishedAlready(Conflict):
    """This run is finished already."""

    code = "run_finished_already"


class TaskUnknown(NotFound):
    """There is no such task here."""

    code = "task_unknown"


class TaskNotOpen(Conflict):
    """This task is no longer open."""

    code = "task_not_open"


class TaskNotDone(Conflict):
    """Only a task that was done or skipped can be undone."""

    code = "task_not_done"


class CallInvalid(Invalid):
    """This call cannot be logged as it is."""

    code = "call_invalid"


class DueInPast(Invalid):
    """A task cannot be put off to a day that has passed."""

    code = "due_in_past"
