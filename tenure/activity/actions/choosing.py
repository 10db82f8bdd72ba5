"""What a workspace chooses for the watch over its customers' use."""

from typing import TYPE_CHECKING

from django.db import connection, transaction

from tenure.activity import queries
from tenure.activity.models import ActivityChoices
from tenure.activity.rules import as_text, checked_choices, from_text
from tenure.activity.types import Choices
from tenure.kernel import clock, tenancy
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_LOCK = 7_205_321


@transaction.atomic
def choose_activity(choices: Choices, *, by: "Member | None") -> Choices:
    """Choose how many false signals may be and which events count; raises `ActivityChoiceInvalid`.

    From the next pass on; what is open stays open until it passes. What was chosen before is kept as a version.
    """
    chosen = checked_choices(choices)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, tenancy.current_workspace_id()])
    before = queries.choices()
    if chosen == before:
        return chosen
    ActivityChoices.objects.create(
        version=queries.choices_version() + 1,
        chosen_at=clock.now(),
        false_share=chosen.false_share,
        key_events=list(chosen.key_events),
    )
    record_audit("activity.choose", by=by, subject="", details={"before": as_text(before), "after": as_text(chosen)})
    return chosen


def write_choices(text: str, *, by: "Member | None") -> Choices:
    """Choose by the text form; raises `ActivityChoiceInvalid`, which says the line."""
    return choose_activity(from_text(text), by=by)
