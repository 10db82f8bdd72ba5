"""Replays: what was refused comes in again, once its cause is mended."""

from typing import Any

from ninja import Router, Schema, Status

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Id, Text, said
from tenure.kernel.errors import Invalid
from tenure.tracking import queries as tracking
from tenure.tracking.actions.replaying import ask_to_send_again, ask_to_send_all_again
from tenure.tracking.errors import RefusalUnknown
from tenure.workspaces.types import PermissionRole

router = Router(tags=["arrivals"])


class ReplayIn(Schema):
    """What to send again: one refusal, or everything refused for one reason."""

    refusal_id: Id | None = said("One refusal.", default=None)
    mended: Text | None = said("JSON to send in the place of what was kept of it.", default=None, max_length=4_000_000)
    code: Text = said(
        "Or a reason: everything refused for it and kept whole.", "event_blocked", default="", max_length=60
    )


class ReplayOut(Schema):
    """What is on its way."""

    refusals: int = said("How many refusals come through the door again, within seconds.", 12)


@router.post("", response={202: ReplayOut}, summary="Send again what was refused")
def create_replay(request: ApiCall, given: ReplayIn) -> Any:
    """Send one refusal again, as it was or mended, or all of a reason; each is done once only."""
    if (given.refusal_id is None) == (not given.code):
        raise Invalid("Name either a refusal or a code.")
    by = acting_member(request, PermissionRole.ADMIN)
    if given.refusal_id is None:
        return Status(202, {"refusals": ask_to_send_all_again(given.code, by=by)})
    found = tracking.refusals().filter(pk=given.refusal_id).first()
    if found is None:
        raise RefusalUnknown
    ask_to_send_again(found, mended=given.mended, by=by)
    return Status(202, {"refusals": 1})
