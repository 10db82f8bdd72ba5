"""When accounts and people were seen, signed up, left and came back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from tenure.customers.actions import sql
from tenure.customers.actions.places import AccountMove
from tenure.customers.actions.remembering import remember_lives
from tenure.customers.actions.traces import Move
from tenure.customers.announcements import AccountChurned, AccountReturned
from tenure.customers.queries.attribution import homes_of
from tenure.customers.rules.identity import home_at
from tenure.customers.rules.lifecycle import TRIAL_BEGAN, TRIAL_ENDS, TRIAL_OVER, Change, kind_of, life, trial_end
from tenure.customers.rules.traits import SIGN_UP_TRAITS, account_columns
from tenure.customers.types import Call, Micros, ReattributionKind, SubjectKind
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce_all

_TOLD_BY_TRAITS = [*SIGN_UP_TRAITS, *TRIAL_BEGAN, *TRIAL_ENDS, *TRIAL_OVER]


class Spans:
    """From when to when subjects were seen; only use moves the end."""

    def __init__(self) -> None:
        self._first: dict[int, Micros] = {}
        self._last: dict[int, Micros] = {}

    def add(self, id_: int, first: Micros, last: Micros | None) -> None:
        """Widen the span of one subject."""
        if id_ not in self._first or first < self._first[id_]:
            self._first[id_] = first
        if last is not None and last > self._last.get(id_, last - 1):
            self._last[id_] = last

    def store(self, kind: SubjectKind) -> list[int]:
        """Widen the stored spans; returns the subjects that may have been seen earlier than was known."""
        if not self._first:
            return []
        ids = list(self._first)
        return [
            id_
            for id_, earlier in sql.rows(
                f"""
                UPDATE customers_{kind} s SET first_seen_at = least(s.first_seen_at, {sql.moment("w.first")}),
                    last_seen_at = greatest(s.last_seen_at, {sql.moment("w.last")})
                FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS w (id, first, last)
                WHERE s.id = w.id AND (s.first_seen_at > {sql.moment("w.first")}
                                       OR coalesce(s.last_seen_at, '-infinity') < {sql.moment("w.last")})
                RETURNING s.id, s.first_seen_at = {sql.moment("w.first")}
                """,  # noqa: S608
                [ids, [self._first[i] for i in ids], [self._last.get(i) for i in ids]],
            )
            if earlier
        ]


@transaction.atomic
def widen_seen(seen: Mapping[int, tuple[datetime | None, datetime | None]]) -> None:
    """Let accounts be seen from the first to the last of these moments at least; the last is of use."""
    workspace_id = tenancy.current_workspace_id()
    sql.lock_identities(workspace_id)
    earlier = [
        id_
        for (id_,) in sql.rows(
            """
            UPDATE customers_account a SET first_seen_at = least(a.first_seen_at, s.first),
                last_seen_at = greatest(a.last_seen_at, s.last)
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS s (id, first, last)
            WHERE a.id = s.id AND (a.first_seen_at > s.first OR coalesce(a.last_seen_at, '-infinity') < s.last)
            RETURNING a.id
            """,
            [list(seen), [first for first, _ in seen.values()], [last for _, last in seen.values()]],
        )
    ]
    announce_all(settle_lives(earlier, workspace_id))


def widen_absorbing(moves: Sequence[Move]) -> None:
    """Count what was seen of a trace for the person it turned out to be."""
    if moves:
        sql.run(
            """
            UPDATE customers_person p SET first_seen_at = least(p.first_seen_at, trace.first),
                last_seen_at = greatest(p.last_seen_at, trace.last)
            FROM (
                SELECT merged_into_id AS id, min(first_seen_at) AS first, max(last_seen_at) AS last
                FROM customers_person WHERE id = ANY(%s) AND merged_into_id IS NOT NULL GROUP BY 1
            ) trace
            WHERE p.id = trace.id
            """,
            [[m.person_id for m in moves]],
        )


def widen_accounts(seen_as: Sequence[tuple[int, int, Micros | None, Micros | None]]) -> list[int]:
    """Count when people were first seen for the accounts they were at then: (account, person, since, until).

    When they were last seen may be by a call that named another account, which is of that one alone. Whoever keeps
    counts of use says when accounts were used last. Returns the accounts seen earlier than was known.
    """
    if not seen_as:
        return []
    return [
        id_
        for (id_,) in sql.rows(
            f"""
            UPDATE customers_account a SET first_seen_at = seen.first
            FROM (
                SELECT w.account AS id, min(p.first_seen_at) AS first
                FROM (
                    SELECT account, person, coalesce({sql.moment("since")}, '-infinity') AS since,
                           coalesce({sql.moment("until")}, 'infinity') AS until
                    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
                         AS w (account, person, since, until)
                ) w
                JOIN customers_person p ON p.id = w.person
                WHERE p.first_seen_at >= w.since AND p.first_seen_at < w.until
                GROUP BY w.account
            ) seen
            WHERE a.id = seen.id AND seen.first < a.first_seen_at RETURNING a.id
            """,  # noqa: S608
            [list(column) for column in zip(*seen_as, strict=True)],
        )
    ]


def store_lifecycle(said: Iterable[tuple[Call, int, int]], workspace_id: int) -> None:
    """Keep what events said about accounts' lives: (call, person, account it named or 0)."""
    known = [(call, kind, person, account) for call, person, account in said if (kind := kind_of(call.event))]
    if known:
        sql.run(
            f"""
            INSERT INTO customers_lifecyclechange (workspace_id, account_id, person_id, kind, event, source, at)
            SELECT %s, nullif(account, 0), nullif(person, 0), kind, event, source, {sql.moment("at")}
            FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[])
                 AS said (account, person, kind, event, source, at)
            ON CONFLICT (workspace_id, kind, at, account_id, person_id) DO NOTHING
            """,  # noqa: S608
            [
                workspace_id,
                [account for *_, account in known],
                [person for _, _, person, _ in known],
                [kind for _, kind, _, _ in known],
                [call.event[:255] for call, *_ in known],
                [call.source[:160] for call, *_ in known],
                [call.first_at for call, *_ in known],
            ],
        )


