"""Background work of the door: letting in what was refused and has been mended."""

from datetime import datetime

from django.db import transaction

from tenure.collect.sending_again import send_again
from tenure.kernel.jobs import stage
from tenure.tracking.actions.replaying import claim_replays

AT_ONCE = 200


@stage("replays", every=1.0, order=9)
def send_refused_again(now: datetime) -> int:
    """Hold what was refused against the door's checks and the tracking plan anew, each exactly once."""
    with transaction.atomic():
        claimed = claim_replays(AT_ONCE)
        for refusal in claimed:
            send_again(refusal)
    return len(claimed)
