"""Who changes to which model: the conditions of every version that accounts live by, in one pass."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from tenure.kernel.in_force import NONE, Kept, Open, Whole, micros, open_rows
from tenure.segments.queries.matching import Matches, matching_each
from tenure.segments.types import Subject
from tenure.segments.types.conditions import AnyOf, Churned, Condition
from tenure.touch_models.models import Lock, Standing
from tenure.touch_models.rules.assigning import assign
from tenure.touch_models.types import CauseOfModel, Definition

STANDINGS = Kept(
    table="touch_models_standing", thing="model", since="since", version="lives_by",
    rules="touch_models_touchmodels", touched="touch_models_touchmodelstouched", lock=7_205_330,
)  # fmt: skip
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


@dataclasses.dataclass(frozen=True, kw_only=True)
class Judged:
    """All accounts that were looked at, as columns: the model of each before and after, as a place in `names`."""

    ids: Whole
    names: tuple[str, ...]
    before: Whole
    """−1 for none."""
    after: Whole
    now_open: Open
    mine: Whole
    lives_by: Whole
    is_locked: npt.NDArray[np.bool_]

    @property
    def rows(self) -> Whole:
        """The accounts that get another model, as rows of these columns."""
        return np.flatnonzero(self.after != self.before)

    def going(self, rows: Whole) -> list[Going]:
        """Return some of them one by one, by id."""
        going = []
        for row in rows.tolist():
            mine, before = int(self.mine[row]), int(self.before[row])
            going.append(
                Going(
                    account_id=int(self.ids[row]),
                    model=self.names[int(self.after[row])],
                    came_from=self.names[before] if before != NONE else "",
                    standing_id=int(self.now_open.rows[mine]) if mine != NONE else None,
                    lives_by=int(self.lives_by[row]),
                    is_locked=bool(self.is_locked[row]),
                )
            )
        return going


def models_before_locks(account_ids: Sequence[int]) -> dict[int, tuple[str, datetime]]:
    """Return the model each account would have had but for its lock, and since when; those without any are left out."""
    locked = Standing.objects.filter(account__in=account_ids, left_at=None, cause=CauseOfModel.LOCK.value)
    rows = Standing.objects.filter(account__in=locked.values("account")).exclude(cause=CauseOfModel.LOCK.value)
    latest = rows.order_by("account", "-since", "-pk").distinct("account")
    return {account: (model, since) for account, model, since in latest.values_list("account_id", "model", "since")}


def judge(
    definitions: Mapping[int, Definition],
    latest: int,
    *,
    now: datetime,
    ids: Sequence[int] | None = None,
    unlocked: Mapping[int, tuple[str, datetime]] = MappingProxyType({}),
) -> Judged:
    """Look at every account (or at some) by the version each lives by; raises `CannotCompute`.

    An account that has churned keeps the model it had; one with a lock has the model it says. Those whose lock has
    just ended are judged by what they had before it: neither is a model held that only the lock gave, nor does its
    minimum of days count.
    """
    matches = _matches(definitions, now, ids)
    everybody = matches.ids(_EVERYBODY)
    now_open = open_rows(STANDINGS, ids)
    mine = now_open.of(everybody)
    has = mine != NONE
    locked, models = _locks(everybody)
    keys = [key for definition in definitions.values() for key in definition.keys]
    names = tuple(dict.fromkeys([*now_open.names, *keys, *models]))
    place = {name: n for n, name in enumerate(names)}
    before = np.full(len(everybody), NONE, np.int64)
    before[has] = now_open.things[mine[has]]  # the names of the open rows come first
    held = np.zeros(len(everybody), np.int64)
    held[has] = now_open.held(now)[mine[has]]
    held_by_rules = before.copy()
    for row in np.flatnonzero(np.isin(everybody, list(unlocked))).tolist():
        model, since = unlocked[int(everybody[row])]
        held_by_rules[row], held[row] = place.get(model, NONE), micros(now) - micros(since)
    lives_by = np.full(len(everybody), latest, np.int64)
    lives_by[has] = now_open.versions[mine[has]]
    lives_by[~np.isin(lives_by, list(definitions))] = latest
    after = before.copy()
    for version in np.unique(lives_by).tolist():
        definition = definitions[version]
        rows = np.flatnonzero(lives_by == version)
        own = np.array([place[key] for key in definition.keys], np.int64)
        has_now = np.full(len(rows), NONE, np.int64)
        for n, named in enumerate(own.tolist()):
            has_now[held_by_rules[rows] == named] = n
        chosen = assign(definition, has_now, held[rows], *_truths(version, definition, matches, everybody[rows]))
        after[rows] = own[chosen]
    gone = np.isin(everybody, matches.ids(_GONE), assume_unique=True)
    after = np.where(gone & has, before, after)
    is_locked = np.zeros(len(everybody), np.bool_)
    is_locked[locked] = True
    after[locked] = [place[model] for model in models]
    return Judged(
        ids=everybody, names=names, before=before, after=after, now_open=now_open, mine=mine, lives_by=lives_by,
        is_locked=is_locked,
    )  # fmt: skip


def _locks(everybody: Whole) -> tuple[Whole, list[str]]:
    """Return which of the accounts are locked, and each one's model."""
    found = dict(Lock.objects.filter(ended_at=None).order_by("account_id").values_list("account_id", "model"))
    rows = np.flatnonzero(np.isin(everybody, list(found), assume_unique=True)) if found else np.array([], np.int64)
    return rows, [found[int(account_id)] for account_id in everybody[rows]]


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
    version: int, definition: Definition, matches: Matches, ids: Whole
) -> tuple[dict[int, npt.NDArray[np.bool_]], dict[int, npt.NDArray[np.bool_]]]:
    def of(key: int) -> npt.NDArray[np.bool_]:
        return np.isin(ids, matches.ids(key), assume_unique=True)

    enters = {n: of(version * _PLACES + 2 * n) for n, m in enumerate(definition.models) if m.enters is not None}
    stays = {n: of(version * _PLACES + 2 * n + 1) for n, m in enumerate(definition.models) if m.stays is not None}
    return enters, stays
