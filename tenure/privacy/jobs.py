"""Background work of privacy: carrying erasures out, and forgetting what is older than it may be."""

from datetime import datetime, timedelta

import structlog
from django.db.models import F

from tenure.kernel import tenancy
from tenure.kernel.jobs import due_once, stage
from tenure.privacy.actions import carry_out, forget_what_is_old, hear_consents
from tenure.privacy.models import Erasure
from tenure.privacy.types import ErasureStatus
from tenure.tracking.announcements import ConsentsHeard
from tenure.tracking.errors import IntakeIsBusy
from tenure.workspaces import queries as workspaces

log = structlog.get_logger(__name__)

FORGET_EVERY = timedelta(days=1)


@stage("erasures", every=5.0, order=80, lane="slow")
def erase(now: datetime) -> int:
    """Forget whoever is to be forgotten; what fails says so in the ledger and is tried again."""
    done = 0
    for waiting in Erasure.everywhere.filter(status=ErasureStatus.WAITING).order_by("attempts", "pk")[:20]:
        with tenancy.scope(waiting.workspace_id):
            try:
                carry_out(waiting)
                done += 1
            except IntakeIsBusy:
                continue  # its turn comes again in a moment
            except Exception as error:
                log.exception("erasure failed", erasure_id=waiting.pk)
                Erasure.objects.filter(pk=waiting.pk).update(
                    attempts=F("attempts") + 1, error=f"{type(error).__name__}: {error}"[:2_000]
                )
    return done


@stage("retention", every=3600.0, order=81, lane="slow")
def forget(now: datetime) -> int:
    """Delete, once a day, what is older than the workspace keeps it."""
    done = 0
    for workspace_id in workspaces.workspace_ids():
        if due_once("retention", workspace_id, now, FORGET_EVERY):
            with tenancy.scope(workspace_id):
                done += sum(forget_what_is_old(now).values())
    return done


def on_consents_heard(batch: list[ConsentsHeard]) -> None:
    """Write down what SDKs said people agree to."""
    hear_consents(batch)
