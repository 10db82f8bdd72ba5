"""What is sent as it is made arrives whole in a browser, which reads one gzip file and no second one."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from tenure.web.shell.compressing import CompressingMiddleware
from tests.segments.given import NOW, given_account
from tests.web.visiting import visit


def as_a_browser(sent: bytes) -> bytes:
    """Read the first gzip file; whatever follows it is dropped, as Chromium does."""
    reading = zlib.decompressobj(wbits=31)
    return reading.decompress(sent) + reading.flush()


async def portions() -> AsyncIterator[bytes]:
    for n in range(3_000):
        yield b"row %d\r\n" % n


def answered(answer: Any, encodings: str = "gzip, deflate, br") -> bytes:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_ENCODING"] = encodings
    compressed = CompressingMiddleware(lambda _: HttpResponse()).process_response(request, answer)

    async def collected() -> bytes:
        return b"".join([part async for part in compressed.streaming_content])

    return asyncio.run(collected())


def test_is_the_one_in_use() -> None:
    assert f"{CompressingMiddleware.__module__}.CompressingMiddleware" in settings.MIDDLEWARE


def test_keeps_all_portions_in_one_file() -> None:
    answer = StreamingHttpResponse(portions())

    sent = answered(answer)

    assert answer["Content-Encoding"] == "gzip"
    assert as_a_browser(sent) == b"".join(b"row %d\r\n" % n for n in range(3_000))


@pytest.mark.parametrize("already", ["identity", "zstd"])
def test_leaves_alone_what_is_not_to_be_compressed(already: str) -> None:
    answer = StreamingHttpResponse(portions(), headers={} if already == "identity" else {"Content-Encoding": already})

    sent = answered(answer, encodings="identity" if already == "identity" else "gzip")

    assert sent.startswith(b"row 0\r\nrow 1\r\n")


def test_an_export_has_its_rows_in_a_browser(at: Any, workspace: Any) -> None:
    at(NOW)
    given_account("fjord")
    got: Any = visit().get("/accounts/export.csv", headers={"Accept-Encoding": "gzip"})

    async def sent() -> bytes:
        parts = got.streaming_content
        return b"".join([p async for p in parts] if hasattr(parts, "__aiter__") else list(parts))

    assert b"Fjord" in as_a_browser(async_to_sync(sent)())
