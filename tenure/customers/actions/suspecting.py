"""People and accounts that may be one: found over all of them at once, offered to members, a no remembered."""

from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa
from django.db import transaction

from tenure.customers.actions import sql
from tenure.customers.errors import NoSuchSuggestion
from tenure.customers.models import PossibleDuplicate
from tenure.customers.rules.traits import FREE_MAIL
from tenure.kernel import clock, tenancy
from tenure.lake import engine
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

MOST_ALIKE = 50
"""More than so many alike are no twins but a habit of naming."""

_LEGAL = (
    "inc|incorporated|ltd|limited|llc|llp|gmbh|ag|kg|ug|as|asa|ab|oy|oyj|aps|bv|nv|sa|sas|sarl|srl|spa|sl|plc|co|corp"
    "|corporation|company|pty|kk|pte|bhd|sdn|jsc|ooo|sro|zrt|kft|holding|holdings|group"
)


def _key(name: str) -> str:
    """Write the SQL of a company's name without its legal form, spaces and signs."""
    words = rf"regexp_replace(lower({name}), '[^[:alnum:]]+', ' ', 'g')"
    bare = rf"regexp_replace({words}, '\m({_LEGAL})\M', '', 'g')"
    return rf"regexp_replace(replace({bare}, ' ', ''), '((股份)?有限(责任|責任)?公司|集团|集團|株式会社)$', '')"


_NAMED = f"""
    SELECT a.id, a.is_solo, a.name, lower(a.domain) AS domain, {_key("a.name")} AS key
    FROM customers_account a WHERE a.workspace_id = %s AND a.merged_into_id IS NULL
"""  # noqa: S608
_STAR = """
    SELECT least(first, id), greatest(first, id), {reason}, {detail}, {score} FROM (
        SELECT id, {of} AS of, count(*) OVER (PARTITION BY {of}) AS n,
               first_value(id) OVER (PARTITION BY {of} ORDER BY {order} id) AS first
        FROM ({source}) s WHERE {condition}
    ) alike WHERE id <> first AND n <= {most}
"""


def _star(source: str, *, of: str, condition: str, reason: str, score: str, order: str = "", detail: str = "of") -> str:
    return _STAR.format(
        source=source, of=of, condition=condition, reason=f"'{reason}'", score=score, order=order, detail=detail,
        most=MOST_ALIKE,
    )  # fmt: skip


_ACCOUNTS = {
    "domain": _star(
        _NAMED, of="domain", condition="domain <> '' AND NOT domain = ANY(%s)", reason="domain", score="0.9",
        order="is_solo,",
    ),
    "name": _star(_NAMED, of="key", condition="length(key) >= 3 AND NOT is_solo AND %s IS NOT NULL", reason="name",
                  score="0.85"),
}  # fmt: skip

_ADDRESSED = """
    SELECT p.id, p.name, f.account_id,
           CASE WHEN split_part(lower(p.email), '@', 2) IN ('gmail.com', 'googlemail.com')
                THEN replace(split_part(split_part(lower(p.email), '@', 1), '+', 1), '.', '') || '@gmail.com'
                ELSE split_part(split_part(lower(p.email), '@', 1), '+', 1) || '@' || split_part(lower(p.email), '@', 2)
           END AS address,
           f.account_id::text || ':' || split_part(split_part(lower(p.email), '@', 1), '+', 1) AS local,
           f.account_id::text || ':' || regexp_replace(lower(p.name), '[^[:alnum:]]+', ' ', 'g') AS called
    FROM customers_person p LEFT JOIN customers_affiliation f ON f.person_id = p.id AND f.is_primary
    WHERE p.workspace_id = %s AND p.merged_into_id IS NULL AND NOT p.is_anonymous
"""
_SHARED = "info|admin|sales|support|hello|contact|office|mail|billing|team|help|service|accounts|finance|hr|it|test"
_PEOPLE = {
    "address": _star(_ADDRESSED, of="address", condition="address ~ '.@.'", reason="address", score="0.95"),
    "name": _star(
        _ADDRESSED, of="called", condition="length(name) >= 5 OR name ~ '^[一-鿿]{2,4}$'", reason="person_name",
        score="0.7", detail="split_part(of, ':', 2)",
    ),
    "local": _star(
        _ADDRESSED, of="local", condition=f"local !~ ':({_SHARED})?$' AND length(split_part(local, ':', 2)) >= 4",
        reason="local", score="0.75", detail="split_part(of, ':', 2)",
    ),
}  # fmt: skip

