"""The files of the build, as the web process serves them."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from tenure.config import asgi
from tenure.web.shell import built_files

BUILT = Path(built_files.__file__).parent.parent / "static" / "web"
SCRIPT = json.loads((BUILT / "manifest.json").read_text())["src/app.ts"]["file"]


def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask the web process for an address; returns status, headers and body."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    asked = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": asked, "query_string": b""}
    async_to_sync(asgi.web)(scope, receive, send)
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, b"".join(message.get("body", b"") for message in sent[1:])


def test_come_compressed_and_are_kept_for_a_year() -> None:
    status, headers, body = ask(f"/static/web/{SCRIPT}", accept_encoding="gzip, br")

    assert status == 200
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["content-encoding"] == "gzip"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-length"] == str(len(body))
    assert gzip.decompress(body) == (BUILT / SCRIPT).read_bytes()


def test_come_plain_to_whoever_cannot_unpack() -> None:
    status, headers, body = ask(f"/static/web/{SCRIPT}")

    assert (status, body) == (200, (BUILT / SCRIPT).read_bytes())
    assert "content-encoding" not in headers
    assert headers["vary"] == "accept-encoding"


def test_are_not_sent_again_when_they_are_the_same() -> None:
    tag = ask("/static/web/mark.svg")[1]["etag"]

    status, headers, body = ask("/static/web/mark.svg", if_none_match=tag)

    assert (status, body) == (304, b"")
    assert headers["cache-control"] == "public, max-age=300"


def test_answer_a_question_for_the_headers_alone() -> None:
    status, headers, body = ask("/static/web/mark.svg", "HEAD")

    assert (status, body) == (200, b"")
    assert headers["content-length"] == str((BUILT / "mark.svg").stat().st_size)


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        ("/static/web/nothing.js", "GET", 404),
        ("/static/web/..", "GET", 404),
        ("/static/web/..\\..\\secret_key", "GET", 404),
        ("/static/web/mark.svg", "POST", 405),
    ],
)
def test_are_all_there_is(path: str, method: str, expected: int) -> None:
    assert ask(path, method)[0] == expected


@pytest.mark.parametrize(
    "path", ["/static/web/", "/static/web/../../settings.py", "/static/other/x.js", "/web/mark.svg"]
)
def test_leave_other_addresses_alone(path: str) -> None:
    assert not built_files.holds(path)
