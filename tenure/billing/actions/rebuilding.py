"""Working ledgers out, many accounts at once: read everything said, apply the rules, store what differs."""

import dataclasses
import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from tenure.billing.actions import sql
from tenure.billing.actions.telling import Tidings, marked, tell
from tenure.billing.queries.choices import LedgerChoices, ledger_choices
from tenure.billing.rules import ledger, standing
from tenure.billing.rules.ledger import Course
from tenure.billing.rules.present import Present, next_change, present
from tenure.billing.rules.telling import facts, lives
from tenure.billing.types import TRAITS_BILLED, Movement, Status, SubscriptionState
from tenure.customers import queries as customers
from tenure.customers.actions import set_traits_of_accounts
from tenure.customers.actions.billed import set_billed_lives
from tenure.kernel import clock, tenancy
from tenure.kernel.money import in_units

AT_ONCE = 2_000
_A_LITTLE = timedelta(microseconds=1)
_read = msgspec.json.Decoder(SubscriptionState)


class Worked(NamedTuple):
    """The ledger of one account, worked out."""

    account_id: int
    movements: list[Movement]
    tidings: Tidings
    lives: list[tuple[datetime, bool]]
    present: Present
    mrr: int
    list_mrr: int
    by_currency: Mapping[str, int]
    due_at: datetime | None


def rebuild(account_ids: Iterable[int], workspace_id: int, *, quiet: frozenset[int] = frozenset()) -> int:
    """Work the ledgers of these accounts out anew; returns how many. The caller holds the billing lock.

    Nothing is told of accounts that are `quiet`: what changes there is how we count, not what happened.
    """
    ids = sorted(set(account_ids))
    choices = ledger_choices()
    now = clock.now()
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        worked = [_worked_out(account, said, choices, now) for account, said in _said_of(some, workspace_id)]
        _forget(set(some) - {w.account_id for w in worked})
        _store_movements(worked, workspace_id)
        _store_present(worked, choices, workspace_id, now)
        tell([w.tidings for w in worked], workspace_id, now - choices.window, quiet=quiet, currency=choices.currency)
    return len(ids)


def marks_that_hold(account_ids: Iterable[int], workspace_id: int) -> set[tuple[int, str]]:
    """Return the marks of everything there is to tell of these accounts: (account, mark)."""
    choices, now = ledger_choices(), clock.now()
    said = _said_of(sorted(set(account_ids)), workspace_id)
    worked = [_worked_out(account, told, choices, now) for account, told in said]
    return {(w.account_id, mark) for w in worked for mark, _ in marked(w.tidings, workspace_id, now, choices.currency)}


def _said_of(ids: Sequence[int], workspace_id: int) -> Iterator[tuple[int, list[tuple[int, list[SubscriptionState]]]]]:
    """Yield each account with its subscriptions and all that was said of them."""
    found = sql.rows(
        """
        SELECT s.account_id, s.id, st.content::text
        FROM billing_subscription s JOIN billing_recordedstate st ON st.subscription_id = s.id
        WHERE s.workspace_id = %s AND s.account_id = ANY(%s) ORDER BY s.account_id, s.id
        """,
        [workspace_id, list(ids)],
    )
    names = _plan_names(workspace_id)
    for account_id, of_account in itertools.groupby(found, key=lambda r: r[0]):
        yield (
            account_id,
            [
                (subscription_id, [_named(_read.decode(content), names) for *_, content in of_subscription])
                for subscription_id, of_subscription in itertools.groupby(of_account, key=lambda r: r[1])
            ],
        )


def _plan_names(workspace_id: int) -> dict[tuple[str, str], str]:
    found = sql.rows("SELECT source, external_id, name FROM billing_plan WHERE workspace_id = %s", [workspace_id])
    return {(source, external_id): name for source, external_id, name in found}


def _named(state: SubscriptionState, names: Mapping[tuple[str, str], str]) -> SubscriptionState:
    """Call plans by the names their provider gave them elsewhere, where the state itself has only ids."""
    if not names or all(item.plan_name for item in state.items):
        return state
    items = [
        item if item.plan_name else dataclasses.replace(item, plan_name=names.get((state.source, item.plan), ""))
        for item in state.items
    ]
    return dataclasses.replace(state, items=tuple(items))


