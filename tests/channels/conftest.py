"""A real SMTP server on loopback that counts what it receives and can be told how to behave."""

import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller


class Postbox:
    """What an SMTP server received, and what it answers."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.answers: dict[str, str] = {}
        self.hangs_up = False
        self.on_data: Callable[[], None] = lambda: None
        self.sessions: set[int] = set()
        self.url = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        self.sessions.add(id(session))
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.raw.append(envelope.content)
        self.received.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        self.on_data()
        if self.hangs_up:
            server.transport.abort()
        return "250 taken"


@pytest.fixture
def postbox(settings: Any, free_port: int) -> Iterator[Postbox]:
    """Start an SMTP server and let Tenure send by it."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port, ready_timeout=10)
    controller.start()
    box.url = settings.TENURE_SMTP_URL = f"smtp://127.0.0.1:{free_port}"
    yield box
    controller.stop()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
