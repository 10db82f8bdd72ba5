"""Runs several `tenure` processes as one: starts them, brings back what dies, stops all together."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import click

LIVED_LONG_ENOUGH = 10.0
STOP_PATIENCE = 10.0

FOLLOWS = "TENURE_FOLLOWS"


def follow_parent() -> None:
    """In a child of `serve`: end when the parent is gone, even if it was killed without a chance to say so."""
    parent = os.environ.get(FOLLOWS)
    if not parent:
        return

    def watch() -> None:
        while os.getppid() == int(parent):
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="follow-parent").start()


def wait_to_be_told() -> None:
    """In a child that was prepared: wait until it may begin; ends the process when its parent is gone."""
    if not sys.stdin.readline():
        raise SystemExit(0)


class Supervisor:
    """Keeps children alive until told to stop. A child that dies young again and again is brought back ever later."""

    def __init__(self) -> None:
        self._commands: dict[str, Sequence[str]] = {}
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        self._young_deaths: dict[str, int] = {}
        self._again_at: dict[str, float] = {}
        self._stop = threading.Event()

    def start(self, name: str, *arguments: str) -> None:
        """Start `tenure ARGUMENTS` as a child in a process group of its own, so that Ctrl-C reaches only us."""
        self._start(name, arguments, subprocess.DEVNULL)

    def prepare(self, name: str, *arguments: str) -> None:
        """Start a child that reads in its code and waits; `begin` lets it do its work. It has to know `--when-told`."""
        self._start(name, arguments, subprocess.PIPE, "--when-told")

    def begin(self) -> None:
        """Let all begin that were prepared."""
        for name, child in self._children.items():
            if child.stdin is not None:
                with contextlib.suppress(OSError):  # it has died, and will be brought back
                    child.stdin.write(b"\n")
                    child.stdin.close()
                child.stdin = None
                self._started[name] = time.monotonic()

    def _start(self, name: str, arguments: Sequence[str], stdin: int, *more: str) -> None:
        self._commands[name] = arguments
        self._children[name] = subprocess.Popen(
            [sys.executable, "-m", "tenure.config.command", *arguments, *more],
            env={**os.environ, FOLLOWS: str(os.getpid())},
            stdin=stdin,
            start_new_session=True,
        )
        self._started[name] = time.monotonic()

    def ask_to_stop(self, *_: object) -> None:
        """Let `wait` return; safe in a signal handler."""
        self._stop.set()

    def wait(self) -> None:
        """Watch the children until somebody asks to stop."""
        while not self._stop.wait(0.5):
            self._bring_back_the_dead()

    def _bring_back_the_dead(self) -> None:
        now = time.monotonic()
        for name, child in list(self._children.items()):
            if child.poll() is None:
                continue
            if name not in self._again_at:
                young = now - self._started[name] < LIVED_LONG_ENOUGH
                deaths = self._young_deaths[name] = self._young_deaths.get(name, 0) + 1 if young else 0
                delay = min(30.0, 2.0**deaths - 1)
                self._again_at[name] = now + delay
                with contextlib.suppress(OSError):  # as on a full disk
                    click.echo(
                        f"tenure {name} ended ({child.returncode}); starting it again in {delay:.0f} s", err=True
                    )
            elif now >= self._again_at[name]:
                del self._again_at[name]
                self.start(name, *self._commands[name])

    def stop_all(self) -> None:
        """Ask every child to finish, and end those that do not in time."""
        for child in self._children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
            if child.stdin is not None:
                child.stdin.close()
        deadline = time.monotonic() + STOP_PATIENCE
        for child in self._children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