def _worked_out(
    account_id: int,
    said: Sequence[tuple[int, list[SubscriptionState]]],
    choices: LedgerChoices,
    now: datetime,
) -> Worked:
    courses: list[Course] = []
    newest: list[SubscriptionState] = []
    for subscription_id, unordered in said:
        states = standing.in_order(unordered)
        newest.append(states[-1])
        stretches = standing.stretches(states, choices.recognition)
        courses.append(
            Course(
                subscription_id=subscription_id,
                currency=states[-1].currency,
                source=states[-1].source,
                stretches=stretches,
            )
        )
    taken = ledger.snapshots(courses, choices.rates, now)
    moved = ledger.movements(account_id, taken, choices.window)
    here = present(list(zip(courses, newest, strict=True)), now)
    tidings = Tidings(account_id, facts(courses, taken, now, choices.window, choices.rates), moved, here.source)
    last = taken[-1][1] if taken else ledger.NOTHING
    due = [next_change(courses, now), here.renews_at, tidings.next_settled(now, choices.window)]
    return Worked(
        account_id=account_id,
        movements=moved,
        tidings=tidings,
        lives=lives(taken, choices.window),
        present=here,
        mrr=last.mrr,
        list_mrr=ledger.list_mrr(courses, choices.rates, now),
        by_currency=last.by_currency,
        due_at=min((d for d in due if d is not None), default=None),
    )


def _forget(ids: Iterable[int]) -> None:
    """Drop the ledgers of accounts that no longer have any subscription."""
    left = sql.rows("DELETE FROM billing_ledgeraccount WHERE account_id = ANY(%s) RETURNING account_id", [list(ids)])
    if left:
        gone = [account for (account,) in left]
        sql.run("DELETE FROM billing_ledgermovement WHERE account_id = ANY(%s)", [gone])
        set_billed_lives({account: [] for account in gone})
        apart = set(gone) - set(customers.merged_accounts(gone))
        set_traits_of_accounts({account: dict.fromkeys(TRAITS_BILLED) for account in apart}, source="billing")
        _remember([(account, Status.CANCELLED.value, 0, "", None, None, None, None, 0, None) for account in gone])


def _store_movements(worked: Sequence[Worked], workspace_id: int) -> None:
    """Write the movements of accounts whose ledger differs from what is stored."""
    stored: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for account_id, *rest in sql.rows(
        """
        SELECT account_id, at, kind, amount, mrr_after, by_currency::text, plan_from, plan_to, direction
        FROM billing_ledgermovement WHERE account_id = ANY(%s) ORDER BY account_id, at
        """,
        [[w.account_id for w in worked]],
    ):
        rest[4] = json.loads(rest[4])
        stored[account_id].append(tuple(rest))
    differ = [(w.account_id, rows) for w in worked if (rows := _rows(w.movements)) != stored[w.account_id]]
    if not differ:
        return
    sql.run("DELETE FROM billing_ledgermovement WHERE account_id = ANY(%s)", [[account for account, _ in differ]])
    entries = [(account, *row[:4], json.dumps(row[4]), *row[5:]) for account, rows in differ for row in rows]
    sql.run(
        """
        INSERT INTO billing_ledgermovement
            (workspace_id, account_id, at, kind, amount, mrr_after, by_currency, plan_from, plan_to, direction)
        SELECT %s, account, at, kind, amount, after, by_currency::jsonb, plan_from, plan_to, direction
        FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],
                    %s::text[], %s::text[])
             AS m (account, at, kind, amount, after, by_currency, plan_from, plan_to, direction)
        """,
        [workspace_id, *sql.columns(entries, 9)],
    )


def _rows(movements: Sequence[Movement]) -> list[tuple[Any, ...]]:
    return [
        (
            m.at,
            m.kind.value,
            m.amount,
            m.mrr_after,
            {currency: list(change) for currency, change in m.by_currency.items()},
            m.plan_from[:255],
            m.plan_to[:255],
            m.direction.value if m.direction else "",
        )
        for m in movements
    ]


