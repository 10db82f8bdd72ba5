"""Facts about everybody as columns, for segments and statistics: one scan, only the traits that are asked for."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from tenure.customers.types import ObservedTrait, SubjectKind
from tenure.kernel import tenancy
from tenure.kernel.copying import copied

_MOMENT = pa.timestamp("us", tz="UTC")
_ACCOUNT_COLUMNS = {
    "account_id": ("a.id", pa.int64()),
    "external_id": ("a.external_id", pa.string()),
    "name": ("a.name", pa.string()),
    "domain": ("a.domain", pa.string()),
    "is_solo": ("a.is_solo", pa.bool_()),
    "owner_id": ("a.owner_id", pa.int64()),
    "signed_up_at": ("a.signed_up_at", _MOMENT),
    "churned_at": ("a.churned_at", _MOMENT),
    "returned_at": ("a.returned_at", _MOMENT),
    "first_seen_at": ("a.first_seen_at", _MOMENT),
    "last_seen_at": ("a.last_seen_at", _MOMENT),
}
_PERSON_COLUMNS = {
    "person_id": ("p.id", pa.int64()),
    "account_id": ("coalesce(f.account_id, 0)", pa.int64()),
    "role": ("coalesce(f.role, 'user')", pa.string()),
    "external_id": ("p.external_id", pa.string()),
    "name": ("p.name", pa.string()),
    "email": ("p.email", pa.string()),
    "timezone": ("p.timezone", pa.string()),
    "locale": ("p.locale", pa.string()),
    "signed_up_at": ("coalesce(p.signed_up_at, p.first_seen_at)", _MOMENT),
    "first_seen_at": ("p.first_seen_at", _MOMENT),
    "last_seen_at": ("p.last_seen_at", _MOMENT),
}
_OBSERVED_SUBJECTS = 20_000
_OBSERVED_TRAITS = 500


def account_facts(names: Sequence[str] = (), ids: Iterable[int] | None = None) -> pa.Table:
    """Return every account (or those of `ids`) with its own columns and one column per named trait.

    A trait whose values are all numbers is a double, all booleans a boolean, anything else text (JSON where it is a
    list or an object). Where a trait is called like one of the account's own columns, the column is meant.
    """
    return _facts(
        "FROM customers_account a WHERE a.workspace_id = %s AND a.merged_into_id IS NULL", _ACCOUNT_COLUMNS, names, ids
    )


def person_facts(names: Sequence[str] = (), ids: Iterable[int] | None = None) -> pa.Table:
    """Return every known person (or those of `ids`): like `account_facts`, with their primary account and role."""
    return _facts(
        """
        FROM customers_person p LEFT JOIN customers_affiliation f ON f.person_id = p.id AND f.is_primary
        WHERE p.workspace_id = %s AND p.merged_into_id IS NULL AND NOT p.is_anonymous
        """,
        _PERSON_COLUMNS,
        names,
        ids,
    )


def affiliation_facts(names: Sequence[str] = ()) -> pa.Table:
    """Return the known people of every account, once for each account they are at: like `person_facts`."""
    return _facts(
        """
        FROM customers_affiliation f JOIN customers_person p ON p.id = f.person_id
        WHERE p.workspace_id = %s AND p.merged_into_id IS NULL AND NOT p.is_anonymous
        """,
        _PERSON_COLUMNS,
        names,
        None,
    )


def places(account_ids: Iterable[int] | None = None) -> pa.Table:
    """Return the known people of accounts (or of those of `account_ids`) with the role they have there."""
    ids = None if account_ids is None else list(account_ids)
    return copied(
        f"""
        COPY (SELECT f.account_id, f.person_id, f.role
              FROM customers_affiliation f JOIN customers_person p ON p.id = f.person_id
              WHERE p.workspace_id = %s AND p.merged_into_id IS NULL AND NOT p.is_anonymous
              {"" if ids is None else "AND f.account_id = ANY(%s)"}) TO STDOUT (FORMAT csv)
        """,  # noqa: S608
        [tenancy.current_workspace_id(), *([] if ids is None else [ids])],
        {"account_id": pa.int64(), "person_id": pa.int64(), "role": pa.string()},
    )


def _facts(
    source: str, columns: dict[str, tuple[str, pa.DataType]], names: Sequence[str], ids: Iterable[int] | None
) -> pa.Table:
    alias = next(iter(columns.values()))[0].split(".")[0]
    traits = [name for name in dict.fromkeys(names) if name not in columns]
    selected = [
        f"(extract(epoch FROM {sql}) * 1000000)::bigint" if pa.types.is_timestamp(kind) else sql
        for sql, kind in columns.values()
    ]
    selected += [f"({alias}.traits->%s)::text"] * len(traits)
    arguments: list[Any] = [*traits, tenancy.current_workspace_id()]
    if ids is not None:
        source += f" AND {alias}.id = ANY(%s)"
        arguments.append(list(ids))
    read = {f"c{i}": pa.int64() if pa.types.is_timestamp(k) else k for i, (_, k) in enumerate(columns.values())}
    read |= {f"t{i}": pa.string() for i in range(len(traits))}
    rows = copied(f"COPY (SELECT {', '.join(selected)} {source}) TO STDOUT (FORMAT csv)", arguments, read)
    own = [
        rows.column(i).cast(kind) if pa.types.is_timestamp(kind) else rows.column(i)
        for i, (_, kind) in enumerate(columns.values())
    ]
    said = [typed(rows.column(len(columns) + i)) for i in range(len(traits))]
    return pa.table(dict(zip([*columns, *traits], [*own, *said], strict=True)))


def typed(documents: pa.ChunkedArray) -> pa.Array:
    """Read a column of JSON values, each distinct one once, as the narrowest type that holds them all."""
    coded = pc.dictionary_encode(documents.combine_chunks())
    values = [None if d is None else msgspec.json.decode(d) for d in coded.dictionary.to_pylist()]
    present = [v for v in values if v is not None]
    if present and all(isinstance(v, bool) for v in present):
        read = pa.array(values, pa.bool_())
    elif present and all(isinstance(v, int | float) and not isinstance(v, bool) for v in present):
        read = pa.array([None if v is None else float(v) for v in values], pa.float64())
    else:
        read = pa.array([None if v is None else _text(v) for v in values], pa.string())
    return read.take(coded.indices)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def observed_traits(subject: SubjectKind) -> list[ObservedTrait]:
    """Return which traits accounts (or people) have, with their type and commonest values; the widest spread first.

    Looks at the latest 20 000 accounts or people and lists at most 500 traits.
    """
    known = "" if subject == "account" else "AND NOT is_anonymous"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH said AS (
                SELECT key AS name, jsonb_typeof(value) AS type, left(value #>> '{{}}', 120) AS text
                FROM (SELECT traits FROM customers_{subject} WHERE workspace_id = %s AND merged_into_id IS NULL {known}
                      ORDER BY id DESC LIMIT {_OBSERVED_SUBJECTS}) latest, jsonb_each(traits)
            ), counted AS (
                SELECT name, type, text, count(*) AS n,
                       row_number() OVER (PARTITION BY name ORDER BY count(*) DESC, text) AS place
                FROM said GROUP BY name, type, text
            )
            SELECT name, sum(n)::bigint, array_agg(DISTINCT type),
                   array_agg(text ORDER BY place) FILTER (WHERE place <= 12)
            FROM counted GROUP BY name ORDER BY 2 DESC, 1 LIMIT {_OBSERVED_TRAITS}
            """,  # noqa: S608
            [tenancy.current_workspace_id()],
        )
        found = cursor.fetchall()
    return [
        ObservedTrait(name=name, type=_type_of(types, samples), subjects=count, samples=tuple(samples))
        for name, count, types, samples in found
    ]


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([T ].*)?")


def _type_of(types: Sequence[str], samples: Sequence[str]) -> Any:
    if len(types) > 1:
        return "text"
    if types[0] == "string":
        return "date" if samples and all(_ISO_DAY.fullmatch(s) for s in samples) else "text"
    return {"number": "number", "boolean": "boolean", "array": "list", "object": "object"}.get(types[0], "text")
