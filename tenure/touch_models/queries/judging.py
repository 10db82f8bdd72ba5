"""Who changes to which model: the conditions of every version that accounts live by, in one pass."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from tenure.segments.queries.matching import Matches, matching_each
from tenure.segments.types import Subject
from tenure.segments.types.conditions import AnyOf, Churned, Condition
from tenure.touch_models.models import Lock, Standing
from tenure.touch_models.rules.assigning import NONE, assign
from tenure.touch_models.types import Definition

Ids = npt.NDArray[np.int64]
_EVERYBODY, _GONE = -1, -2
_ANYBODY: Condition = AnyOf(conditions=(Churned(value=True), Churned(value=False)))
_PLACES = 1_000
"""Keys of conditions: a thousand for each version, two for each model."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Going:
    """One account that gets another model."""

    account_id: int
    model: str
    came_from: str
    standing_id: int | None
    lives_by: int
    is_locked: bool


@dataclasses.dataclass(frozen=True)
class _Now:
    """An account's model as it is: whose row, which model, since when, by which version."""

    pk: int
    model: str
    since: datetime
    lives_by: int


def judge(
    definitions: Mapping[int, Definition], latest: int, *, now: datetime, ids: Sequence[int] | None = None
) -> list[Going]:
    """Return the accounts (of all, or of some) whose model is another now, by id; raises `CannotCompute`.

    An account that has churned keeps the model it had; one with a lock has the model it says.
    """
    matches = _matches(definitions, now, ids)
    everybody = matches.ids(_EVERYBODY)
    gone = np.isin(everybody, matches.ids(_GONE), assume_unique=True)
    has = _standings(ids)
    locks = dict(Lock.objects.filter(ended_at=None).values_list("account_id", "model"))
    lives_by = np.array([has[a].lives_by if a in has else latest for a in everybody.tolist()], np.int64)
    lives_by[~np.isin(lives_by, list(definitions))] = latest
    going = []
    for version in np.unique(lives_by).tolist():
        definition = definitions[version]
        rows = np.flatnonzero(lives_by == version)
        mine = everybody[rows]
        before, held = _held(definition, mine, has, now)
        after = assign(definition, before, held, *_truths(version, definition, matches, mine))
        for row, place in zip(rows.tolist(), after.tolist(), strict=True):
            account_id = int(everybody[row])
            one = has.get(account_id)
            model = locks.get(account_id) or definition.models[place].key
            if one is not None and (one.model == model or (gone[row] and account_id not in locks)):
                continue
            going.append(
                Going(
                    account_id=account_id,
                    model=model,
                    came_from=one.model if one else "",
                    standing_id=one.pk if one else None,
                    lives_by=version,
                    is_locked=account_id in locks,
                )
            )
    return sorted(going, key=lambda g: g.account_id)


def _matches(definitions: Mapping[int, Definition], now: datetime, ids: Sequence[int] | None) -> Matches:
    conditions: dict[int, Condition] = {_EVERYBODY: _ANYBODY, _GONE: Churned(value=True)}
    for version, definition in definitions.items():
        for n, model in enumerate(definition.models):
            if model.enters is not None:
                conditions[version * _PLACES + 2 * n] = model.enters
            if model.stays is not None:
                conditions[version * _PLACES + 2 * n + 1] = model.stays
    return matching_each(conditions, Subject.ACCOUNT, ids, now=now)


def _truths(
    version: int, definition: Definition, matches: Matches, ids: Ids
) -> tuple[dict[int, npt.NDArray[np.bool_]], dict[int, npt.NDArray[np.bool_]]]:
    def of(key: int) -> npt.NDArray[np.bool_]:
        return np.isin(ids, matches.ids(key), assume_unique=True)

    enters = {n: of(version * _PLACES + 2 * n) for n, m in enumerate(definition.models) if m.enters is not None}
    stays = {n: of(version * _PLACES + 2 * n + 1) for n, m in enumerate(definition.models) if m.stays is not None}
    return enters, stays


def _standings(ids: Sequence[int] | None) -> dict[int, _Now]:
    found = Standing.objects.filter(left_at=None)
    if ids is not None:
        found = found.filter(account__in=ids)
    rows = found.values_list("account_id", "pk", "model", "since", "lives_by")
    return {
        account_id: _Now(pk, model, since, lives_by) for account_id, pk, model, since, lives_by in rows.iterator(50_000)
    }


def _held(
    definition: Definition, ids: Ids, has: Mapping[int, _Now], now: datetime
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    places = {key: n for n, key in enumerate(definition.keys)}
    before = np.full(len(ids), NONE, np.int64)
    held = np.zeros(len(ids), np.int64)
    for row, account_id in enumerate(ids.tolist()):
        one = has.get(account_id)
        if one is not None and one.model in places:
            before[row] = places[one.model]
            held[row] = (now - one.since) // timedelta(microseconds=1)
    return before, held
