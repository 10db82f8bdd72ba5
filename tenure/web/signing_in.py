"""How sign-in fits our pages and mail."""

from collections.abc import Sequence
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themself: one sets Tenure up or is invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep allauth's own sign-up page closed."""
        return False


class OutboxEmailBackend(BaseEmailBackend):
    """Sends account mail (password resets) by SMTP where it is configured, else into the outbox page."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Hand the messages over; returns how many."""
        from tenure.channels.actions import send_account_mail

        for message in email_messages:
            html: Any = next((c for c, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")
            send_account_mail(to=list(message.to), subject=str(message.subject), text=str(message.body), html=str(html))
        return len(email_messages)


def uses_smtp() -> bool:
    """Tell whether mail leaves this machine."""
    return bool(settings.TENURE_SMTP_URL)
