"""A workspace whose accounts use the product: made customers by real calls, use laid into the lake's rollups."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa

from tenure.activity.rules import TERMS
from tenure.customers.actions import resolve_calls
from tenure.customers.models import Account, Affiliation
from tenure.customers.types import Call, CallKind
from tenure.kernel import tenancy
from tenure.lake import engine, tables
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, PERSON_DAY, SESSION_DAY

AS_OF = date(2026, 6, 16)
NIGHT = datetime(2026, 6, 17, 2, tzinfo=UTC)
"""When AS_OF is over."""
TEAM = 6
DAYS = TERMS.days + 4
WEEK = np.array([0.8, 0.85, 0.9, 0.85, 0.7, 0.1, 0.05])

Chance = Callable[[int, int, date], float]
"""How much of the usual chance to be active somebody has: of an account, a person (0 …), on a day."""


def micros(day: date) -> int:
    return int(datetime.combine(day, datetime.min.time(), UTC).timestamp() * 1_000_000)


def given_accounts(names: list[str], time_zone: str = "") -> dict[str, Account]:
    """Make accounts of six people each, whose devices may say where they are."""
    first = micros(AS_OF - timedelta(days=DAYS))
    resolve_calls(
        [
            Call(
                kind=CallKind.GROUP,
                user_id=f"{name}-{n}",
                anonymous_id=None,
                group_id=name,
                first_at=first,
                last_at=first,
                source="sdk",
                traits={"name": name.title()},
            )
            for name in names
            for n in range(TEAM)
        ]
        + [
            Call(
                kind=CallKind.IDENTIFY,
                user_id=f"{name}-{n}",
                anonymous_id=None,
                group_id=None,
                first_at=first,
                last_at=first,
                source="sdk",
                traits={"timezone": time_zone},
            )
            for name in names
            for n in range(TEAM)
            if time_zone
        ]
    )
    return {account.external_id: account for account in Account.objects.filter(external_id__in=names)}


def people_of(account: Account) -> list[int]:
    return list(Affiliation.objects.filter(account=account).order_by("person_id").values_list("person_id", flat=True))


def given_use(
    accounts: dict[str, Account],
    chance: dict[str, Callable[[int, date], float]] | None = None,
    *,
    until: date = AS_OF,
    days: int = DAYS,
    seed: int = 7,
    everybody: Callable[[date], float] = lambda day: 1.0,
    event: Callable[[str, date], str] = lambda name, day: "Opened",
) -> None:
    """Lay use into the lake: everybody on most weekdays; `chance` (person, day) scales it for an account by name."""
    rng = np.random.default_rng(seed)
    people_rows, account_rows = [], []
    for name, account in accounts.items():
        team = people_of(account)
        scale = (chance or {}).get(name, lambda person, day: 1.0)
        for back in range(days - 1, -1, -1):
            day = until - timedelta(days=back)
            drawn = rng.random(len(team))
            active = [
                person
                for n, person in enumerate(team)
                if drawn[n] < WEEK[day.weekday()] * scale(n, day) * everybody(day)
            ]
            events = 0
            for person in active:
                n = int(1 + rng.poisson(4))
                events += n
                moment = datetime.combine(day, datetime.min.time(), UTC)
                people_rows.append((account.pk, person, event(name, day), n, moment, moment, day))
            if active:
                account_rows.append((account.pk, events, len(active), day))
    workspace_id = tenancy.current_workspace_id()
    for table, rows in ((PERSON_DAY, people_rows), (ACCOUNT_DAY, account_rows)):
        columns = [pa.array(c, table.schema.field(i).type) for i, c in enumerate(zip(*rows, strict=True))]
        wanted = {row[-1] for row in rows}
        tables.replace_days(workspace_id, table, wanted, pa.table(columns, schema=table.schema))


def since(day: date, left: float) -> Callable[[int, date], float]:
    """Everybody comes less from a day on."""
    return lambda person, d: left if d >= day else 1.0


def stopped(day: date, people: int) -> Callable[[int, date], float]:
    """So many people stop from a day on."""
    return lambda person, d: 0.0 if d >= day and person < people else 1.0


def given_sessions(
    accounts: dict[str, Account], minutes: dict[str, Callable[[date], float]], *, until: date = AS_OF, days: int = DAYS
) -> None:
    """Lay half an hour a day of whoever was active into the lake; `minutes` scales it for an account by name."""
    workspace_id = tenancy.current_workspace_id()
    wanted = [until - timedelta(days=n) for n in range(days)]
    name_of = {account.pk: name for name, account in accounts.items()}
    found = engine.run(engine.read(workspace_id, PERSON_DAY, wanted)).to_pylist()
    rows = [
        {
            "account_id": r["account_id"],
            "person_id": r["person_id"],
            "events": r["n"],
            "sessions": 1,
            "seconds": round(1_800 * minutes.get(name_of[r["account_id"]], lambda day: 1.0)(r["dt"])),
            "first_ts": r["first_ts"],
            "last_ts": r["last_ts"],
            "dt": r["dt"],
        }
        for r in found
    ]
    tables.replace_days(workspace_id, SESSION_DAY, set(wanted), pa.Table.from_pylist(rows, schema=SESSION_DAY.schema))


def given_raw_events(received: Callable[[int, date], timedelta] = lambda account_id, day: timedelta(minutes=1)) -> None:
    """Lay the raw events that the use by person and day was counted from into the lake; `received` says how late."""
    workspace_id = tenancy.current_workspace_id()
    rows = [
        {
            "message_id": f"{n}-{k}",
            "person_id": r["person_id"],
            "account_id": r["account_id"],
            "account_named": True,
            "type": "track",
            "event": r["event"],
            "ts": r["first_ts"],
            "received_at": r["first_ts"] + received(r["account_id"], r["dt"]),
            "source": "sdk",
            "properties": "{}",
            "context": "{}",
            "dt": r["dt"],
        }
        for n, r in enumerate(engine.run(engine.read(workspace_id, PERSON_DAY)).to_pylist())
        for k in range(r["n"])
    ]
    tables.append(workspace_id, EVENTS, pa.Table.from_pylist(rows, schema=EVENTS.schema))
