"""Which account belongs to which: what the trait `parent_id` says, as far as it can be believed."""

from collections.abc import Iterable

from tenure.customers.actions import sql
from tenure.customers.rules.hierarchy import PARENT_TRAITS, Wanted, believed

_TOLD_AT = "coalesce({}, 0)".format(", ".join(f"(a.trait_times->>'{name}')::bigint" for name in PARENT_TRAITS))


def settle_parents(ids: Iterable[int]) -> None:
    """Work out anew the parents of these accounts, and of those that are said to belong to one of them."""
    changed = sorted(set(ids))
    if not changed:
        return
    linked = sql.rows(
        f"""
        WITH RECURSIVE part (id) AS (
            SELECT unnest(%s::bigint[])
            UNION
            SELECT near.id FROM part JOIN customers_account here ON here.id = part.id, LATERAL (
                SELECT c.id FROM customers_account named
                JOIN customers_account c ON c.workspace_id = here.workspace_id AND c.parent_said <> ''
                    AND c.parent_said = named.external_id AND c.merged_into_id IS NULL
                WHERE named.id = here.id OR named.merged_into_id = here.id
                UNION ALL
                SELECT coalesce(p.merged_into_id, p.id) FROM customers_account p
                WHERE here.parent_said <> '' AND p.workspace_id = here.workspace_id
                  AND p.external_id = here.parent_said
            ) near (id)
        )
        SELECT a.id, CASE WHEN a.merged_into_id IS NULL THEN coalesce(p.merged_into_id, p.id) END, {_TOLD_AT},
               a.parent_id
        FROM part JOIN customers_account a ON a.id = part.id
        LEFT JOIN customers_account p ON p.workspace_id = a.workspace_id AND a.parent_said <> ''
                                     AND p.external_id = a.parent_said
        """,  # noqa: S608
        [changed],
    )
    now = believed({id_: Wanted(parent, at) for id_, parent, at, _ in linked if parent is not None and parent != id_})
    moved = [(id_, now.get(id_)) for id_, *_, before in linked if now.get(id_) != before]
    if moved:
        sql.run(
            """
            UPDATE customers_account a SET parent_id = m.parent
            FROM unnest(%s::bigint[], %s::bigint[]) AS m (id, parent) WHERE a.id = m.id
            """,
            [list(column) for column in zip(*moved, strict=True)],
        )


def has_parents(ids: Iterable[int], workspace_id: int) -> list[int]:
    """Return which of these accounts are in a hierarchy, or are said to be in one."""
    return [
        id_
        for (id_,) in sql.rows(
            """
            SELECT a.id FROM customers_account a
            WHERE a.id = ANY(%s) AND (a.parent_said <> '' OR EXISTS (
                SELECT FROM customers_account c WHERE c.workspace_id = %s AND c.parent_said <> ''
                                                  AND c.parent_said = a.external_id
            ))
            """,
            [list(ids), workspace_id],
        )
    ]


def family_above(account_id: int) -> list[int]:
    """Return the accounts an account belongs to, the nearest first."""
    return [
        id_
        for (id_,) in sql.rows(
            """
            WITH RECURSIVE up (id, step) AS (
                SELECT parent_id, 1 FROM customers_account WHERE id = %s AND parent_id IS NOT NULL
                UNION ALL
                SELECT a.parent_id, up.step + 1 FROM up JOIN customers_account a ON a.id = up.id
                WHERE a.parent_id IS NOT NULL AND up.step < 100
            )
            SELECT id FROM up ORDER BY step
            """,
            [account_id],
        )
    ]