def accounts_of(people: Iterable[int]) -> list[int]:
    """Return the accounts people are at."""
    ids = sorted(set(people))
    if not ids:
        return []
    found = sql.rows("SELECT DISTINCT account_id FROM customers_affiliation WHERE person_id = ANY(%s)", [ids])
    return [id_ for (id_,) in found]


def _changes_of(ids: Sequence[int]) -> Mapping[int, list[Change]]:
    """Find what was said about the lives of accounts, by name or by people who were at home there at the time."""
    changes: Mapping[int, list[Change]] = defaultdict(list)
    for account, *said in sql.rows(
        """
        SELECT coalesce(a.merged_into_id, a.id), c.kind, c.at, c.event, c.source
        FROM customers_account a JOIN customers_lifecyclechange c ON c.account_id = a.id
        WHERE a.id = ANY(%s) OR a.merged_into_id = ANY(%s)
        """,
        [ids, ids],
    ):
        changes[account].append(Change(*said))
    unnamed = sql.rows(
        f"""
        SELECT coalesce(p.merged_into_id, p.id), {sql.micros("c.at")}, c.kind, c.at, c.event, c.source
        FROM (SELECT DISTINCT person_id AS id FROM customers_affiliation WHERE account_id = ANY(%s)) there
        JOIN customers_person p ON p.id = there.id OR p.merged_into_id = there.id
        JOIN customers_lifecyclechange c ON c.person_id = p.id AND c.account_id IS NULL
        """,  # noqa: S608
        [ids],
    )
    at_home = homes_of({person for person, *_ in unnamed})
    for person, micros, *said in unnamed:
        changes[home_at(at_home.get(person, ()), micros)].append(Change(*said))
    return changes


