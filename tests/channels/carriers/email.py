"""An SMTP server on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from aiosmtpd.controller import Controller

from tests.channels.conftest import Postbox


class SmtpCarrier:
    """A real SMTP server."""

    kind = "email"

    def __init__(self, port: int) -> None:
        self.box = Postbox()
        self._controller = Controller(self.box, hostname="127.0.0.1", port=port, ready_timeout=10)
        self._controller.start()

    def references(self) -> list[str]:
        return [str(m["Message-ID"]) for m in self.box.received]

    def refuse(self, address: str) -> None:
        self.box.answers[address] = "550 no such mailbox"

    def defer(self, address: str) -> None:
        self.box.answers[address] = "451 later"

    def hang_up_after_taking(self) -> None:
        self.box.hangs_up = True

    def stop(self) -> None:
        with suppress(AssertionError):
            self._controller.stop()

    def disconnect(self, settings: Any) -> None:
        settings.TENURE_SMTP_URL = ""


@contextmanager
def carrier(settings: Any, port: int) -> Iterator[SmtpCarrier]:
    settings.TENURE_SMTP_URL = f"smtp://127.0.0.1:{port}"
    started = SmtpCarrier(port)
    try:
        yield started
    finally:
        started.stop()
