"""Sending a template to oneself, before anybody else gets it."""

import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from tenure.channels.actions.queueing import queue_message
from tenure.channels.queries.templates import preview
from tenure.channels.types import Content, NewMessage
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def send_test(
    name: str, *, content: Content, person_id: int | None = None, account_id: int | None = None, by: "Member"
) -> int:
    """Queue what a template would say to somebody as a message to the member; returns its id.

    Nothing of it counts as reaching the customer, and nothing need be saved. Raises `TemplateInvalid`.
    """
    said = preview(
        subject=content.subject,
        preview=content.preview,
        body=content.body,
        person_id=person_id,
        account_id=account_id,
    )
    message_id = queue_message(
        NewMessage(
            idempotency_key=f"test:{uuid.uuid4()}",
            address=by.user.email,
            subject=gettext("Test: %(subject)s") % {"subject": said.subject},
            html=said.html,
            text=said.text,
            origin="test",
            origin_name=name,
        )
    )
    workspaces.record_audit("channels.send_test", by=by, subject=name, details={"message_id": message_id})
    return message_id
