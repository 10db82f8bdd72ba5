"""Background work of imports: checking, running and undoing them a portion at a time, and deleting old files."""

from datetime import datetime, timedelta

from tenure.connectors.files.actions import running, undoing, uploading
from tenure.connectors.files.models import Import
from tenure.connectors.files.types import Status
from tenure.kernel import tenancy
from tenure.kernel.jobs import due_once, stage

TIDY_EVERY = timedelta(hours=1)


@stage("file_imports", every=1.0, order=15, lane="slow")
def carry_on(now: datetime) -> int:
    """Do a portion of each import that is being checked, run or undone; a kill loses nothing and repeats nothing."""
    done = 0
    waiting = Import.everywhere.filter(status__in=(Status.CHECKING, Status.RUNNING, Status.UNDOING)).order_by("pk")
    for pk, workspace_id, status in list(waiting.values_list("pk", "workspace_id", "status")):
        with tenancy.scope(workspace_id):
            done += undoing.undo_some(pk) if status == Status.UNDOING else running.run_some(pk)
    return done


@stage("file_imports_tidy", every=600.0, order=95, lane="slow")
def delete_old_files(now: datetime) -> int:
    """Delete uploaded files some days after their import."""
    done = 0
    for workspace_id in Import.everywhere.exclude(path="").values_list("workspace_id", flat=True).distinct():
        if due_once("file_imports_tidy", workspace_id, now, TIDY_EVERY):
            with tenancy.scope(workspace_id):
                done += uploading.delete_old_files(now)
    return done