_SIMILAR = """
    WITH named AS (SELECT *, left(key, 3) AS block FROM customers_names),
         small AS (SELECT block FROM named GROUP BY block HAVING count(*) <= 400)
    SELECT one.id AS first, other.id AS second, one.name || ' · ' || other.name AS detail,
           jaro_winkler_similarity(one.key, other.key) AS score
    FROM named one JOIN small USING (block) JOIN named other ON other.block = one.block AND one.id < other.id
    WHERE one.key <> other.key AND least(length(one.key), length(other.key)) >= 6
      AND jaro_winkler_similarity(one.key, other.key) >= 0.94
      AND damerau_levenshtein(one.key, other.key) <= 2
      AND regexp_replace(one.key, '[^0-9]', '', 'g') = regexp_replace(other.key, '[^0-9]', '', 'g')
"""


@transaction.atomic
def find_duplicates(*, now: datetime) -> int:
    """Look for people and accounts that may be one, over all of the workspace; returns how many pairs there are.

    Accounts: one company domain, one name but for its legal form, or names a slip apart. People: one address but for
    its +tag (and dots at Gmail), one name or one local part at one account. A pair a member has refused stays refused.
    """
    workspace_id = tenancy.current_workspace_id()
    found: dict[tuple[str, int, int], tuple[str, str, float]] = {}
    for statement in _ACCOUNTS.values():
        for pair in sql.rows(statement, [workspace_id, sorted(FREE_MAIL)]):
            _better(found, "account", *pair)
    for statement in _PEOPLE.values():
        for pair in sql.rows(statement, [workspace_id]):
            _better(found, "person", *pair)
    for first, second, detail, score in _similar_names(workspace_id):
        _better(found, "account", first, second, "similar", detail, round(0.8 * score, 3))
    sql.run(
        """
        INSERT INTO customers_possibleduplicate AS d
            (workspace_id, kind, first_id, second_id, reason, detail, score, found_at)
        SELECT %s, f.*, %s
        FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::float[]) AS f
        ON CONFLICT (workspace_id, kind, first_id, second_id) DO UPDATE
        SET reason = EXCLUDED.reason, detail = EXCLUDED.detail, score = EXCLUDED.score, found_at = EXCLUDED.found_at
        """,
        [
            workspace_id,
            now,
            [kind for kind, *_ in found],
            [first for _, first, _ in found],
            [second for *_, second in found],
            [reason for reason, *_ in found.values()],
            [detail[:500] for _, detail, _ in found.values()],
            [score for *_, score in found.values()],
        ],
    )
    PossibleDuplicate.objects.filter(found_at__lt=now, refused_at=None).delete()
    return len(found)


def _better(
    found: dict[tuple[str, int, int], tuple[str, str, float]],
    kind: str,
    first: int,
    second: int,
    reason: str,
    detail: str,
    score: float,
) -> None:
    known = found.get((kind, first, second))
    if known is None or float(score) > known[2]:
        found[kind, first, second] = (reason, detail or "", float(score))


def _similar_names(workspace_id: int) -> list[tuple[int, int, str, float]]:
    named = sql.rows(f"SELECT id, name, key FROM ({_NAMED}) n WHERE NOT is_solo AND length(key) >= 6", [workspace_id])  # noqa: S608
    if not named:
        return []
    columns = [list(column) for column in zip(*named, strict=True)]
    engine.name_rows("customers_names", pa.table({"id": columns[0], "name": columns[1], "key": columns[2]}))
    return [(r["first"], r["second"], r["detail"], r["score"]) for r in engine.run_sql(_SIMILAR).to_pylist()]


@transaction.atomic
def refuse_duplicate(pk: int, *, by: "Member | None") -> PossibleDuplicate:
    """Remember that these two are not one."""
    return _decide(pk, clock.now(), by, "refuse_duplicate")


@transaction.atomic
def suspect_again(pk: int, *, by: "Member | None") -> PossibleDuplicate:
    """Take back that these two are not one."""
    return _decide(pk, None, by, "suspect_again")


def _decide(pk: int, at: datetime | None, by: "Member | None", what: str) -> PossibleDuplicate:
    found = PossibleDuplicate.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NoSuchSuggestion
    found.refused_at, found.refused_by = at, by if at else None
    found.save(update_fields=["refused_at", "refused_by"])
    record_audit(
        f"{'accounts' if found.kind == 'account' else 'people'}.{what}",
        by=by,
        subject=found.detail[:200],
        details={"first_id": found.first_id, "second_id": found.second_id},
    )
    return found
