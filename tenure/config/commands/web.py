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
def command(host: str, port: int, with_collect: bool) -> None:
    """Serve the pages and the API; start as many as you like against one database."""
    run_uvicorn("tenure.config.asgi:web_and_collect" if with_collect else "tenure.config.asgi:web", host, port)