def _store_present(worked: Sequence[Worked], choices: LedgerChoices, workspace_id: int, now: datetime) -> None:
    """Keep what each account has now, and let customers know where that is news."""
    stored = {
        account_id: tuple(rest)
        for account_id, *rest in sql.rows(
            """
            SELECT account_id, worked_out_at, status, mrr, plan, seats, renews_at, renewal, ends_at, list_mrr,
                   discount_ends_at, lives::text
            FROM billing_ledgeraccount WHERE account_id = ANY(%s)
            """,
            [[w.account_id for w in worked]],
        )
    }
    # Of traits said at one moment the greater wins, so what is worked out again at once is said a little later.
    now = max([now, *(before + _A_LITTLE for before, *_ in stored.values())])
    entries = [(w.account_id, *_kept(w), json.dumps(w.by_currency), w.due_at) for w in worked]
    sql.run(
        """
        INSERT INTO billing_ledgeraccount (workspace_id, account_id, status, mrr, plan, seats, renews_at, renewal,
                                           ends_at, list_mrr, discount_ends_at, lives, by_currency, due_at,
                                           worked_out_at, is_restated)
        SELECT %s, account, status, mrr, plan, seats, renews_at, renewal, ends_at, list_mrr, discount_ends_at,
               lives::jsonb, by_currency::jsonb, due_at, %s, false
        FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::bigint[], %s::timestamptz[], %s::bigint[],
                    %s::timestamptz[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::timestamptz[])
             AS w (account, status, mrr, plan, seats, renews_at, renewal, ends_at, list_mrr, discount_ends_at, lives,
                   by_currency, due_at)
        ON CONFLICT (account_id) DO UPDATE SET status = EXCLUDED.status, mrr = EXCLUDED.mrr, plan = EXCLUDED.plan,
            seats = EXCLUDED.seats, renews_at = EXCLUDED.renews_at, renewal = EXCLUDED.renewal,
            ends_at = EXCLUDED.ends_at, list_mrr = EXCLUDED.list_mrr,
            discount_ends_at = EXCLUDED.discount_ends_at, lives = EXCLUDED.lives, by_currency = EXCLUDED.by_currency,
            due_at = EXCLUDED.due_at, worked_out_at = EXCLUDED.worked_out_at, is_restated = false
        """,
        [workspace_id, now, *sql.columns(entries, 13)],
    )
    _remember([(w.account_id, *_kept(w)[:-1]) for w in worked if _differs(stored, w)])
    set_billed_lives({w.account_id: w.lives for w in worked if _lives_stored(stored, w) != _lives(w)})
    news: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for w in worked:
        if _differs(stored, w):
            news[w.present.source][w.account_id] = _traits(w, choices.currency)
    for source, traits in news.items():
        set_traits_of_accounts(traits, source=f"billing {source}".strip(), at=now)


def _differs(stored: Mapping[int, tuple[Any, ...]], w: Worked) -> bool:
    return w.account_id not in stored or stored[w.account_id][1:-1] != _kept(w)[:-1]


def _remember(left: Sequence[tuple[Any, ...]]) -> None:
    """Write down how ledgers are left, for whoever asks later what was known now."""
    if left:
        sql.run(
            """
            INSERT INTO billing_ledgerthen
                (workspace_id, learnt_at, account_id, status, mrr, plan, seats, renews_at, renewal, ends_at, list_mrr,
                 discount_ends_at)
            SELECT %s, %s, * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::bigint[],
                                         %s::timestamptz[], %s::bigint[], %s::timestamptz[], %s::bigint[],
                                         %s::timestamptz[])
            """,
            [tenancy.current_workspace_id(), clock.now(), *sql.columns(left, 10)],
        )


def _kept(w: Worked) -> tuple[Any, ...]:
    here = w.present
    return (
        here.status.value, w.mrr, here.plan[:255], here.seats, here.renews_at, here.renewal, here.ends_at,
        w.list_mrr, here.discount_ends_at, json.dumps(_lives(w)),
    )  # fmt: skip


def _lives(w: Worked) -> list[list[Any]]:
    return [[at.isoformat(), began] for at, began in w.lives]


def _lives_stored(stored: Mapping[int, tuple[Any, ...]], w: Worked) -> list[list[Any]]:
    return json.loads(stored[w.account_id][-1]) if w.account_id in stored else []


def _traits(w: Worked, currency: str) -> dict[str, Any]:
    here = w.present
    return {
        "plan": here.plan or None,
        "mrr": _as_trait(w.mrr, currency),
        "currency": currency,
        "seats": here.seats,
        "renews_at": here.renews_at.isoformat() if here.renews_at else None,
        "subscription_ends_at": here.ends_at.isoformat() if here.ends_at else None,
        "subscription_status": here.status.value,
    }


def _as_trait(amount: int, currency: str) -> int | float:
    """Write money as a number in whole units, as products do in traits; JSON has no other numbers than these."""
    units = in_units(amount, currency)
    return int(units) if units == units.to_integral_value() else float(units)
