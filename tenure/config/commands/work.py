"""`tenure work`"""

import signal
import threading
from typing import Any

import click

from tenure.config.starting import use_django


@click.command("work")
@click.option("--when-told", is_flag=True, hidden=True, help="Get ready, and begin when a line comes in.")
def command(when_told: bool) -> None:
    """Do the background work: intake, segments, signals, journeys, sending. Start as many as you like."""
    use_django()
    from django.db import connection

    from tenure.config.supervisor import follow_parent, wait_to_be_told
    from tenure.kernel import jobs

    if when_told:
        wait_to_be_told()
    follow_parent()
    stop, wakes = threading.Event(), {lane: threading.Event() for lane in jobs.LANES}

    def finish(*_: object) -> None:
        stop.set()
        for wake in wakes.values():
            wake.set()

    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGINT, finish)
    joined = threading.Event()
    ear = threading.Thread(
        target=_listen, args=(stop, joined, wakes["fast"], connection.get_connection_params()), daemon=True
    )
    ear.start()
    while not joined.wait(0.1):
        if stop.is_set():
            return
    workers = [threading.Thread(target=jobs.work, args=(stop, wake, lane)) for lane, wake in wakes.items()]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _listen(stop: threading.Event, joined: threading.Event, wake: threading.Event, params: dict[str, object]) -> None:
    """Join in, then wake the fast lane as soon as something arrives, instead of at its next second."""
    import psycopg

    wanted = {k: v for k, v in params.items() if k in {"dbname", "user", "password", "host", "port", "sslmode"}}
    while not stop.is_set():
        try:
            with psycopg.connect(autocommit=True, **wanted) as connection:  # type: ignore[arg-type]
                connection.execute("LISTEN tenure_intake")
                _join_in(connection.cursor(), stop, joined)
                while not stop.is_set():
                    for _ in connection.notifies(timeout=1.0, stop_after=1):
                        wake.set()
        except psycopg.Error:
            stop.wait(1)


def _join_in(cursor: Any, stop: threading.Event, joined: threading.Event) -> None:
    """Wait while the demo's past is being lived through: work in the present would spoil it."""
    from tenure.kernel import jobs

    told = False
    while not jobs.join_in(cursor):
        if not told:
            click.echo("The demo is being filled; background work begins when that is done.", err=True)
            told = True
        if stop.wait(0.5):
            return
    joined.set()
