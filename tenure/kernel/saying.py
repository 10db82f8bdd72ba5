"""What a process says of itself on its output: lost, rather than fatal, when that is a file on a full disk."""

import contextlib
from typing import Any

import structlog


class UnfailingLogger(structlog.PrintLogger):
    """Prints; when that fails, whoever was telling goes on, since the telling was not the work."""

    def msg(self, message: str) -> None:
        with contextlib.suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = error = critical = exception = fatal = failure = err = msg


def speak() -> None:
    """Have every logger of this process print that way."""
    structlog.configure(logger_factory=_logger)


def _logger(*_: Any) -> UnfailingLogger:
    return UnfailingLogger()
