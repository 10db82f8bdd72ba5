"""Handing messages over, so that a kill at any moment sends nothing twice.

    waiting ──commit──▶ sending ──carrier──▶ answer ──commit──▶ sent | refused | waiting (later) | unsure

A message is marked `sending`, and that is committed, before its carrier hears of it; whoever finds it so ten minutes
later cannot know whether the carrier has it and marks it unsure. Messages that stay inside Tenure need no such care:
they are delivered many at once, in one transaction with their mark.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tenure.channels import registry, rules
from tenure.channels.announcements import MessageRefused, MessageSent
from tenure.channels.errors import (
    AddressDeferred,
    AddressRefused,
    CannotResend,
    CarrierUnavailable,
    HandoverUnsure,
    LetterUnusable,
    MessageUnknown,
)
from tenure.channels.models import LocalMail, OutgoingMessage, Unsubscribe
from tenure.channels.queries.letters import letter_of
from tenure.channels.types import MessageStatus, Receipt, RefusalReason
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce_all
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

log = structlog.get_logger(__name__)

LOCAL_AT_ONCE = 2_000
CARRIED_AT_ONCE = 100
CARRIED_SECONDS = 5.0
REST_SECONDS = 15.0
"""How long a carrier that is away is left alone by this process."""

_rests_until: dict[str, float] = {}


def send_waiting(now: datetime) -> int:
    """Send what is due: what stays here at once, the rest one by one; returns how many messages moved."""
    moved = _mark_unsure(now) + _refuse_unsubscribed(now) + _deliver_here(now)
    if clock.is_simulated():
        return moved
    for channel in registry.channels():
        if channel.is_connected() and time.monotonic() >= _rests_until.get(channel.kind, 0.0):
            moved += _carry(channel, now)
    return moved


@transaction.atomic
def resend_message(pk: int, *, by: "Member") -> OutgoingMessage:
    """Send a message again because a member decided so; raises `MessageUnknown`, `CannotResend`.

    It keeps its Message-ID, so that a receiver who has it already can tell.
    """
    message = OutgoingMessage.objects.select_for_update().filter(pk=pk).first()
    if message is None:
        raise MessageUnknown
    wiped = message.is_private and not (message.html or message.text)
    if wiped or not rules.can_be_resent(MessageStatus(message.status), message.reason):
        raise CannotResend
    message.status = MessageStatus.WAITING.value
    message.attempts = 0
    message.not_before = clock.now()
    message.reason = message.error = ""
    message.save(update_fields=["status", "attempts", "not_before", "reason", "error"])
    workspaces.record_audit("channels.resend_message", by=by, subject=f"{message.address}: {message.subject}")
    return message


def _due(now: datetime) -> QuerySet[OutgoingMessage]:
    found = OutgoingMessage.everywhere.filter(status=MessageStatus.WAITING.value, not_before__lte=now)
    workspace_id = tenancy.workspace_in_scope()
    return found if workspace_id is None else found.filter(workspace_id=workspace_id)


def _stopped() -> Q:
    """Tell, in SQL, that the person said no to the message's topic or to everything."""
    said_no = Unsubscribe.everywhere.filter(workspace_id=OuterRef("workspace_id"), topic__in=["", OuterRef("topic")])
    return ~Q(topic="") & (
        Q(Exists(said_no.filter(address=OuterRef("address"))))
        | Q(Exists(said_no.filter(person_id=OuterRef("person_id"))))
    )


def _mark_unsure(now: datetime) -> int:
    """Mark what a dead process had begun to hand over; nobody but a member sends it again."""
    if clock.is_simulated():
        return 0
    return OutgoingMessage.everywhere.filter(
        status=MessageStatus.SENDING.value, claimed_at__lt=now - rules.STALE_AFTER
    ).update(
        status=MessageStatus.UNSURE.value, error="We stopped between handing this message over and hearing the answer."
    )


@transaction.atomic
def _refuse_unsubscribed(now: datetime) -> int:
    return refuse_stopped(_due(now), now)


def refuse_stopped(waiting: QuerySet[OutgoingMessage], now: datetime) -> int:
    """Refuse, of these waiting messages, those whose person said no since they were thought of."""
    found = list(waiting.filter(_stopped()).select_for_update(skip_locked=True)[:LOCAL_AT_ONCE])
    _refuse(found, reason=RefusalReason.UNSUBSCRIBED, error="", now=now)
    return len(found)


@transaction.atomic
def _deliver_here(now: datetime) -> int:
    """Deliver what no carrier may or can take to the outbox inside Tenure: a few statements for all of them."""
    connected = [] if clock.is_simulated() else [c.kind for c in registry.channels() if c.is_connected()]
    stays = Q(stays_local=True) | Q(workspace__is_demo=True) | ~Q(channel__in=connected)
    found = list(
        _due(now)
        .filter(stays)
        .exclude(_stopped())
        .defer("html", "text", "values")
        .order_by("not_before", "pk")
        .select_for_update(skip_locked=True, of=("self",))[:LOCAL_AT_ONCE]
    )
    if not found:
        return 0
    LocalMail.everywhere.bulk_create(
        [LocalMail(workspace_id=m.workspace_id, message_id=m.pk, delivered_at=now) for m in found]
    )
    OutgoingMessage.everywhere.filter(pk__in=[m.pk for m in found]).update(
        status=MessageStatus.SENT.value, sent_at=now, is_local=True, attempts=F("attempts") + 1
    )
    _say_sent(found, now)
    return len(found)


