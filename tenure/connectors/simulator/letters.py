"""How the processes that fill the demo talk to each other: messages with their length before them, over pipes."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import IO, Self, TypeVar

import msgspec

T = TypeVar("T")

_SIZE = 8
_PATIENCE = 5.0


def send(pipe: IO[bytes], said: object) -> None:
    """Write one message."""
    content = msgspec.msgpack.encode(said)
    pipe.write(len(content).to_bytes(_SIZE, "big") + content)
    pipe.flush()


def receive(pipe: IO[bytes], kind: type[T]) -> T:
    """Read one message; raises `EOFError` when the other side is gone."""
    size = pipe.read(_SIZE)
    if len(size) < _SIZE:
        raise EOFError("the other process of the filling has ended")
    content = pipe.read(int.from_bytes(size, "big"))
    return msgspec.msgpack.decode(content, type=kind)


class Companion:
    """A process beside this one that runs a module. It ends with this one, however that ends: its pipe breaks."""

    def __init__(self, module: str, environment: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )

    def tell(self, said: object) -> None:
        """Send it a message."""
        assert self._process.stdin is not None
        send(self._process.stdin, said)

    def hear(self, kind: type[T]) -> T:
        """Wait for its next message; raises `EOFError` when it has ended."""
        assert self._process.stdout is not None
        return receive(self._process.stdout, kind)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):  # it has ended, and did not hear the last of what we said
                    pipe.close()
        try:
            self._process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self._end()
        except KeyboardInterrupt:  # pressed again while we waited
            self._end()
            raise

    def _end(self) -> None:
        self._process.kill()
        while self._process.poll() is None:
            with contextlib.suppress(KeyboardInterrupt):
                self._process.wait()
