"""What was known at a moment of what accounts had: as it was said then, or as everything said until later tells it."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pyarrow as pa

from tenure.billing.queries.choices import LedgerChoices, ledger_choices
from tenure.billing.queries.months import rows
from tenure.billing.rules import ledger, standing
from tenure.billing.rules.ledger import Course
from tenure.billing.rules.present import present
from tenure.billing.types import SubscriptionState
from tenure.kernel import tenancy
from tenure.kernel.as_of import AsOf

_MOMENT = pa.timestamp("us", tz="UTC")
LEDGERS = pa.schema(
    [
        ("account_id", pa.int64()),
        ("status", pa.string()),
        ("mrr", pa.int64()),
        ("plan", pa.string()),
        ("seats", pa.int64()),
        ("renews_at", _MOMENT),
        ("renewal", pa.int64()),
        ("ends_at", _MOMENT),
        ("list_mrr", pa.int64()),
        ("discount_ends_at", _MOMENT),
    ]
)
_AT_ONCE = 5_000
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_read = msgspec.json.Decoder(SubscriptionState)


def ledgers_as_of(as_of: AsOf, account_ids: Collection[int] | None = None) -> pa.Table:
    """Return what was known of the subscriptions of accounts at a moment: `LEDGERS`, in the order of the ids.

    As known then: one statement over what the ledger said of each account. As known later: worked out anew from every
    state that had been told by then, in force at that moment (about 0.3 ms of processor time an account). MRR is in
    minor units of the workspace's currency, at the rates of today.
    """
    wanted = None if account_ids is None else sorted(set(account_ids))
    if as_of.is_then:
        return _table(_said_then(as_of.at, wanted))
    return _table(_worked_out(as_of.at, as_of.known_at, wanted, foreseen=_NEVER))


def ledgers_as_told(at: datetime, account_ids: Collection[int] | None = None) -> pa.Table:
    """Return how accounts stood by what their providers had said up to a moment, whenever that reached us: `LEDGERS`.

    So an imported history can be read as its provider saw it: unlike what is known now, without ends that were told
    later.
    """
    wanted = None if account_ids is None else sorted(set(account_ids))
    return _table(_worked_out(at, _NEVER, wanted, foreseen=at))


def _table(rows_: Iterable[tuple[Any, ...]]) -> pa.Table:
    found = list(rows_)
    columns = [list(column) for column in zip(*found, strict=True)] or [[] for _ in LEDGERS.names]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, LEDGERS, strict=True)], schema=LEDGERS)


def _said_then(at: datetime, wanted: list[int] | None) -> list[tuple[Any, ...]]:
    return rows(
        """
        SELECT DISTINCT ON (account_id) account_id, status, mrr, plan, seats, renews_at, renewal, ends_at,
               list_mrr, discount_ends_at
        FROM billing_ledgerthen
        WHERE workspace_id = %s AND learnt_at <= %s AND (%s::bigint[] IS NULL OR account_id = ANY(%s))
        ORDER BY account_id, id DESC
        """,
        [tenancy.current_workspace_id(), at, wanted, wanted],
    )


def _worked_out(
    at: datetime, known_at: datetime, wanted: list[int] | None, *, foreseen: datetime
) -> Iterator[tuple[Any, ...]]:
    workspace_id, choices, after = tenancy.current_workspace_id(), ledger_choices(), 0
    while True:
        some = rows(
            """
            SELECT DISTINCT account_id FROM billing_subscription
            WHERE workspace_id = %s AND account_id > %s AND (%s::bigint[] IS NULL OR account_id = ANY(%s))
            ORDER BY account_id LIMIT %s
            """,
            [workspace_id, after, wanted, wanted, _AT_ONCE],
        )
        if not some:
            return
        after = some[-1][0]
        found = rows(
            """
            SELECT s.account_id, s.id, st.content::text
            FROM billing_subscription s JOIN billing_recordedstate st ON st.subscription_id = s.id
            WHERE s.workspace_id = %s AND s.account_id = ANY(%s) AND st.recorded_at <= %s AND st.as_of <= %s
            ORDER BY s.account_id, s.id
            """,
            [workspace_id, [account for (account,) in some], known_at, foreseen],
        )
        for account_id, of_account in itertools.groupby(found, key=lambda r: r[0]):
            told = [
                [_read.decode(content) for *_, content in of_one]
                for _, of_one in itertools.groupby(of_account, key=lambda r: r[1])
            ]
            row = _stood(account_id, told, choices, at)
            if row is not None:
                yield row


def _stood(
    account_id: int, told: Sequence[Sequence[SubscriptionState]], choices: LedgerChoices, at: datetime
) -> tuple[Any, ...] | None:
    courses: list[tuple[Course, SubscriptionState]] = []
    for number, unordered in enumerate(told):
        states = standing.in_order(unordered)
        stretches = standing.stretches(states, choices.recognition)
        if stretches and stretches[0].at <= at:
            last = [s for s in states if s.as_of <= at] or states[:1]
            course = Course(
                subscription_id=number, currency=states[-1].currency, source=states[-1].source, stretches=stretches
            )
            courses.append((course, last[-1]))
    if not courses:
        return None
    taken = ledger.snapshots([course for course, _ in courses], choices.rates, at)
    here = present(courses, at)
    mrr = taken[-1][1].mrr if taken else 0
    return (
        account_id, here.status.value, mrr, here.plan[:255], here.seats, here.renews_at, here.renewal, here.ends_at,
        ledger.list_mrr([course for course, _ in courses], choices.rates, at), here.discount_ends_at,
    )  # fmt: skip
