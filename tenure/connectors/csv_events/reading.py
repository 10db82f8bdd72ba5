"""Opening a CSV file whatever its encoding, delimiter and compression; its beginning tells."""

import csv
import gzip
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

from tenure.connectors.csv_events.types import FileUnreadable, Sheet

SAMPLE = 256 * 1024
LARGEST_CELL = 1_000_000
_TRIED = ("utf-8-sig", "gb18030", "big5")
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def look_over(path: Path, encoding: str | None = None) -> Sheet:
    """Find out a file's encoding, delimiter and columns from its beginning; raises `FileUnreadable`."""
    if not path.is_file():
        raise FileUnreadable(f"{path} is not a file.", why="not_a_file", file=path.name)
    try:
        with _bytes(path) as raw:
            sample = raw.read(SAMPLE)
    except (OSError, EOFError) as error:
        raise FileUnreadable(f"{path} cannot be read: {error}", why="breaks_off", line=0, error=str(error)) from error
    if not sample.strip():
        raise FileUnreadable(f"{path} is empty.", why="empty")
    chosen = encoding or encoding_of(sample, whole=len(sample) < SAMPLE)
    if chosen.lower().startswith(("utf-16", "utf_16", "utf16", "utf-32")) and b"\x00" not in sample:
        raise FileUnreadable(
            f"{path} is not {chosen}: it holds no zero bytes. Leave --encoding out to have the encoding found.",
            why="other_encoding",
            encoding=chosen,
        )
    try:
        text = sample.decode(chosen, "strict" if len(sample) < SAMPLE else "ignore")
    except (UnicodeDecodeError, LookupError) as error:
        raise FileUnreadable(
            f"{path} is not {chosen}: {error}. Name its encoding, for example --encoding gb18030 or --encoding big5.",
            why="other_encoding",
            encoding=chosen,
        ) from error
    first_line = text.splitlines()[0]
    delimiter = max(",;\t|", key=first_line.count)
    header = tuple(name.strip() for name in next(csv.reader([first_line], delimiter=delimiter)))
    if len(set(header)) != len(header):
        twice = sorted({name for name in header if header.count(name) > 1})
        said = ", ".join(twice)
        raise FileUnreadable(
            f"The columns {said} appear twice in the first line of {path}.", why="columns_twice", columns=said
        )
    if "\x00" in text:
        raise FileUnreadable(f"{path} holds zero bytes: it is not a text file.", why="not_text")
    return Sheet(path=path, encoding=chosen, delimiter=delimiter, header=header, size=path.stat().st_size)


def encoding_of(sample: bytes, *, whole: bool) -> str:
    """Guess: a byte-order mark, UTF-8, then the East Asian encodings by how natural the text looks, then Latin."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if sample.count(b"\x00") > len(sample) // 10:
        return "utf-16-le" if sample[1:2] == b"\x00" else "utf-16-be"
    if name := _wide_encoding(sample):
        return name
    try:
        _whole_lines(sample, whole).decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    guess = from_bytes(_whole_lines(sample, whole), cp_isolation=[*_TRIED[1:], "cp1252", "shift_jis", "euc_kr"]).best()
    return guess.encoding if guess else "cp1252"


def _wide_encoding(sample: bytes) -> str:
    """Tell UTF-16 without a mark from its line ends and delimiters, of which one byte is zero; else nothing.

    Chinese text has few zero bytes otherwise, and no other encoding has any.
    """
    sample = sample[: len(sample) // 2 * 2]
    zeros = sample[::2].count(0), sample[1::2].count(0)
    if sum(zeros) < 3 or max(zeros) < 0.9 * sum(zeros):
        return ""
    name = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    return name if "\n" in sample.decode(name, "ignore") else ""


def _whole_lines(sample: bytes, whole: bool) -> bytes:
    """Cut a sample after its last line, so that no character is cut in two."""
    return sample if whole else sample[: sample.rfind(b"\n") + 1]


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _bytes(path: Path) -> IO[bytes]:
    return gzip.GzipFile(path) if _is_gzip(path) else path.open("rb")  # type: ignore[return-value]
