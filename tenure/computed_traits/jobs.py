"""When traits are computed."""

from datetime import datetime

from tenure.computed_traits import actions
from tenure.computed_traits.models import ComputedTrait
from tenure.kernel import tenancy
from tenure.kernel.jobs import stage


@stage("computed_traits", every=5.0, order=25, lane="slow")
def compute_due(now: datetime) -> int:
    """Compute the traits that are due: each once a minute, or more seldom where it takes long."""
    due = ComputedTrait.everywhere.filter(due_at__lte=now).order_by("due_at").values_list("workspace_id", "pk")
    done = 0
    for workspace_id, pk in due[:100]:
        with tenancy.scope(workspace_id):
            actions.compute_trait(pk, now=now)
        done += 1
    return done
