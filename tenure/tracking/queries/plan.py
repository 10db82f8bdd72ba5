"""The tracking plan: its rules, what was observed, and what drifts."""

import hashlib
import hmac

from django.conf import settings
from django.db.models import QuerySet

from tenure.tracking.errors import RuleUnknown
from tenure.tracking.models import Drift, PlanRule
from tenure.tracking.rules.screening import screen_from
from tenure.tracking.types import Place, RuleGiven, RuleKind, Screen


def rules() -> QuerySet[PlanRule]:
    """Return the workspace's rules, by what they are about."""
    return PlanRule.objects.select_related("created_by").order_by("event", "field", "pk")


def rule(pk: int) -> PlanRule:
    """Return one rule; raises `RuleUnknown`."""
    found = PlanRule.objects.filter(pk=pk).first()
    if found is None:
        raise RuleUnknown
    return found


def screen_of(workspace_id: int) -> Screen | None:
    """Return a workspace's rules ready to be held against calls, or None; asked by the door, outside any scope."""
    found = PlanRule.everywhere.filter(workspace_id=workspace_id)
    return screen_from(
        (
            RuleGiven(kind=RuleKind(r.kind), event=r.event, new_name=r.new_name, field=r.field, place=Place(r.place))
            for r in found
        ),
        hash_key(workspace_id),
    )


def hash_key(workspace_id: int) -> bytes:
    """Return the key that properties of a workspace are hashed with: who has only the database cannot undo it."""
    subject = f"tenure.tracking.hash:{workspace_id}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), subject, hashlib.sha256).digest()


def drifts() -> QuerySet[Drift]:
    """Return what drifts and nobody has acknowledged, newest first."""
    return Drift.objects.filter(acknowledged_at=None, ended_at=None).order_by("-noticed_at", "-pk")
