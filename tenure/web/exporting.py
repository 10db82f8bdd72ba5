"""CSV of any length, sent while it is being read."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.http import StreamingHttpResponse

from tenure.kernel import clock

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
        case int() | float():
            return str(value)
        case datetime():
            return value.isoformat(timespec="seconds")
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def portions(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield the CSV some hundred rows at a time; it starts with a byte order mark, for the sake of spreadsheets."""
    writer = csv.writer(_Echo())
    yield b"\xef\xbb\xbf" + str(writer.writerow(header)).encode()
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_A_PORTION)):
        yield "".join(str(writer.writerow([cell(value) for value in row])) for row in some).encode(errors="replace")


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Answer with a CSV file called `<name>-<today>.csv`."""
    answer = StreamingHttpResponse(portions(header, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{clock.now():%Y-%m-%d}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer
