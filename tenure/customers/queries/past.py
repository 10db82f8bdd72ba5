"""What was known of customers at a moment in the past: columns for everybody, one statement each.

Accounts count as what they were known to be then: those merged since stand for themselves. What was imported later,
even of earlier days, was not known then. Of anything learnt before this was written down, nobody can say more than when
it is said to have been so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from tenure.customers.models import LifecycleChange
from tenure.customers.queries.facts import typed
from tenure.customers.queries.lives import churned_spans
from tenure.customers.types import SubjectKind
from tenure.kernel import tenancy
from tenure.kernel.as_of import AsOf
from tenure.kernel.copying import copied

_MOMENT = pa.timestamp("us", tz="UTC")
MERGED_BY = """
    SELECT DISTINCT ON (old_id) old_id, new_id FROM customers_reattribution
    WHERE workspace_id = %s AND kind = 'account' AND at <= %s ORDER BY old_id, id DESC
"""
"""Which account was part of which: (workspace, known by)."""


def accounts_as_of(as_of: AsOf) -> pa.Table:
    """Return the accounts there were at a moment, as far as known: who looked after them, and where in their lives.

    Columns: account_id, is_solo, owner_id, signed_up_at, churned_at, returned_at, trial_ends_at, known_since; in the
    order of the ids. `churned_at` is empty for who was a customer at that moment.
    """
    workspace_id, known_at = tenancy.current_workspace_id(), as_of.known_at
    rows = copied(
        f"""
        COPY (
            SELECT a.id, a.is_solo, o.owner_id, {_micros("l.signed_up_at")}, {_micros("l.churned_at")},
                   {_micros("l.returned_at")}, {_micros("l.trial_ends_at")}, {_micros("f.since")}
            FROM (
                SELECT DISTINCT ON (account_id) * FROM customers_accountlife
                WHERE workspace_id = %s AND learnt_at <= %s ORDER BY account_id, id DESC
            ) l
            JOIN customers_account a ON a.id = l.account_id
            JOIN (
                SELECT account_id, min(learnt_at) AS since FROM customers_accountlife WHERE workspace_id = %s GROUP BY 1
            ) f ON f.account_id = l.account_id
            LEFT JOIN (
                SELECT DISTINCT ON (account_id) account_id, owner_id FROM customers_ownerspell
                WHERE workspace_id = %s AND at <= %s ORDER BY account_id, id DESC
            ) o ON o.account_id = l.account_id
            LEFT JOIN ({MERGED_BY}) m ON m.old_id = l.account_id AND m.new_id <> m.old_id
            WHERE m.old_id IS NULL AND coalesce(l.signed_up_at, f.since) <= %s ORDER BY a.id
        ) TO STDOUT (FORMAT csv)
        """,  # noqa: S608  (names are our own)
        [workspace_id, known_at, workspace_id, workspace_id, as_of.at, workspace_id, known_at, as_of.at],
        {"account_id": pa.int64(), "is_solo": pa.bool_(), "owner_id": pa.int64()} | dict.fromkeys(_LIFE, pa.int64()),
    )
    for name in _LIFE:
        rows = rows.set_column(rows.column_names.index(name), name, rows[name].cast(_MOMENT))
    return rows if as_of.is_then else _as_known_since(rows, as_of.at)


def owned_at(member_id: int, at: datetime) -> list[int]:
    """Return the accounts a member looked after at a moment, whoever does now; merged ones are left out."""
    workspace_id = tenancy.current_workspace_id()
    found = copied(
        """
        COPY (
            SELECT account_id FROM (
                SELECT DISTINCT ON (s.account_id) s.account_id, s.owner_id FROM customers_ownerspell s
                JOIN customers_account a ON a.id = s.account_id AND a.merged_into_id IS NULL
                WHERE s.workspace_id = %s AND s.at <= %s AND s.account_id IN (
                    SELECT account_id FROM customers_ownerspell WHERE workspace_id = %s AND owner_id = %s
                )
                ORDER BY s.account_id, s.id DESC
            ) latest WHERE owner_id = %s ORDER BY account_id
        ) TO STDOUT (FORMAT csv)
        """,
        [workspace_id, at, workspace_id, member_id, member_id],
        {"account_id": pa.int64()},
    )
    return list(found["account_id"].to_pylist())


_LIFE = ("signed_up_at", "churned_at", "returned_at", "trial_ends_at", "known_since")


def _as_known_since(rows: pa.Table, at: datetime) -> pa.Table:
    """Say of a moment before the knowledge when each account had churned and returned by it."""
    ids = rows["account_id"].to_pylist()
    told = set(LifecycleChange.objects.values_list("account_id", flat=True).distinct())
    spans = churned_spans(told & set(ids))
    churned: list[datetime | None] = []
    returned: list[datetime | None] = []
    for id_, was_churned, was_returned in zip(
        ids, rows["churned_at"].to_pylist(), rows["returned_at"].to_pylist(), strict=True
    ):
        if id_ not in spans:  # what people said who were at home there, is not kept by account
            churned.append(was_churned if was_churned and was_churned <= at else None)
            returned.append(was_returned if was_returned and was_returned <= at else None)
            continue
        begun = [span for span in spans[id_] if span[0] <= at]
        last = begun[-1] if begun else (None, None)
        is_over = last[1] is not None and last[1] <= at
        churned.append(None if is_over else last[0])
        back = [until for _, until in begun if until is not None and until <= at]
        returned.append(back[-1] if back else None)
    for name, values in (("churned_at", churned), ("returned_at", returned)):
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(values, _MOMENT))
    return rows


def traits_as_of(kind: SubjectKind, names: Sequence[str], as_of: AsOf, ids: Iterable[int] | None = None) -> pa.Table:
    """Return what named traits were known to be at a moment: one row for each subject that had any of them.

    Columns: account_id (or person_id), and one per trait, typed as `account_facts` does. Of an account of one, only
    what was said of itself; the rest is its person's.
    """
    wanted = list(dict.fromkeys(names))
    narrowed = "" if ids is None else f"AND {kind}_id = ANY(%s)"
    own: list[Any] = [tenancy.current_workspace_id(), wanted, as_of.at, as_of.known_at]
    if ids is not None:
        own.append(sorted(set(ids)))
    rows = copied(
        f"""
        COPY (
            SELECT DISTINCT ON (subject, name) subject, name, value::text FROM (
                SELECT {kind}_id AS subject, name, value, at, learnt_at, id, 1 AS still FROM customers_traitchange
                WHERE workspace_id = %s AND {kind}_id IS NOT NULL AND name = ANY(%s) AND at <= %s
                  AND coalesce(learnt_at, at) <= %s {narrowed}
                UNION ALL
                SELECT {kind}_id, name, value, at, learnt_at, id, 0 FROM customers_formertrait
                WHERE workspace_id = %s AND {kind}_id IS NOT NULL AND name = ANY(%s) AND at <= %s
                  AND coalesce(learnt_at, at) <= %s {narrowed} AND unlearnt_at > %s
            ) said
            ORDER BY subject, name, at DESC, learnt_at DESC NULLS LAST, still DESC, id DESC
        ) TO STDOUT (FORMAT csv)
        """,  # noqa: S608
        [*own, *own, as_of.known_at],
        {"subject": pa.int64(), "name": pa.string(), "value": pa.string()},
    )
    subjects = rows["subject"].unique()
    found: dict[str, Any] = {f"{kind}_id": subjects.sort() if len(subjects) else subjects}
    frame = pa.table(found)
    for name in wanted:
        of_name = rows.filter(pa.compute.equal(rows["name"], name))
        place = pa.compute.index_in(frame[f"{kind}_id"], value_set=of_name["subject"].combine_chunks())
        frame = frame.append_column(name, typed(pa.chunked_array([of_name["value"].combine_chunks().take(place)])))
    return frame


def people_as_of(as_of: AsOf) -> pa.Table:
    """Return who was known to be at which account at a moment: person_id, account_id, since."""
    workspace_id = tenancy.current_workspace_id()
    rows = copied(
        f"""
        COPY (
            SELECT DISTINCT ON (person_id, account_id) person_id, account_id, {_micros("since")} FROM (
                {PLACES}
            ) known WHERE since <= %s ORDER BY person_id, account_id, since
        ) TO STDOUT (FORMAT csv)
        """,  # noqa: S608
        [workspace_id, as_of.known_at, workspace_id, as_of.known_at, as_of.known_at, as_of.at],
        {"person_id": pa.int64(), "account_id": pa.int64(), "since": pa.int64()},
    )
    return rows.set_column(2, "since", rows["since"].cast(_MOMENT))


PLACES = """
    SELECT person_id, account_id, since, chosen_at FROM customers_affiliation
    WHERE workspace_id = %s AND coalesce(learnt_at, since) <= %s
    UNION ALL
    SELECT person_id, account_id, since, chosen_at FROM customers_formerplace
    WHERE workspace_id = %s AND coalesce(learnt_at, since) <= %s AND left_at > %s
"""
"""Who was known to be where: (workspace, known by, workspace, known by, known by)."""


def _micros(expression: str) -> str:
    return f"(extract(epoch FROM {expression}) * 1000000)::bigint"
