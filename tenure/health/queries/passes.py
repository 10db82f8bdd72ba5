"""How far the judging of everybody has come."""

from tenure.health.models import JudgingPass
from tenure.health.types.answers import Judging


def judging_now() -> Judging | None:
    """Return how far the judging that a member waits for has come, None where none is asked for.

    What goes on every quarter of an hour, because days pass, is nobody's waiting.
    """
    found = JudgingPass.objects.exclude(asked_at=None).first()
    return Judging(accounts=found.accounts, done=found.done) if found else None
