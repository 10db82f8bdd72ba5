"""Who should look after accounts nobody looks after, and those of members with too many: with the reasons."""

import dataclasses
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.kernel.in_force import NONE
from tenure.touch_models.queries.books import books, member_books, whole_unit
from tenure.touch_models.queries.definitions import models_called
from tenure.touch_models.queries.holding import NO_OWNER, held_accounts
from tenure.touch_models.rules.giving_out import NOBODY, Question, give_out
from tenure.touch_models.types.books import Capacity, Given, GivingOut, MemberBook

MOST = 20_000
OTHER_LANGUAGE, AN_HOUR_APART, LACKS_SKILL, MOVES = 6.0, 0.4, 12.0, 3.0
"""What it costs that they do not share a language, are an hour further apart than two, that a skill is lacking, and
that an account gets another person."""
NEAR_HOURS = 2.0
_KINDS = ("accounts", "mrr", "minutes_a_week")
K = TypeVar("K", bound=Hashable)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Wanting:
    """An account to be given out."""

    id: int
    name: str
    owner_id: int | None
    language: str
    timezone: str
    mrr: float
    minutes: int
    skills: tuple[str, ...]


def propose(*, now: datetime | None = None) -> GivingOut:
    """Propose owners for accounts without one, and relief for members whose bounds are passed; nothing is written.

    Accounts that have churned, and those of pooled books, are left alone. Only members with a line of their own among
    the books are given accounts.
    """
    now = now or clock.now()
    capacities = {c.email: c for c in books().books.members}
    takers = [m for m in member_books(now=now) if m.email in capacities]
    everybody = {m.member_id: m.accounts for m in takers}
    wanting = _wanting(takers, now)
    question = _question(wanting, takers, capacities, now)
    answer = give_out(question)
    after = dict(everybody)
    given = []
    for row, account in enumerate(wanting):
        place = int(answer.choice[row])
        to = takers[place] if place != NOBODY else None
        if to is not None and account.owner_id == to.member_id:
            continue
        if to is None and account.owner_id is not None:
            continue  # better with somebody who has too many than with nobody
        given.append(_given(account, to, capacities, now))
        if account.owner_id in after:
            after[account.owner_id] -= 1
        if to is not None:
            after[to.member_id] += 1
    by_id = {m.member_id: m for m in takers}
    given = [_with_load(each, after, by_id) for each in given]
    return GivingOut(
        given=given,
        unplaced=sum(1 for each in given if each.to_id is None),
        is_best=answer.is_best,
        gap=answer.gap,
        before=everybody,
        after=after,
    )


def _wanting(takers: Sequence[MemberBook], now: datetime) -> list[_Wanting]:
    """Return the accounts to be given out, of which there may be few among many: those that pay most first."""
    held = held_accounts(now)
    full = [m.member_id for m in takers if m.over]
    pooled = held.having({key for pool in books().books.pooled for key in pool.models})
    rows = np.flatnonzero(((held.owners == NO_OWNER) | np.isin(held.owners, full)) & ~pooled)
    rows = rows[np.lexsort((held.ids[rows], -held.mrr[rows]))][:MOST]
    facts = customers.account_facts(["language", "timezone"], held.ids[rows].tolist())
    said = {
        account_id: (name, _language(str(language or "")), str(timezone or ""))
        for account_id, name, language, timezone in zip(
            *(facts[c].to_pylist() for c in ("account_id", "name", "language", "timezone")), strict=True
        )
    }
    by_key = models_called(held.names)
    unit = whole_unit()
    wanting = []
    for row in rows.tolist():
        account_id, place = int(held.ids[row]), int(held.models[row])
        name, language, timezone = said[account_id]
        model = by_key.get(held.names[place]) if place != NONE else None
        wanting.append(
            _Wanting(
                id=account_id,
                name=name or f"#{account_id}",
                owner_id=int(held.owners[row]) or None,
                language=language,
                timezone=timezone,
                mrr=int(held.mrr[row]) / unit,
                minutes=model.minutes_a_week if model else 0,
                skills=model.skills if model else (),
            )
        )
    return wanting


