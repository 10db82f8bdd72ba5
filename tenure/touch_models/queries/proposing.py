"""Who should look after accounts nobody looks after, and those of members with too many: with the reasons."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.touch_models.models import Standing
from tenure.touch_models.queries.books import books, member_books, whole_unit
from tenure.touch_models.queries.definitions import definition, has_models
from tenure.touch_models.rules.giving_out import NOBODY, Question, give_out
from tenure.touch_models.types.books import Capacity, Given, GivingOut, MemberBook

MOST = 20_000
OTHER_LANGUAGE, AN_HOUR_APART, LACKS_SKILL, MOVES = 6.0, 0.4, 12.0, 3.0
"""What it costs that they do not share a language, are an hour further apart than two, that a skill is lacking, and
that an account gets another person."""
NEAR_HOURS = 2.0
_KINDS = ("accounts", "mrr", "minutes_a_week")


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
    movable = [w for w in wanting if w.owner_id is not None]
    question = _question(wanting, takers, capacities, movable, now)
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
    given = [_with_load(each, after, takers) for each in given]
    return GivingOut(
        given=given,
        unplaced=sum(1 for each in given if each.to_id is None),
        is_best=answer.is_best,
        gap=answer.gap,
        before=everybody,
        after=after,
    )


def _wanting(takers: Sequence[MemberBook], now: datetime) -> list[_Wanting]:
    pooled = {key for pool in books().books.pooled for key in pool.models}
    full = {m.member_id for m in takers if m.over}
    models = dict(Standing.objects.filter(left_at=None).values_list("account_id", "model")) if has_models() else {}
    by_key = {m.key: m for m in definition().definition.models} if models else {}
    facts = customers.account_facts(["language", "timezone"])
    pays = {each.account_id: each.mrr / whole_unit() for each in billing.accounts_paying(now)}
    found = []
    columns = ("account_id", "name", "owner_id", "language", "timezone", "churned_at")
    for account_id, name, owner, language, timezone, churned in zip(
        *(facts[c].to_pylist() for c in columns), strict=True
    ):
        model = by_key.get(models.get(account_id, ""))
        if churned is not None or (model is not None and model.key in pooled):
            continue
        if owner is not None and owner not in full:
            continue
        found.append(
            _Wanting(
                id=account_id,
                name=name or f"#{account_id}",
                owner_id=owner,
                language=str(language or "").casefold()[:2],
                timezone=str(timezone or ""),
                mrr=pays.get(account_id, 0.0),
                minutes=model.minutes_a_week if model else 0,
                skills=model.skills if model else (),
            )
        )
    return sorted(found, key=lambda w: (-w.mrr, w.id))[:MOST]


def _question(
    wanting: Sequence[_Wanting],
    takers: Sequence[MemberBook],
    capacities: Mapping[str, Capacity],
    movable: Sequence[_Wanting],
    now: datetime,
) -> Question:
    cost = np.zeros((len(wanting), len(takers)))
    between = cache(partial(hours_apart, now=now))  # many accounts, few time zones
    for row, account in enumerate(wanting):
        for column, member in enumerate(takers):
            capacity = capacities[member.email]
            apart = between(account.timezone, capacity.timezone)
            cost[row, column] = (
                (OTHER_LANGUAGE if _strangers(account, capacity) else 0.0)
                + AN_HOUR_APART * max(0.0, (apart or 0.0) - NEAR_HOURS)
                + LACKS_SKILL * len(set(account.skills) - set(capacity.skills))
                + (MOVES if account.owner_id not in (None, member.member_id) else 0.0)
            )
    takes = np.array([[1.0, w.mrr, float(w.minutes)] for w in wanting]).reshape(-1, 3)
    unit = whole_unit()
    room, used, share = np.full((len(takers), 3), np.inf), np.zeros(len(takers)), np.zeros(len(takers))
    for column, member in enumerate(takers):
        capacity = capacities[member.email]
        leaves = [w for w in movable if w.owner_id == member.member_id]
        holds = (
            member.accounts - len(leaves),
            member.mrr / unit - sum(w.mrr for w in leaves),
            member.minutes - sum(w.minutes for w in leaves),
        )
        for kind, name in enumerate(_KINDS):
            most = getattr(capacity, name)
            if most is not None:
                room[column, kind] = most - holds[kind]
        full = capacity.accounts or max(1, max((m.accounts for m in takers), default=1), len(wanting))
        used[column], share[column] = holds[0] / full, 1 / full
    return Question(cost=cost, takes=takes, room=room, used=used, share=share)


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


def _strangers(account: _Wanting, capacity: Capacity) -> bool:
    return bool(account.language and capacity.languages) and account.language not in capacity.languages


def _given(account: _Wanting, to: MemberBook | None, capacities: Mapping[str, Capacity], now: datetime) -> Given:
    capacity = capacities[to.email] if to else None
    shares = capacity is not None and account.language != "" and account.language in capacity.languages
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


def _with_load(given: Given, after: Mapping[int, int], takers: Sequence[MemberBook]) -> Given:
    member = next((m for m in takers if m.member_id == given.to_id), None)
    if member is None:
        return given
    most = member.capacity.accounts if member.capacity else None
    load = f"{after[member.member_id]}/{most}" if most is not None else str(after[member.member_id])
    return dataclasses.replace(given, load=load)
