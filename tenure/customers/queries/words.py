"""Everything that was said of some traits, in order: what each was, from when until when."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tenure.customers.types import SubjectKind
from tenure.kernel import tenancy
from tenure.kernel.as_of import AsOf
from tenure.kernel.copying import copied

_COLUMNS = {"id": pa.int64(), "name": pa.string(), "value": pa.string(), "before": pa.string()}
_COLUMNS |= {"since": pa.int64(), "until": pa.int64()}
_SUBJECTS = {
    "person": [("c.person_id", "c.account_id IS NULL", "")],
    "account": [
        ("c.account_id", "c.person_id IS NULL", ""),
        (
            "a.id",
            "c.account_id IS NULL",
            "JOIN customers_account a ON a.solo_person = c.person_id AND a.is_solo AND a.merged_into_id IS NULL",
        ),
    ],
}
"""Whose words these are: of an account of one also what is said of its person.

That a word is of nobody else goes without saying, but not to PostgreSQL: the indexes are of such words alone.
"""


def trait_words(
    kind: SubjectKind, names: Sequence[str], ids: Iterable[int] | None = None, *, as_of: AsOf | None = None
) -> pa.Table:
    """Return every word on these traits of accounts or people (of `ids`, or all), with what was said before it.

    Columns id, name, value and before (text; null where nothing is known), since and until (microseconds since 1970;
    null while it is in force). `as_of` gives what had been said by a moment, as far as it was known at another.
    """
    arguments: list[Any] = [tenancy.current_workspace_id(), list(names)]
    asked = " AND c.name = ANY(%s)"
    if as_of is not None:
        asked += " AND c.at <= %s AND coalesce(c.learnt_at, c.at) <= %s"
        arguments += [as_of.at, as_of.known_at]
    narrowed: list[Any] = [] if ids is None else [list(ids)]
    parts, given = [], list[Any]()
    for table, still in (("traitchange", 1), ("formertrait", 0)) if as_of is not None else (("traitchange", 1),):
        dropped = "" if still or as_of is None else " AND c.unlearnt_at > %s"
        known: list[Any] = [] if still or as_of is None else [as_of.known_at]
        for subject, alone, joined in _SUBJECTS[kind]:
            of_these = "" if ids is None else f" AND {subject} = ANY(%s)"
            parts.append(
                f"SELECT {subject} AS subject, c.name, c.value, c.at, c.id, {still} AS still"  # noqa: S608
                f" FROM customers_{table} c {joined} WHERE c.workspace_id = %s AND {subject} IS NOT NULL AND {alone}"
                f"{asked}{dropped}{of_these}"
            )
            given += [*arguments, *known, *narrowed]
    said = f"""
        SELECT DISTINCT ON (subject, name, at) * FROM ({" UNION ALL ".join(parts)}) said
        ORDER BY subject, name, at, still DESC, id DESC
    """  # noqa: S608
    found = copied(
        f"""
        COPY (SELECT subject, name, {_text("value")}, lag({_text("value")}) OVER past, {_micros("at")},
                     {_micros("lead(at) OVER past")}
              FROM ({said}) said WINDOW past AS (PARTITION BY subject, name ORDER BY at, id)) TO STDOUT (FORMAT csv)
        """,  # noqa: S608  (names are our own)
        given,
        _COLUMNS,
    )
    read = {name: found[name] for name in ("id", "name", "since", "until")}
    return pa.table(read | {name: _said(found[name]) for name in ("value", "before")})


def _text(value: str) -> str:
    return f"nullif({value}, 'null')::text"


def _micros(moment: str) -> str:
    return f"(extract(epoch FROM {moment}) * 1000000)::bigint"


def _said(documents: pa.ChunkedArray) -> pa.Array:
    """Read a column of JSON values as text, each distinct one once: text as it is, 5.0 as 5, anything else as JSON."""
    coded = pc.dictionary_encode(documents.combine_chunks())
    read = [None if d is None else msgspec.json.decode(d) for d in coded.dictionary.to_pylist()]
    whole = [int(v) if isinstance(v, float) and v.is_integer() and abs(v) < 1e15 else v for v in read]
    values = [None if v is None else _words(v) for v in whole]
    return pa.array(values, pa.string()).take(coded.indices)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
