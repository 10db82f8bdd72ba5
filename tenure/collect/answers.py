"""What the door says: JSON that Segment's SDKs understand, with the CORS headers a browser needs."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any

from tenure.collect.codes import Code

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_ANY_ORIGIN = (b"access-control-allow-origin", b"*")
_JSON: Headers = [(b"content-type", b"application/json"), _ANY_ORIGIN]
_HEADERS_ALLOWED = b"*, authorization, content-type, content-encoding, x-retry-count"


class Answer:
    """A whole response, made once and sent as often as wanted."""

    def __init__(self, status: int, body: bytes, headers: Headers) -> None:
        self.status = status
        self._start = {"type": "http.response.start", "status": status, "headers": headers}
        self._body = {"type": "http.response.body", "body": body}

    async def send(self, send: Send) -> None:
        """Send it."""
        await send(self._start)
        await send(self._body)


def said(status: int, content: object, *more: tuple[bytes, bytes]) -> Answer:
    """Make a JSON answer."""
    body = json.dumps(content, separators=(",", ":")).encode()
    return Answer(status, body, [*_JSON, (b"content-length", b"%d" % len(body)), *more])


def text(body: bytes) -> Answer:
    """Make an answer in Prometheus' text form."""
    return Answer(
        200,
        body,
        [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8"), (b"content-length", b"%d" % len(body))],
    )


def script(text: str) -> Answer:
    """Make a JavaScript answer."""
    body = text.encode()
    headers = [(b"content-type", b"text/javascript"), _ANY_ORIGIN, (b"content-length", b"%d" % len(body))]
    return Answer(200, body, headers)


@lru_cache(maxsize=8)
def preflight(methods: str) -> Answer:
    """Make the answer to a browser that asks before it sends."""
    return Answer(
        204,
        b"",
        [
            _ANY_ORIGIN,
            (b"access-control-allow-methods", methods.encode()),
            (b"access-control-allow-headers", _HEADERS_ALLOWED),
            (b"access-control-max-age", b"86400"),
            (b"content-length", b"0"),
        ],
    )


def refused(status: int, code: Code, reason: str, *, retry_after: int = 0, allow: str = "") -> Answer:
    """Make the answer to something not taken; `code` and `message` are what the SDKs log."""
    more = [(b"retry-after", b"%d" % retry_after)] if retry_after else []
    if allow:
        more.append((b"allow", allow.encode()))
    return said(status, {"success": False, "code": code, "message": reason}, *more)


TAKEN = said(200, {"success": True})
