"""`tenure collect`"""

import click

from tenure.config.commands.web import run_uvicorn


@click.command("collect")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, help="Port to listen on.")
def command(host: str, port: int) -> None:
    """Take in events (Segment's HTTP API at /v1/) and nothing else; start as many as you like."""
    run_uvicorn("tenure.config.asgi:collect_only", host, port)
