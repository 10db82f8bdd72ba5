"""`tenure web`"""

import click


def run_uvicorn(app: str, host: str, port: int) -> None:
    """Serve an ASGI app until told to stop."""
    import uvicorn

    from tenure.config.supervisor import follow_parent

    follow_parent()

    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=5,
        proxy_headers=False,
    )


@click.command("web")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--with-collect", is_flag=True, help="Also take in events at /v1/ on the same port.")
@click.option("--when-told", is_flag=True, hidden=True, help="Get ready, and listen when a line comes in.")
def command(host: str, port: int, with_collect: bool, when_told: bool) -> None:
    """Serve the pages and the API; start as many as you like against one database."""
    if when_told:
        _get_ready()
    run_uvicorn("tenure.config.asgi:web_and_collect" if with_collect else "tenure.config.asgi:web", host, port)


def _get_ready() -> None:
    """Read in what answering takes, of which nothing asks the database anything, then wait to be told."""
    from django.urls import get_resolver

    from tenure.config.asgi import warm_up
    from tenure.config.supervisor import wait_to_be_told

    assert get_resolver().url_patterns
    warm_up()
    wait_to_be_told()
