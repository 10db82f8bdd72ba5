"""Asking that what was refused be sent again, once its cause is mended; the door's own stage does it, exactly once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Length

from tenure.kernel import clock
from tenure.kernel.tenancy import current_workspace_id
from tenure.tracking.actions.intake_log import append_refusals, insert_batches
from tenure.tracking.errors import AlreadySentAgain, MendingUnreadable, NothingToSendAgain
from tenure.tracking.models import Refusal
from tenure.tracking.queries.arrivals import refusals
from tenure.tracking.types import RefusedCall, SealedBatch
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def ask_to_send_again(refusal: Refusal, *, mended: str | None = None, by: "Member | None", actor: str = "") -> Refusal:
    """Let one refused call, or whole request, come through the door again: as it was, or as it has been mended."""
    found = Refusal.everywhere.select_for_update().get(pk=refusal.pk)
    if found.replay_asked_at is not None:
        raise AlreadySentAgain
    content = None if mended is None else mended.encode()
    if content is not None:
        try:
            msgspec.json.decode(content)
        except (ValueError, RecursionError) as error:
            raise MendingUnreadable(f"{MendingUnreadable.__doc__} {error}") from error
    elif not found.raw or len(bytes(found.raw)) < found.size:
        raise NothingToSendAgain
    found.mended = content
    found.replay_asked_at, found.replay_into_id = clock.now(), current_workspace_id()
    found.save(update_fields=["mended", "replay_asked_at", "replay_into"])
    record_audit(
        "tracking.send_again", by=by, actor=actor, subject=found.code,
        details={"refusal": found.pk, "message_id": found.message_id, "mended": content is not None},
    )  # fmt: skip
    return found


@transaction.atomic
def ask_to_send_all_again(code: str, *, by: "Member | None", actor: str = "") -> int:
    """Let everything refused for one reason come through the door again; returns how many rows that is."""
    asked = sendable().filter(code=code).update(replay_asked_at=clock.now(), replay_into=current_workspace_id())
    if asked:
        record_audit("tracking.send_all_again", by=by, actor=actor, subject=code, details={"refusals": asked})
    return asked


def sendable() -> "QuerySet[Refusal]":
    """Return the refusals that can be sent again: not yet asked for, and kept whole."""
    return (
        refusals().order_by().filter(replay_asked_at=None).alias(kept=Length("raw")).filter(kept__gt=0, kept=F("size"))
    )


def claim_replays(limit: int) -> list[Refusal]:
    """Lock some refusals of any workspace that are to be sent again; call it inside a transaction."""
    return list(
        Refusal.everywhere.select_for_update(skip_locked=True, of=("self",))
        .filter(replay_asked_at__isnull=False, replayed_at=None)
        .order_by("pk")[:limit]
    )


def note_taken(refusal: Refusal, batch: SealedBatch, refused: Sequence[RefusedCall]) -> None:
    """Put what was sent again into the intake log, and never do it again; in the transaction of the claim."""
    (refusal.replay_batch_id,) = insert_batches([batch])
    append_refusals(refused)
    refusal.replayed_at = clock.now()
    refusal.save(update_fields=["replayed_at", "replay_batch_id"])


def note_refused_again(refusal: Refusal, code: str, reason: str) -> None:
    """Keep what was refused again with its new reason; it can be mended once more."""
    refusal.code, refusal.reason, refusal.refused_again_at = code[:60], reason[:2_000], clock.now()
    if refusal.mended is not None:
        refusal.raw, refusal.size, refusal.mended = refusal.mended, len(bytes(refusal.mended)), None
    refusal.replay_asked_at = None
    if refusal.workspace_id is None:
        refusal.workspace_id, refusal.replay_into_id = refusal.replay_into_id, None
    refusal.save()
