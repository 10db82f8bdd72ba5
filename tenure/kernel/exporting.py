"""CSV and JSON lines of any length, sent while it is being read; pages and the API answer with it."""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice

import msgspec
from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.utils import translation

from tenure.kernel import clock, tenancy

ROWS_A_PORTION = 500
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def cell(value: object) -> str:
    """Write one value: times in UTC by ISO 8601, nothing for None, and text that no spreadsheet runs as a formula.

    See OWASP, "CSV injection": a text that starts like a formula gets an apostrophe in front; numbers stay numbers.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            return str(value)
        case datetime():
            return value.isoformat(timespec="seconds")
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def portions(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield the CSV some hundred rows at a time; it starts with a byte order mark, for the sake of spreadsheets."""
    writer = csv.writer(_Echo())
    yield b"\xef\xbb\xbf" + str(writer.writerow([cell(name) for name in header])).encode()
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_A_PORTION)):
        yield "".join(str(writer.writerow([cell(value) for value in row])) for row in some).encode(errors="replace")


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Answer with a CSV file called `<name>-<today>.csv`."""
    answer = StreamingHttpResponse(portions(header, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{clock.now():%Y-%m-%d}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def json_lines(records: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """Yield one JSON object a line, some hundred at a time."""
    waiting = iter(records)
    while some := list(islice(waiting, ROWS_A_PORTION)):
        yield b"".join(msgspec.json.encode(record) + b"\n" for record in some)


def json_lines_answer(name: str, records: Iterable[Mapping[str, object]]) -> StreamingHttpResponse:
    """Answer with a file of one JSON object a line, which keeps types as they are."""
    answer = StreamingHttpResponse(json_lines(records), content_type="application/x-ndjson")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{clock.now():%Y-%m-%d}.jsonl"'
    answer["Cache-Control"] = "no-store"
    return answer


def in_workspace(made: Iterable[bytes], workspace_id: int) -> Iterator[bytes]:
    """Make each portion of a streamed answer inside the workspace it was asked for in, in the language of now."""
    waiting, language = iter(made), translation.get_language()

    def next_portion() -> bytes | None:
        with tenancy.scope(workspace_id), translation.override(language):
            return next(waiting, None)

    while (portion := next_portion()) is not None:
        yield portion


async def off_the_event_loop(made: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Make each portion in a thread, so that a long export holds nobody up."""

    def next_portion() -> bytes | None:
        return next(made, None)

    while (portion := await sync_to_async(next_portion)()) is not None:
        yield portion
