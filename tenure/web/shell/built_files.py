"""Serves what the front end's build left, straight from memory: compressed once, cached by browsers for a year."""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

PREFIX = "/static/web/"
_FOLDER = Path(__file__).parent.parent / "static" / "web"
_NAMED_BY_CONTENT = re.compile(r"-[\w-]{8}\.\w+$")

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]


class _File(NamedTuple):
    plain: bytes
    gzipped: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    tag: bytes


@cache
def _files() -> dict[str, _File]:
    # Read once; an address can only name what was listed here, so none can climb out of the folder.
    return {path.name: _file(path) for path in _FOLDER.iterdir() if path.is_file()}


def _file(path: Path) -> _File:
    name = path.name
    plain = path.read_bytes()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    kind = "text/javascript" if name.endswith(".js") else kind
    kept = "public, max-age=31536000, immutable" if _NAMED_BY_CONTENT.search(name) else "public, max-age=300"
    tag = f'"{hashlib.sha256(plain).hexdigest()[:20]}"'.encode()
    headers = (
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"cache-control", kept.encode()),
        (b"etag", tag),
        (b"vary", b"accept-encoding"),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-resource-policy", b"same-origin"),
    )
    return _File(plain, gzip.compress(plain, mtime=0), headers, tag)


def holds(path: str) -> bool:
    """Tell whether an address is a file of the build."""
    return path.startswith(PREFIX) and "/" not in path.removeprefix(PREFIX) and path != PREFIX


async def serve(scope: Message, send: Send) -> None:
    """Answer a GET or HEAD for a file of the build."""
    file = _files().get(scope["path"].removeprefix(PREFIX))
    asked = dict(scope["headers"])
    if scope["method"] not in {"GET", "HEAD"}:
        await _answer(send, 405, ((b"allow", b"GET, HEAD"),), b"")
    elif file is None:
        await _answer(send, 404, ((b"content-type", b"text/plain"), (b"cache-control", b"no-store")), b"No such file.")
    elif file.tag in asked.get(b"if-none-match", b""):
        await _answer(send, 304, file.headers, b"")
    else:
        fits = b"gzip" in asked.get(b"accept-encoding", b"")
        body = file.gzipped if fits else file.plain
        length = (b"content-length", str(len(body)).encode())
        headers = (*file.headers, length, *(((b"content-encoding", b"gzip"),) if fits else ()))
        await _answer(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


async def _answer(send: Send, status: int, headers: tuple[tuple[bytes, bytes], ...], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
