"""The e-mail channel: one letter, one SMTP transaction."""

import re
import smtplib
import ssl
import threading
import time
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings

from tenure.channels.email.server import SmtpServer, smtp_server
from tenure.channels.errors import (
    AddressDeferred,
    AddressRefused,
    CarrierUnavailable,
    HandoverUnsure,
    LetterUnusable,
)
from tenure.channels.rules import for_header, is_address
from tenure.channels.types import Letter, Receipt

TIMEOUT = 20.0
"""Seconds any one answer of the server may take."""
_REUSED_WITHIN = 5.0
_LINE_BEGINS_WITH_DOT = re.compile(rb"(?m)^\.")
_POLICY = SMTP.clone(max_line_length=990)


class EmailChannel:
    """Sends by the SMTP server in TENURE_SMTP_URL."""

    kind = "email"

    def __init__(self) -> None:
        self._kept = threading.local()

    def is_connected(self) -> bool:
        """Tell whether an SMTP server is set up."""
        return bool(settings.TENURE_SMTP_URL)

    def deliver(self, letter: Letter) -> Receipt:
        """Hand one letter to the server, over a connection kept open between letters."""
        if not is_address(letter.address):
            raise AddressRefused(f"not an e-mail address: {letter.address}")
        try:
            server = smtp_server(settings.TENURE_SMTP_URL)
        except ValueError as error:
            raise CarrierUnavailable(f"TENURE_SMTP_URL: {error}") from error
        try:
            message = write_message(letter, sender=settings.TENURE_MAIL_FROM)
            content = message.as_bytes(policy=_POLICY).rstrip(b"\r\n")
        except (ValueError, LookupError, TypeError) as error:
            raise LetterUnusable(f"{type(error).__name__}: {error}") from error
        connection = self._connection(server)
        try:
            answer = _hand_over(
                connection, sender=parseaddr(str(message["From"]))[1], address=str(message["To"]), content=content
            )
        except (CarrierUnavailable, HandoverUnsure):
            self._close()
            raise
        except AddressRefused:
            with suppress(smtplib.SMTPException, OSError):
                connection.rset()
            raise
        self._kept.used_at = time.monotonic()
        return Receipt(carrier=f"{server.host}:{server.port}", reference=answer)

    def rest(self) -> None:
        """Say good-bye to the server."""
        kept: smtplib.SMTP | None = getattr(self._kept, "connection", None)
        self._kept.connection = None
        if kept is not None:
            with suppress(smtplib.SMTPException, OSError):
                kept.quit()

    def _connection(self, server: SmtpServer) -> smtplib.SMTP:
        kept: smtplib.SMTP | None = getattr(self._kept, "connection", None)
        if kept is not None:
            if self._kept.server == server and time.monotonic() - self._kept.used_at < _REUSED_WITHIN:
                with suppress(smtplib.SMTPException, OSError):
                    if kept.noop()[0] == 250:
                        return kept
            self._close()
        try:
            opened = _open(server)
        except smtplib.SMTPAuthenticationError as error:
            raise CarrierUnavailable(f"the server refused our sign-in: {_said(error)}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise CarrierUnavailable(f"{server.host}:{server.port}: {error}") from error
        self._kept.connection, self._kept.server, self._kept.used_at = opened, server, time.monotonic()
        return opened

    def _close(self) -> None:
        kept: smtplib.SMTP | None = getattr(self._kept, "connection", None)
        self._kept.connection = None
        if kept is not None:
            with suppress(smtplib.SMTPException, OSError):
                kept.close()


def _open(server: SmtpServer) -> smtplib.SMTP:
    if server.tls:
        opened: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        opened = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        opened.ehlo()
        if opened.has_extn("starttls"):
            opened.starttls(context=ssl.create_default_context())
            opened.ehlo()
        elif server.user and not server.is_this_machine:
            opened.close()
            raise smtplib.SMTPNotSupportedError("the server offers no STARTTLS; a password is not sent in the clear")
    if server.user:
        opened.login(server.user, server.password)
    return opened


def _hand_over(connection: smtplib.SMTP, *, sender: str, address: str, content: bytes) -> str:
    """Go through one mail transaction, telling apart what happens before and after the message is given away."""
    try:
        connection.ehlo_or_helo_if_needed()
        _expect(connection.mail(sender), "sender", refused=CarrierUnavailable)
        _expect(connection.rcpt(address), "recipient", refused=AddressRefused)
        code, words = connection.docmd("DATA")
        if code != 354:
            _expect((code, words), "message", refused=AddressRefused)
    except (smtplib.SMTPException, OSError) as error:
        raise CarrierUnavailable(str(error)) from error
    try:
        connection.send(_LINE_BEGINS_WITH_DOT.sub(b"..", content) + b"\r\n.\r\n")
        code, words = connection.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise HandoverUnsure(f"no answer after the message was given: {error}") from error
    _expect((code, words), "message", refused=AddressRefused)
    return words.decode("utf-8", "replace")[:200]


def _expect(answer: tuple[int, bytes], what: str, *, refused: type[Exception]) -> None:
    code, words = answer
    said = f"{code} {words.decode('utf-8', 'replace')} ({what})"[:300]
    if code == 421:
        raise CarrierUnavailable(said)
    if 400 <= code < 500:
        raise AddressDeferred(said)
    if code >= 500:
        raise refused(said)


def _said(error: smtplib.SMTPResponseException) -> str:
    words = error.smtp_error
    return f"{error.smtp_code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"


def _ascii_address(address: str) -> str:
    """Write a domain in other letters the way SMTP wants it (IDNA); a local part must be ASCII."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise AddressRefused(f"this address needs SMTPUTF8: {address}") from error


def write_message(letter: Letter, *, sender: str) -> EmailMessage:
    """Write a letter as an RFC 5322 message with RFC 8058 headers; the same letter always gives the same headers."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=_POLICY)
    local, _, domain = address.rpartition("@")
    message["From"] = Address(display_name=for_header(letter.sender_name or name), username=local, domain=domain)
    message["To"] = _ascii_address(letter.address)
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    message["Subject"] = for_header(letter.subject)
    message["Date"] = format_datetime(letter.queued_at)
    message["Message-ID"] = letter.message_id
    if letter.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message
