"""Writing down what was known before it changes, so that the past can be seen as it was known then.

Everything here is one statement for many; what did not change is not written again.
"""

from collections.abc import Sequence
from datetime import datetime

from tenure.customers.actions import sql
from tenure.customers.types import SubjectKind

_TRAIT = "workspace_id, account_id, person_id, name, value, source, at, learnt_at"
_PLACE = "workspace_id, person_id, account_id, role, since, chosen_at, learnt_at"


def drop_words(kind: SubjectKind, gone: Sequence[tuple[int, str, int]], now: datetime) -> None:
    """Take words (subject, trait, microseconds) out of the history that is known now."""
    if gone:
        sql.run(
            f"""
            WITH gone AS (
                DELETE FROM customers_traitchange c USING unnest(%s::bigint[], %s::text[], %s::bigint[])
                    AS gone (subject, name, at)
                WHERE c.{kind}_id = gone.subject AND c.name = gone.name AND c.at = {sql.moment("gone.at")}
                RETURNING c.*
            )
            INSERT INTO customers_formertrait ({_TRAIT}, unlearnt_at) SELECT {_TRAIT}, %s FROM gone
            """,  # noqa: S608
            [[g[0] for g in gone], [g[1] for g in gone], [g[2] for g in gone], now],
        )


def drop_all_words(people: Sequence[int], accounts: Sequence[int], now: datetime) -> None:
    """Take the whole history of traits of these out of what is known now."""
    sql.run(
        f"""
        WITH gone AS (
            DELETE FROM customers_traitchange WHERE person_id = ANY(%s) OR account_id = ANY(%s) RETURNING *
        )
        INSERT INTO customers_formertrait ({_TRAIT}, unlearnt_at) SELECT {_TRAIT}, %s FROM gone
        """,  # noqa: S608
        [list(people), list(accounts), now],
    )


def drop_places(condition: str, arguments: Sequence[object], now: datetime) -> list[int]:
    """Take people from places (`condition` is SQL over `customers_affiliation`); returns whom."""
    found = sql.rows(
        f"""
        WITH gone AS (DELETE FROM customers_affiliation WHERE {condition} RETURNING *)
        INSERT INTO customers_formerplace ({_PLACE}, left_at) SELECT {_PLACE}, %s FROM gone RETURNING person_id
        """,  # noqa: S608
        [*arguments, now],
    )
    return [person for (person,) in found]


def keep_place(person_id: int, account_id: int, now: datetime) -> None:
    """Keep a place as it was known, before it changes."""
    sql.run(
        f"""
        INSERT INTO customers_formerplace ({_PLACE}, left_at)
        SELECT {_PLACE}, %s FROM customers_affiliation WHERE person_id = %s AND account_id = %s
        """,  # noqa: S608
        [now, person_id, account_id],
    )


def remember_lives(accounts: Sequence[int], now: datetime) -> None:
    """Write down what is known of these accounts' lives, where it is not what was written down last."""
    if accounts:
        sql.run(
            """
            INSERT INTO customers_accountlife
                (workspace_id, account_id, signed_up_at, churned_at, returned_at, trial_ends_at, learnt_at)
            SELECT a.workspace_id, a.id, a.signed_up_at, a.churned_at, a.returned_at, a.trial_ends_at, %s
            FROM customers_account a
            LEFT JOIN LATERAL (
                SELECT * FROM customers_accountlife l WHERE l.account_id = a.id ORDER BY l.id DESC LIMIT 1
            ) last ON true
            WHERE a.id = ANY(%s) AND (
                last.id IS NULL
                OR (a.signed_up_at, a.churned_at, a.returned_at, a.trial_ends_at)
                   IS DISTINCT FROM (last.signed_up_at, last.churned_at, last.returned_at, last.trial_ends_at)
            )
            """,
            [now, list(accounts)],
        )


def remember_owners(accounts: Sequence[int], now: datetime) -> None:
    """Write down who looks after these accounts, where it is not what was written down last."""
    if accounts:
        sql.run(
            """
            INSERT INTO customers_ownerspell (workspace_id, account_id, owner_id, at)
            SELECT a.workspace_id, a.id, a.owner_id, %s FROM customers_account a
            LEFT JOIN LATERAL (
                SELECT owner_id FROM customers_ownerspell o WHERE o.account_id = a.id ORDER BY o.id DESC LIMIT 1
            ) last ON true
            WHERE a.id = ANY(%s) AND a.owner_id IS DISTINCT FROM last.owner_id
            """,
            [now, list(accounts)],
        )
