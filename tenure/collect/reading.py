"""Reads a request's body without ever holding more of it than the limits allow."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from tenure.collect.codes import BodyRefused, Code
from tenure.collect.limits import Limits

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

MEMBERS = 16
"""A gzip body is one member; a few are fine, thousands are an attack."""


class SenderGone(Exception):
    """The sender hung up before the body was there; there is nobody to answer."""


class Reader:
    """Reads bodies; knows how much is being held by all requests together."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.held = 0

    async def read(self, receive: Receive, announced: int | None) -> bytes:
        """Return the whole body.

        Raises `BodyRefused` (too large, too slow, or the door is full) and `SenderGone`. A body announced too large is
        refused unread; the server throws away what still comes.
        """
        if announced is not None and announced > self._limits.body_bytes:
            raise self._too_large()
        message = await receive()
        if not message.get("more_body"):
            if message["type"] == "http.disconnect":
                raise SenderGone
            body: bytes = message.get("body", b"")
            if len(body) > self._limits.body_bytes:
                raise self._too_large(body)
            return body
        return await self._read_rest(receive, message)

    async def _read_rest(self, receive: Receive, message: MutableMapping[str, Any]) -> bytes:
        parts = bytearray()
        try:
            async with asyncio.timeout(self._limits.reading_seconds):
                while True:
                    if message["type"] == "http.disconnect":
                        raise SenderGone
                    part = message.get("body", b"")
                    parts += part
                    self.held += len(part)
                    if len(parts) > self._limits.body_bytes:
                        raise self._too_large(bytes(parts[:65536]))
                    if self.held > self._limits.reading_bytes:
                        raise BodyRefused(429, Code.OVERLOADED, "Too many bodies are being read. Try again soon.")
                    if not message.get("more_body"):
                        return bytes(parts)
                    message = await receive()
        except TimeoutError:
            raise BodyRefused(408, Code.SLOW_SENDER, "The body took too long to arrive.") from None
        finally:
            self.held -= len(parts)

    def unpacked(self, body: bytes, encoding: bytes) -> bytes:
        """Undo Content-Encoding, never past the body limit; raises `BodyRefused`."""
        if encoding == b"gzip" or (not encoding and body[:2] == b"\x1f\x8b"):
            return self._gunzipped(body)
        if encoding in (b"", b"identity"):
            return body
        raise BodyRefused(415, Code.ENCODING_UNKNOWN, "Only gzip and identity are understood as Content-Encoding.")

    def _gunzipped(self, body: bytes) -> bytes:
        most = self._limits.body_bytes
        unpacked = b""
        for _ in range(MEMBERS):
            member = zlib.decompressobj(wbits=31)
            try:
                unpacked += member.decompress(body, most + 1 - len(unpacked))
            except zlib.error as error:
                raise BodyRefused(400, Code.GZIP_BROKEN, f"The body is not gzip: {error}") from None
            if len(unpacked) > most:
                raise self._too_large(body)
            if not member.eof:
                raise BodyRefused(400, Code.GZIP_BROKEN, "The gzip body ends too early.")
            body = member.unused_data
            if not body:
                return unpacked
        raise BodyRefused(400, Code.GZIP_BROKEN, f"The gzip body has more than {MEMBERS} members.")

    def _too_large(self, seen: bytes = b"") -> BodyRefused:
        refused = BodyRefused(413, Code.BODY_TOO_LARGE, f"At most {self._limits.body_bytes} bytes are taken at once.")
        refused.seen = seen
        return refused
