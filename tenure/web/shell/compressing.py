"""Answers made smaller on their way; a file that is sent while it is made stays one file."""

import gzip
import secrets
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

from django.http import HttpRequest
from django.middleware.gzip import GZipMiddleware
from django.utils.text import StreamingBuffer


class CompressingMiddleware(GZipMiddleware):
    """Django's, but for what is sent as it is made.

    Of that it makes a gzip file of each portion. Browsers read the first and take the rest for nothing: of an export
    they would keep the heading.
    """

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """Compress an answer where the browser takes it."""
        is_sent_as_made = response.streaming and response.is_async and not response.has_header("Content-Encoding")
        made = response.streaming_content if is_sent_as_made else None
        answer: Any = super().process_response(request, response)
        if made is not None and answer.has_header("Content-Encoding"):
            answer.streaming_content = in_one_file(made, self.max_random_bytes)
        return answer


async def in_one_file(made: AsyncIterable[bytes], most_random_bytes: int = 0) -> AsyncIterator[bytes]:
    """Yield one gzip file of all portions; its name of random length hides how well what is secret in it compresses."""
    buffer = StreamingBuffer()
    name = "a" * secrets.randbelow(most_random_bytes + 1)
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=6, fileobj=buffer, mtime=0) as file:
        async for portion in made:
            file.write(portion)
            if ready := buffer.read():
                yield ready
    yield buffer.read()