def settle_lives(accounts: Iterable[int], workspace_id: int) -> list[AccountChurned | AccountReturned]:
    """Work out sign-up, churn and return of these accounts anew; returns what is to be announced."""
    ids = sorted(set(accounts))
    if not ids:
        return []
    changes = _changes_of(ids)
    news: list[AccountChurned | AccountReturned] = []
    settled: list[tuple[int, datetime, datetime | None, datetime | None, datetime | None]] = []
    for id_, said, first_seen, *known in sql.rows(
        """
        SELECT id, (SELECT coalesce(jsonb_object_agg(name, traits->name), '{}')
                    FROM unnest(%s::text[]) AS named (name) WHERE traits ? name)::text,
               first_seen_at, signed_up_at, churned_at, returned_at, trial_ends_at
        FROM customers_account WHERE id = ANY(%s) ORDER BY id
        """,
        [_TOLD_BY_TRAITS, ids],
    ):
        now, traits = life(changes.get(id_, ())), sql.decoded(said)
        signed_up = account_columns(traits).signed_up_at or now.signed_up_at or first_seen
        trial_ends = trial_end(traits, changes.get(id_, ()))
        if [signed_up, now.churned_at, now.returned_at, trial_ends] == known:
            continue
        settled.append((id_, signed_up, now.churned_at, now.returned_at, trial_ends))
        event, source = (now.last.event, now.last.source) if now.last else ("", "")
        if now.churned_at and not known[1]:
            news.append(
                AccountChurned(
                    workspace_id=workspace_id,
                    at=now.churned_at,
                    account_id=id_,
                    churned_at=now.churned_at,
                    event=event,
                    source=source,
                )
            )
        elif now.returned_at and now.returned_at != known[2] and not now.churned_at:
            news.append(
                AccountReturned(
                    workspace_id=workspace_id,
                    at=now.returned_at,
                    account_id=id_,
                    returned_at=now.returned_at,
                    event=event,
                    source=source,
                )
            )
    if settled:
        sql.run(
            """
            UPDATE customers_account a SET signed_up_at = s.signed_up, churned_at = s.churned,
                returned_at = s.returned, trial_ends_at = s.trial_ends
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
                 AS s (id, signed_up, churned, returned, trial_ends)
            WHERE a.id = s.id
            """,
            [list(column) for column in zip(*settled, strict=True)],
        )
        remember_lives([s[0] for s in settled], clock.now())
    return sorted(news, key=lambda a: a.at)


def widen_by_people(accounts: Sequence[int]) -> None:
    """Let accounts be seen as long as those of their people were who are nowhere else: all they did counts there."""
    sql.run(
        """
        UPDATE customers_account a SET first_seen_at = least(a.first_seen_at, seen.first),
            last_seen_at = greatest(a.last_seen_at, seen.last)
        FROM (
            SELECT f.account_id AS id, min(p.first_seen_at) AS first, max(p.last_seen_at) AS last
            FROM customers_affiliation f JOIN customers_person p ON p.id = f.person_id
            WHERE f.account_id = ANY(%s)
              AND NOT EXISTS (
                  SELECT FROM customers_affiliation o WHERE o.person_id = f.person_id AND o.account_id <> f.account_id
              )
            GROUP BY 1
        ) seen
        WHERE a.id = seen.id
        """,
        [list(accounts)],
    )


def store_reattributions(
    moves: Sequence[Move],
    account_moves: Sequence[AccountMove],
    rehomed: Sequence[int],
    workspace_id: int,
    *,
    parted: Sequence[int] = (),
) -> None:
    """Write down, in order, which past use counts elsewhere now, for whoever keeps counts of it."""
    entries = [
        *((ReattributionKind.PERSON, "person", m.person_id, m.after, m.before) for m in moves),
        *((ReattributionKind.ACCOUNT, "account", m.old, m.new, m.old) for m in account_moves),
        *((ReattributionKind.HOME, "person", id_, id_, id_) for id_ in rehomed),
        *((ReattributionKind.SEEN, "account", id_, id_, id_) for id_ in parted),
    ]
    for table in ("person", "account"):
        of_table = [e for e in entries if e[1] == table]
        if of_table:
            sql.run(
                f"""
                INSERT INTO customers_reattribution
                    (workspace_id, kind, old_id, new_id, before_id, first_at, last_at, at)
                SELECT %s, e.kind, e.old, e.new, e.before, s.first_seen_at,
                       coalesce(s.last_seen_at, s.first_seen_at), %s
                FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[]) WITH ORDINALITY
                     AS e (kind, old, new, before, place)
                JOIN customers_{table} s ON s.id = e.old ORDER BY e.place
                """,  # noqa: S608
                [
                    workspace_id,
                    clock.now(),
                    [e[0].value for e in of_table],
                    [e[2] for e in of_table],
                    [e[3] for e in of_table],
                    [e[4] for e in of_table],
                ],
            )