def _question(
    wanting: Sequence[_Wanting],
    takers: Sequence[MemberBook],
    capacities: Mapping[str, Capacity],
    now: datetime,
) -> Question:
    """Say what each fit costs: worked out once for each language, time zone and set of skills."""
    if not wanting or not takers:
        empty = np.zeros((len(takers), 3))
        return Question(
            cost=np.zeros((len(wanting), len(takers))), takes=np.zeros((len(wanting), 3)), room=empty,
            used=empty[:, 0], share=empty[:, 0],
        )  # fmt: skip
    column = [capacities[member.email] for member in takers]
    owners = np.array([w.owner_id or NO_OWNER for w in wanting], np.int64)[:, None]
    cost = (
        _by_kind([w.language for w in wanting], lambda said: [_stranger(said, each) for each in column])
        + _by_kind([w.timezone for w in wanting], lambda said: [_far(said, each, now) for each in column])
        + _by_kind([w.skills for w in wanting], lambda said: [_lacking(said, each) for each in column])
        + MOVES * ((owners != NO_OWNER) & (owners != np.array([m.member_id for m in takers], np.int64)[None, :]))
    )
    takes = np.array([[1.0, w.mrr, float(w.minutes)] for w in wanting])
    unit = whole_unit()
    room, used, share = np.full((len(takers), 3), np.inf), np.zeros(len(takers)), np.zeros(len(takers))
    for n, member in enumerate(takers):
        capacity = column[n]
        leaves = takes[owners[:, 0] == member.member_id].sum(axis=0)
        holds = np.array([member.accounts, member.mrr / unit, member.minutes]) - leaves
        for kind, name in enumerate(_KINDS):
            most = getattr(capacity, name)
            if most is not None:
                room[n, kind] = most - holds[kind]
        full = capacity.accounts or max(1, max((m.accounts for m in takers), default=1), len(wanting))
        used[n], share[n] = holds[0] / full, 1 / full
    return Question(cost=cost, takes=takes, room=room, used=used, share=share)


def _by_kind(said: Sequence[K], row_of: Callable[[K], Sequence[float]]) -> npt.NDArray[np.float64]:
    """Return a row for each account, worked out once for accounts that say the same."""
    kinds = list(dict.fromkeys(said))
    place = {kind: n for n, kind in enumerate(kinds)}
    rows = np.array([row_of(kind) for kind in kinds], np.float64)
    return rows[[place[each] for each in said]]


def _language(said: str) -> str:
    """Return a language without its script or country: zh-TW and zh_Hans are zh, English is en; fil stays fil."""
    code = said.casefold().replace("_", "-").partition("-")[0].strip()
    return code if len(code) <= 3 else code[:2]


def _stranger(language: str, capacity: Capacity) -> float:
    spoken = {_language(each) for each in capacity.languages}
    return OTHER_LANGUAGE if language and spoken and language not in spoken else 0.0


def _far(timezone: str, capacity: Capacity, now: datetime) -> float:
    return AN_HOUR_APART * max(0.0, (hours_apart(timezone, capacity.timezone, now) or 0.0) - NEAR_HOURS)


def _lacking(skills: tuple[str, ...], capacity: Capacity) -> float:
    return LACKS_SKILL * len(set(skills) - set(capacity.skills))


def hours_apart(one: str, other: str, now: datetime) -> float | None:
    """Return how many hours two time zones are apart; None where one is not known."""
    try:
        here, there = (now.astimezone(ZoneInfo(name)).utcoffset() for name in (one, other) if name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    if here is None or there is None:
        return None
    apart = abs((here - there).total_seconds()) / 3_600
    return min(apart, 24 - apart)


def _given(account: _Wanting, to: MemberBook | None, capacities: Mapping[str, Capacity], now: datetime) -> Given:
    capacity = capacities[to.email] if to else None
    spoken = {_language(each) for each in capacity.languages} if capacity else set()
    shares = account.language != "" and account.language in spoken
    return Given(
        account_id=account.id,
        account_name=account.name,
        from_id=account.owner_id,
        to_id=to.member_id if to else None,
        to_name=to.name if to else "",
        speaks=account.language if shares else "",
        hours_apart=hours_apart(account.timezone, capacity.timezone, now) if capacity else None,
        knows=tuple(s for s in account.skills if capacity and s in capacity.skills),
        lacks=tuple(s for s in account.skills if capacity and s not in capacity.skills),
    )


def _with_load(given: Given, after: Mapping[int, int], takers: Mapping[int, MemberBook]) -> Given:
    member = takers.get(given.to_id or 0)
    if member is None:
        return given
    most = member.capacity.accounts if member.capacity else None
    load = f"{after[member.member_id]}/{most}" if most is not None else str(after[member.member_id])
    return dataclasses.replace(given, load=load)
