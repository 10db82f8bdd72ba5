"""A message as it is handed over: its tags filled, its links signed."""

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from tenure.channels import rules
from tenure.channels.models import OutgoingMessage, TemplateVersion
from tenure.channels.queries.reaching import contact_policy_of
from tenure.channels.queries.unsubscribing import unsubscribe_url
from tenure.channels.types import Letter


def letter_of(message: OutgoingMessage) -> Letter:
    """Render one message; the same row always gives the same letter."""
    link = unsubscribe_url(message) if message.topic else ""
    html, text = message.html, message.text
    if message.template_version is not None:
        html, text = _filled(message.template_version, message.values | {rules.UNSUBSCRIBE_URL: link})
    policy = contact_policy_of(message.workspace_id)
    return Letter(
        idempotency_key=message.idempotency_key,
        message_id=rules.message_id(message.workspace_id, message.idempotency_key, _our_host(settings.TENURE_URL)),
        address=message.address,
        sender_name=policy.sender_name,
        reply_to=policy.reply_to,
        subject=message.subject,
        html=html,
        text=text,
        unsubscribe_url=link,
        queued_at=message.queued_at,
    )


def _filled(version: TemplateVersion, values: dict[str, str]) -> tuple[str, str]:
    return (
        rules.fill(version.compiled_html, values, rules.for_html),
        rules.fill(version.compiled_text, values, rules.for_text),
    )


@lru_cache(maxsize=4)
def _our_host(url: str) -> str:
    return urlsplit(url).hostname or "localhost"
