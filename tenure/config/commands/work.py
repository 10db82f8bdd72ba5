"""`tenure work`"""

import signal
import threading

import click

from tenure.config.starting import use_django


@click.command("work")
def command() -> None:
    """Do the background work: intake, segments, signals, journeys, sending. Start as many as you like."""
    use_django()
    from django.db import connection

    from tenure.config.supervisor import follow_parent
    from tenure.kernel import jobs

    follow_parent()
    stop, wakes = threading.Event(), {lane: threading.Event() for lane in ("fast", "slow")}

    def finish(*_: object) -> None:
        stop.set()
        for wake in wakes.values():
            wake.set()

    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGINT, finish)
    workers = [threading.Thread(target=jobs.work, args=(stop, wake, lane)) for lane, wake in wakes.items()]
    for worker in workers:
        worker.start()
    ear = threading.Thread(target=_listen, args=(stop, wakes["fast"], connection.get_connection_params()), daemon=True)
    ear.start()
    for worker in workers:
        worker.join()


def _listen(stop: threading.Event, wake: threading.Event, params: dict[str, object]) -> None:
    """Wake the fast lane as soon as something arrives, instead of at its next second."""
    import time

    import psycopg

    wanted = {k: v for k, v in params.items() if k in {"dbname", "user", "password", "host", "port", "sslmode"}}
    while not stop.is_set():
        try:
            with psycopg.connect(autocommit=True, **wanted) as connection:  # type: ignore[arg-type]
                connection.execute("LISTEN tenure_intake")
                while not stop.is_set():
                    for _ in connection.notifies(timeout=1.0, stop_after=1):
                        wake.set()
        except psycopg.Error:
            time.sleep(1)
