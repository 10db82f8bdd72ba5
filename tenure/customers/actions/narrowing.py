"""When accounts and people were seen, after what was heard turned out not to have happened, or to be of others."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tenure.customers.actions import sql
from tenure.customers.actions.lives import settle_lives
from tenure.customers.types import Seen, SubjectKind
from tenure.kernel import tenancy
from tenure.kernel.outbox import announce_all


@dataclasses.dataclass(frozen=True, kw_only=True)
class Unseen:
    """What of somebody's use was withdrawn, from when to when, and what is left of it."""

    gone_first: datetime
    gone_last: datetime | None
    left_first: datetime | None
    left_last: datetime | None
    until: datetime | None = None
    """The last moment of everything that was withdrawn: use of theirs may have been counted as late as that."""


@transaction.atomic
def narrow_seen(kind: SubjectKind, unseen: Mapping[int, Unseen]) -> None:
    """Let subjects be seen from and to what is left, where what was withdrawn was the first or the last of it."""
    if not unseen:
        return
    workspace_id = tenancy.current_workspace_id()
    sql.lock_identities(workspace_id)
    said = list(unseen.values())
    sql.run(
        f"""
        UPDATE customers_{kind} s SET
            first_seen_at = CASE WHEN s.first_seen_at = u.gone_first THEN coalesce(
                least(u.left_first, (SELECT min(c.at) FROM customers_traitchange c WHERE c.{kind}_id = s.id)),
                s.first_seen_at
            ) ELSE s.first_seen_at END,
            last_seen_at = CASE
                WHEN s.last_seen_at = u.gone_last THEN u.left_last
                WHEN u.left_last IS NULL AND s.last_seen_at <= u.until THEN NULL
                ELSE s.last_seen_at
            END
        FROM unnest(
            %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[]
        ) AS u (id, gone_first, gone_last, left_first, left_last, until)
        WHERE s.id = u.id
        """,  # noqa: S608
        [
            list(unseen),
            [u.gone_first for u in said],
            [u.gone_last for u in said],
            [u.left_first for u in said],
            [u.left_last for u in said],
            [u.until for u in said],
        ],
    )
    if kind == "account":
        announce_all(settle_lives(unseen, workspace_id))


@transaction.atomic
def see_accounts(
    known: Mapping[int, Seen], *, first: Mapping[int, datetime], used: Mapping[int, datetime | None]
) -> None:
    """Let accounts be first seen or used last just then, where that is still as was `known` when it was looked up.

    What else was said of an account before something was first heard of it stays the first of it.
    """
    changed = [id_ for id_ in known if used.get(id_, known[id_].last) != known[id_].last]
    later = [id_ for id_, at in first.items() if at > known[id_].first]
    if not changed and not later:
        return
    workspace_id = tenancy.current_workspace_id()
    sql.lock_identities(workspace_id)
    sql.run(
        """
        UPDATE customers_account a SET last_seen_at = s.used
        FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS s (id, was, used)
        WHERE a.id = s.id AND a.last_seen_at IS NOT DISTINCT FROM s.was
        """,
        [changed, [known[id_].last for id_ in changed], [used[id_] for id_ in changed]],
    )
    moved = sql.rows(
        """
        UPDATE customers_account a SET first_seen_at = s.first
        FROM (
            SELECT s.id, s.was, least(
                s.first,
                (SELECT min(c.at) FROM customers_traitchange c WHERE c.account_id = s.id AND c.person_id IS NULL),
                (SELECT min(f.since) FROM customers_affiliation f WHERE f.account_id = s.id)
            ) AS first
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS s (id, was, first)
        ) s
        WHERE a.id = s.id AND a.first_seen_at = s.was AND s.first > s.was RETURNING a.id
        """,
        [later, [known[id_].first for id_ in later], [first[id_] for id_ in later]],
    )
    announce_all(settle_lives([id_ for (id_,) in moved], workspace_id))
