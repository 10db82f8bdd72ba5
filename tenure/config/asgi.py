"""What uvicorn serves: Django's pages and API, the collect door, or both behind one port."""

import os
import threading
from importlib import import_module
from typing import Any

from django.core.asgi import get_asgi_application

from tenure.web.shell import built_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")

application = get_asgi_application()


def warm_up() -> None:
    """Import what the first account page or chart will need, while nobody is waiting for it."""
    for name in ("pandas", "ibis", "altair", "scipy.special"):
        import_module(name)


async def _lifespan(receive: Any, send: Any, *, collecting: bool, pages: bool) -> None:
    from tenure.collect import asgi as collect

    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            if collecting:
                await collect.start()
            if pages:
                threading.Thread(target=warm_up, daemon=True, name="warm-up").start()
            await send({"type": "lifespan.startup.complete"})
        else:
            if collecting:
                await collect.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def web(scope: Any, receive: Any, send: Any) -> None:
    """Serve pages and the API."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send, collecting=False, pages=True)
    elif scope["type"] == "http" and built_files.holds(scope["path"]):
        await built_files.serve(scope, send)
    else:
        await application(scope, receive, send)


async def web_and_collect(scope: Any, receive: Any, send: Any) -> None:
    """Serve pages, the API and event intake on one port."""
    from tenure.collect.asgi import collect
    from tenure.collect.paths import is_ours

    if scope["type"] == "lifespan":
        await _lifespan(receive, send, collecting=True, pages=True)
    elif scope["type"] == "http" and is_ours(scope["path"]):
        await collect(scope, receive, send)
    elif scope["type"] == "http" and built_files.holds(scope["path"]):
        await built_files.serve(scope, send)
    else:
        await application(scope, receive, send)


async def collect_only(scope: Any, receive: Any, send: Any) -> None:
    """Serve event intake alone."""
    from tenure.collect.asgi import collect

    if scope["type"] == "lifespan":
        await _lifespan(receive, send, collecting=True, pages=False)
    else:
        await collect(scope, receive, send)
