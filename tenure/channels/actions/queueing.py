"""Messages are queued here and sent by the stage."""

import uuid
from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.db import transaction

from tenure.channels import registry, rules
from tenure.channels.actions.sending import refuse_stopped
from tenure.channels.errors import TemplateUnknown, TopicUnknown
from tenure.channels.models import OutgoingMessage, TemplateVersion
from tenure.channels.queries.messages import messages_of_keys
from tenure.channels.queries.readers import readers
from tenure.channels.queries.templates import topic_names
from tenure.channels.types import MessageStatus, NewMessage, Queued
from tenure.kernel import clock, tenancy
from tenure.workspaces import queries as workspaces


@transaction.atomic
def queue_messages(messages: Sequence[NewMessage]) -> Queued:
    """Queue messages, each once: a key that was queued before changes nothing.

    A handful of statements, whatever the number. Messages to those who said no are kept as refused; the stage asks
    again at hand-over. Raises `TopicUnknown`, `ChannelUnknown`, `TemplateUnknown`.
    """
    unique = {m.idempotency_key: m for m in messages}
    if not unique:
        return Queued(ids={}, new=0)
    topics = topic_names()
    for message in unique.values():
        registry.channel(message.channel)
        if message.topic and message.topic not in topics:
            raise TopicUnknown(topic=message.topic)
        if message.template_version_id and not message.topic:
            raise TopicUnknown("a message from a template needs a topic to unsubscribe from")
    before = messages_of_keys(unique)
    fresh = [m for key, m in unique.items() if key not in before]
    OutgoingMessage.objects.bulk_create(_rows(fresh), ignore_conflicts=True, batch_size=1_000)
    ids = messages_of_keys(unique)
    new = {pk for key, pk in ids.items() if key not in before}
    refuse_stopped(OutgoingMessage.objects.filter(pk__in=new), clock.now())
    return Queued(ids=ids, new=len(new))


def queue_message(message: NewMessage) -> int:
    """Queue one message and return its id."""
    return queue_messages([message]).ids[message.idempotency_key]


def _rows(messages: Sequence[NewMessage]) -> list[OutgoingMessage]:
    if not messages:
        return []
    now = clock.now()
    workspace = workspaces.workspace(tenancy.current_workspace_id())
    stays_local = clock.is_simulated() or workspace.is_demo
    versions = TemplateVersion.objects.in_bulk({m.template_version_id for m in messages if m.template_version_id})
    known = readers({(m.person_id, m.account_id) for m in messages if m.template_version_id})
    rows = []
    for message in messages:
        values = dict(message.values)
        subject = message.subject
        if message.template_version_id:
            version = versions.get(message.template_version_id)
            if version is None:
                raise TemplateUnknown
            values = rules.tag_values(version.tags, known[message.person_id, message.account_id]) | values
            subject = rules.fill(version.subject, values, rules.for_header)
        rows.append(
            OutgoingMessage(
                workspace_id=workspace.pk,
                idempotency_key=message.idempotency_key,
                channel=message.channel,
                status=MessageStatus.WAITING.value,
                person_id=message.person_id,
                account_id=message.account_id,
                address=rules.normal_address(message.address),
                topic=message.topic,
                subject=rules.for_header(subject),
                html=message.html,
                text=message.text,
                template_version_id=message.template_version_id,
                values=values,
                origin=message.origin,
                origin_name=message.origin_name[:160],
                is_private=message.is_private,
                stays_local=stays_local,
                queued_at=now,
                not_before=message.not_before or now,
            )
        )
    return rows


def send_account_mail(*, to: Sequence[str], subject: str, text: str, html: str = "") -> int:
    """Queue mail about somebody's own sign-in (a password reset); returns how many were queued.

    It goes out whatever was unsubscribed from, and only owners can read it in the outbox. Without a workspace in
    scope it is kept in the first one the address is a member of, else in the first there is.
    """
    queued = 0
    for address in to:
        workspace_id = tenancy.workspace_in_scope() or _workspace_of(address)
        if workspace_id is None:
            continue
        with tenancy.scope(workspace_id):
            queued += queue_messages(
                [
                    NewMessage(
                        idempotency_key=f"account:{uuid.uuid4()}",
                        address=address,
                        subject=subject,
                        text=text,
                        html=html,
                        origin="account",
                        is_private=True,
                    )
                ]
            ).new
    return queued


def _workspace_of(address: str) -> int | None:
    user = get_user_model()._default_manager.filter(email__iexact=address).first()
    mine = workspaces.memberships_of(user).first() if user else None
    return mine.workspace_id if mine else next(iter(workspaces.workspace_ids()), None)
