"""Everything that was said of some traits, in order: what each was, from when until when."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tenure.customers.queries.facts import copied
from tenure.customers.types import SubjectKind
from tenure.kernel import tenancy
from tenure.kernel.as_of import AsOf

_COLUMNS = {"id": pa.int64(), "name": pa.string(), "value": pa.string(), "before": pa.string()}
_COLUMNS |= {"since": pa.int64(), "until": pa.int64()}


def trait_words(
    kind: SubjectKind, names: Sequence[str], ids: Iterable[int] | None = None, *, as_of: AsOf | None = None
) -> pa.Table:
    """Return every word on these traits of accounts or people (of `ids`, or all), with what was said before it.

    Columns id, name, value and before (text; null where nothing is known), since and until (microseconds since 1970;
    null while it is in force). `as_of` gives what had been said by a moment, as far as it was known at another.
    """
    one = f"SELECT {kind}_id AS subject, name, value, at, id FROM %s WHERE workspace_id = %%s"  # noqa: S608
    one += f" AND {kind}_id IS NOT NULL AND name = ANY(%%s)"
    arguments: list[Any] = [tenancy.current_workspace_id(), list(names)]
    if ids is not None:
        one += f" AND {kind}_id = ANY(%%s)"
        arguments.append(list(ids))
    if as_of is not None:
        one += " AND at <= %%s AND coalesce(learnt_at, at) <= %%s"
        arguments += [as_of.at, as_of.known_at]
    said = one % "customers_traitchange"
    if as_of is not None:
        former = one % "customers_formertrait"
        said = f"""
            SELECT DISTINCT ON (subject, name, at) * FROM (
                SELECT *, 1 AS still FROM ({said}) still_said
                UNION ALL SELECT *, 0 FROM ({former} AND unlearnt_at > %s) once_said
            ) known ORDER BY subject, name, at, still DESC, id DESC
        """  # noqa: S608
        arguments += [*arguments, as_of.known_at]
    found = copied(
        f"""
        COPY (SELECT subject, name, {_text("value")}, lag({_text("value")}) OVER past, {_micros("at")},
                     {_micros("lead(at) OVER past")}
              FROM ({said}) said WINDOW past AS (PARTITION BY subject, name ORDER BY at, id)) TO STDOUT (FORMAT csv)
        """,  # noqa: S608  (names are our own)
        arguments,
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
