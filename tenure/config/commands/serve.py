"""`tenure serve`"""

import contextlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
import webbrowser

import click

from tenure.config.starting import bring_tables_up_to_date, use_django


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--demo/--no-demo", default=False, help="Fill a simulated demo workspace at the first start.")
@click.option("--open/--no-open", "open_browser", default=False, help="Open the browser when ready.")
def command(host: str, port: int, demo: bool, open_browser: bool) -> None:
    """Run everything on this machine: database, pages, event intake and background work.

    Nothing else needs to be installed. Ctrl-C stops everything cleanly; the data stays in TENURE_HOME.
    """
    began = time.monotonic()
    _refuse_a_taken_port(host, port)
    address = f"http://{host}:{port}"
    os.environ.setdefault("TENURE_URL", address)
    if demo:
        os.environ["TENURE_DEMO"] = "1"
    _say("Starting the database")
    use_django()
    from django.conf import settings

    from tenure.config.postgres import keep_embedded_running, stop_embedded
    from tenure.config.supervisor import Supervisor

    os.environ["DATABASE_URL"] = _database_url()
    os.environ["TENURE_HOME"] = str(settings.TENURE_HOME)
    supervisor = Supervisor()
    try:
        supervisor.prepare("web", "web", "--with-collect", "--host", host, "--port", str(port))
        supervisor.prepare("work", "work")
        _say("Bringing the tables up to date")
        bring_tables_up_to_date()
        if demo:
            _fill_the_demo()
        from django.db import connections

        connections.close_all()
        keep_embedded_running(_say)
        signal.signal(signal.SIGINT, supervisor.ask_to_stop)
        signal.signal(signal.SIGTERM, supervisor.ask_to_stop)
        supervisor.begin()
        if _wait_until_it_answers(f"{address}/healthz"):
            _say(f"Ready after {time.monotonic() - began:.0f} s:  {address}   (Ctrl-C stops everything)")
            if open_browser:
                webbrowser.open(address)
        supervisor.wait()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # another Ctrl-C makes it no faster
        _say("Stopping")
        supervisor.stop_all()
        stop_embedded()


def _say(text: str) -> None:
    with contextlib.suppress(OSError):  # the output may be a file on a full disk, which must end nobody
        click.echo(f"{click.style('tenure', fg='cyan')}  {text}")
        sys.stdout.flush()


def _refuse_a_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"{host}:{port} is taken ({error.strerror}). Stop what listens there, or: --port {port + 1}"
            ) from error


def _database_url() -> str:
    """Return the address children reach the database by, the embedded one included."""
    from tenure.config import environment, postgres

    given: str = environment.read()["DATABASE_URL"]
    return given or postgres.start_embedded(environment.read()["TENURE_HOME"])


def _fill_the_demo() -> None:
    from tenure.config.commands.simulate import fill_demo

    fill_demo()


def _wait_until_it_answers(url: str, patience: float = 60.0) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (our own address)
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    _say("The web process does not answer yet; its messages above say why. `tenure doctor` looks at the set-up.")
    return False