def _carry(channel: registry.Channel, now: datetime) -> int:
    """Hand over a channel's messages one by one, for a few seconds at most."""
    moved = 0
    until = time.monotonic() + CARRIED_SECONDS
    while moved < CARRIED_AT_ONCE and time.monotonic() < until:
        message = _claim_one(channel.kind, now)
        if message is None:
            break
        moved += 1
        if not _hand_over(channel, message):
            _rests_until[channel.kind] = time.monotonic() + REST_SECONDS
            break
    if moved:
        channel.rest()
    return moved


@transaction.atomic
def _claim_one(kind: str, now: datetime) -> OutgoingMessage | None:
    """Mark one message as being sent. Once this is committed, no process ever hands it over by itself again."""
    message = (
        _due(now)
        .filter(channel=kind, stays_local=False, workspace__is_demo=False)
        .exclude(_stopped())
        .order_by("not_before", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if message is not None:
        message.status = MessageStatus.SENDING.value
        message.claimed_at = clock.now()
        message.attempts += 1
        message.save(update_fields=["status", "claimed_at", "attempts"])
    return message


def _hand_over(channel: registry.Channel, message: OutgoingMessage) -> bool:
    """Hand one claimed message over and write down the answer; False when the carrier is away."""
    try:
        letter = letter_of(message)
    except Exception as error:
        log.exception("message cannot be made", message_id=message.pk)
        _answered(message, RefusalReason.CANNOT_BE_MADE, f"{type(error).__name__}: {error}")
        return True
    try:
        receipt = channel.deliver(letter)
    except LetterUnusable as error:
        _answered(message, RefusalReason.CANNOT_BE_MADE, str(error))
    except AddressRefused as error:
        _answered(message, RefusalReason.ADDRESS_REFUSED, str(error))
    except CarrierUnavailable as error:
        _try_again(message, str(error))
        return isinstance(error, AddressDeferred)
    except HandoverUnsure as error:
        _now_unsure(message, str(error))
        return False
    except Exception as error:
        log.exception("hand-over failed", message_id=message.pk)
        _now_unsure(message, f"{type(error).__name__}: {error}")
    else:
        _arrived(message, receipt)
    return True


@transaction.atomic
def _arrived(message: OutgoingMessage, receipt: Receipt) -> None:
    now = clock.now()
    said = {"html": "", "text": ""} if message.is_private else {}
    taken = _mine(message).update(
        status=MessageStatus.SENT.value,
        sent_at=now,
        error="",
        receipt=f"{receipt.carrier}: {receipt.reference}"[:300],
        **said,
    )
    if taken:
        _say_sent([message], now)


@transaction.atomic
def _answered(message: OutgoingMessage, reason: RefusalReason, error: str) -> None:
    if _mine(message).select_for_update().first():
        _refuse([message], reason=reason, error=error, now=clock.now())


@transaction.atomic
def _try_again(message: OutgoingMessage, error: str) -> None:
    wait = rules.retry_after(message.attempts)
    if wait is None:
        _answered(message, RefusalReason.CARRIER_AWAY, error)
        return
    _mine(message).update(status=MessageStatus.WAITING.value, not_before=clock.now() + wait, error=error[:2_000])


def _now_unsure(message: OutgoingMessage, error: str) -> None:
    _mine(message).update(status=MessageStatus.UNSURE.value, error=error[:2_000])


def _mine(message: OutgoingMessage) -> QuerySet[OutgoingMessage]:
    """Return the row if it is still this attempt's: a member may have decided otherwise while it was unsure."""
    return OutgoingMessage.everywhere.filter(
        pk=message.pk,
        claimed_at=message.claimed_at,
        status__in=[MessageStatus.SENDING.value, MessageStatus.UNSURE.value],
    )


def _refuse(messages: Sequence[OutgoingMessage], *, reason: RefusalReason, error: str, now: datetime) -> None:
    if not messages:
        return
    OutgoingMessage.everywhere.filter(pk__in=[m.pk for m in messages]).update(
        status=MessageStatus.REFUSED.value, reason=reason.value, error=error[:2_000]
    )
    announce_all(
        MessageRefused(
            workspace_id=m.workspace_id,
            at=now,
            account_id=m.account_id,
            person_id=m.person_id,
            message_id=m.pk,
            channel=m.channel,
            subject=m.subject,
            topic=m.topic,
            reason=reason.value,
            origin=m.origin,
            origin_name=m.origin_name,
        )
        for m in messages
    )


def _say_sent(messages: Sequence[OutgoingMessage], now: datetime) -> None:
    announce_all(
        MessageSent(
            workspace_id=m.workspace_id,
            at=now,
            account_id=m.account_id,
            person_id=m.person_id,
            message_id=m.pk,
            channel=m.channel,
            subject=m.subject,
            topic=m.topic,
            origin=m.origin,
            origin_name=m.origin_name,
        )
        for m in messages
    )
