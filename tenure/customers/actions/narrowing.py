"""When accounts and people were seen, after some of what was heard of them turned out not to have happened."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tenure.customers.actions import sql
from tenure.customers.actions.lives import settle_lives
from tenure.customers.types import SubjectKind
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
