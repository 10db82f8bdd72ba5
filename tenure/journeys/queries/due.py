"""Which journeys have something to do now."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from tenure.journeys.models import Enrolment, Journey
from tenure.journeys.types import EnrolmentStatus, JourneyStatus
from tenure.kernel import tenancy


def journeys_with_due(now: datetime) -> list[tuple[int, int]]:
    """Return workspace and journey of every live journey in which a step is due, the highest priority first.

    With a workspace in scope, only its own.
    """
    due = Enrolment.everywhere.filter(journey_id=OuterRef("pk"), status=EnrolmentStatus.LIVE.value, due_at__lte=now)
    found = Journey.everywhere.filter(Exists(due), status=JourneyStatus.LIVE.value)
    workspace_id = tenancy.workspace_in_scope()
    if workspace_id is not None:
        found = found.filter(workspace_id=workspace_id)
    return list(found.order_by("workspace_id", "-priority", "pk").values_list("workspace_id", "pk"))
