"""Something refused comes through the door again, with the time at which it first came."""

from typing import TYPE_CHECKING, Any

import msgspec

from tenure.collect.checking import Examined
from tenure.collect.codes import BodyRefused
from tenure.collect.limits import Limits
from tenure.collect.paths import PATHS
from tenure.collect.understanding import screened, understood
from tenure.kernel import tenancy
from tenure.tracking.actions.intake_log import seal
from tenure.tracking.actions.replaying import note_refused_again, note_taken
from tenure.tracking.queries import screen_of
from tenure.tracking.types import RefusedCall, SealedBatch

if TYPE_CHECKING:
    from tenure.tracking.models import Refusal

_LIMITS = Limits(calls=1_000_000)


def send_again(refusal: "Refusal") -> None:
    """Check it anew; what can be taken goes into the intake log, the rest stays refused with the reason of now."""
    assert refusal.replay_into_id is not None
    with tenancy.scope(refusal.replay_into_id):
        try:
            examined = screened(_examined(refusal), screen_of(refusal.replay_into_id))
        except BodyRefused as no:
            note_refused_again(refusal, no.code, no.reason)
            return
        if not examined.call_count:
            bad = examined.refused[0] if examined.refused else None
            note_refused_again(
                refusal, bad.code if bad else refusal.code, bad.reason if bad else "There is no call in it."
            )
            return
        batch = SealedBatch(
            workspace_id=refusal.replay_into_id,
            write_key_id=None,
            received_at=refusal.received_at,
            sent_at=examined.sent_at,
            content=seal(examined.content),
            event_count=examined.call_count,
            source=refusal.source,
        )
        refused = [
            RefusedCall(
                workspace_id=refusal.replay_into_id, received_at=refusal.received_at, sent_at=examined.sent_at,
                code=bad.code, reason=bad.reason, path=refusal.path, write_key=refusal.write_key,
                message_id=bad.message_id, source=refusal.source, raw=bad.raw, size=bad.size or len(bad.raw),
            )
            for bad in examined.refused
        ]  # fmt: skip
        note_taken(refusal, batch, refused)


def _examined(refusal: "Refusal") -> Examined:
    """Understand what was kept: a whole request as its address says, one call (always a Segment one) by itself."""
    content = bytes(refusal.raw if refusal.mended is None else refusal.mended)
    path = refusal.path if refusal.path in PATHS else "/v1/batch"
    said = _said(content)
    if isinstance(said, dict) and "type" in said and "batch" not in said:
        sent = {"sentAt": refusal.sent_at.isoformat()} if refusal.sent_at else {}
        content = msgspec.json.encode({"batch": [msgspec.Raw(content)], **sent})
        path = "/v1/batch"
    elif isinstance(said, dict) and isinstance(said.get("batch"), list) and path.startswith("/v1/"):
        path = "/v1/batch"
    return understood(path, "", content, refusal.received_at, _LIMITS)


def _said(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content)
    except (ValueError, RecursionError):
        return None
