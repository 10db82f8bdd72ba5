"""Who goes where: the conditions of all transitions in one pass, and what each account makes of them."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from tenure.lifecycle.models import Stay
from tenure.lifecycle.rules.moving import NOWHERE, Truths, Whole, move
from tenure.lifecycle.types import Machine
from tenure.segments.queries.matching import Matches, matching_each
from tenure.segments.types import Subject
from tenure.segments.types.conditions import AnyOf, Churned, Condition

Ids = npt.NDArray[np.int64]
_EVERYBODY = -1
_ANYBODY: Condition = AnyOf(conditions=(Churned(value=True), Churned(value=False)))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Going:
    """One account going to a stage: from where, by which transitions, and what the last one's condition looked at."""

    account_id: int
    stage: str
    came_from: str
    stay_id: int | None
    entered_at: datetime | None
    taken: list[int]
    leaves: dict[str, list[Any]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Judged:
    """All accounts that were looked at: the place of each one's stage before and after."""

    ids: Ids
    before: Whole
    after: Whole


def judge(machine: Machine, *, now: datetime, ids: Sequence[int] | None = None) -> list[Going]:
    """Return the accounts (of all, or of some) that have to go to another stage now, by id; raises `CannotCompute`."""
    matches = _matches(machine, now, ids)
    everybody = matches.ids(_EVERYBODY)
    stays = _open_stays(ids)
    before, stayed = _standing(machine, everybody, stays, now)
    moved = move(machine, before, stayed, _truths(machine, matches, everybody))
    rows = np.flatnonzero(moved.stages != before).tolist()
    taken = {row: moved.taken(row) for row in rows}
    looked_at = _evidence(matches, {int(everybody[row]): path[-1] for row, path in taken.items() if path}, machine)
    going = []
    for row in rows:
        account_id = int(everybody[row])
        stay_id, came_from, entered_at = stays.get(account_id, (None, "", None))
        going.append(
            Going(
                account_id=account_id,
                stage=machine.stages[int(moved.stages[row])].key,
                came_from=came_from,
                stay_id=stay_id,
                entered_at=entered_at,
                taken=taken[row],
                leaves=looked_at.get(account_id, {}),
            )
        )
    return going


def judge_all(machine: Machine, *, now: datetime) -> Judged:
    """Return where every account is and would go by stages and transitions that need not be in force."""
    matches = _matches(machine, now, None)
    everybody = matches.ids(_EVERYBODY)
    before, stayed = _standing(machine, everybody, _open_stays(None), now)
    moved = move(machine, before, stayed, _truths(machine, matches, everybody))
    return Judged(ids=everybody, before=before, after=moved.stages)


def _matches(machine: Machine, now: datetime, ids: Sequence[int] | None) -> Matches:
    conditions: dict[int, Condition] = {n: t.when for n, t in enumerate(machine.transitions) if t.when is not None}
    return matching_each({_EVERYBODY: _ANYBODY, **conditions}, Subject.ACCOUNT, ids, now=now)


def _truths(machine: Machine, matches: Matches, everybody: Ids) -> dict[int, Truths]:
    return {
        n: np.isin(everybody, matches.ids(n), assume_unique=True)
        for n, transition in enumerate(machine.transitions)
        if transition.when is not None
    }


def _open_stays(ids: Sequence[int] | None) -> dict[int, tuple[int, str, datetime]]:
    found = Stay.objects.filter(left_at=None)
    if ids is not None:
        found = found.filter(account__in=ids)
    rows = found.values_list("account_id", "pk", "stage", "entered_at")
    return {account_id: (pk, stage, entered_at) for account_id, pk, stage, entered_at in rows.iterator(50_000)}


def _standing(
    machine: Machine, everybody: Ids, stays: Mapping[int, tuple[int, str, datetime]], now: datetime
) -> tuple[Whole, Whole]:
    """Return the place of each account's stage and for how many microseconds it has been there."""
    places = {key: n for n, key in enumerate(machine.keys)}
    before = np.full(len(everybody), NOWHERE, np.int64)
    stayed = np.zeros(len(everybody), np.int64)
    for row, account_id in enumerate(everybody.tolist()):
        stay = stays.get(account_id)
        if stay is not None and stay[1] in places:
            before[row] = places[stay[1]]
            stayed[row] = (now - stay[2]) // timedelta(microseconds=1)
    return before, stayed


def _evidence(matches: Matches, last: Mapping[int, int], machine: Machine) -> dict[int, dict[str, list[Any]]]:
    by_transition: dict[int, list[int]] = {}
    for account_id, n in last.items():
        if machine.transitions[n].when is not None:
            by_transition.setdefault(n, []).append(account_id)
    found: dict[int, dict[str, list[Any]]] = {}
    for n, account_ids in by_transition.items():
        for account_id, reasons in matches.reasons(n, account_ids).items():
            found[account_id] = {r.path: [r.value, r.held] for r in reasons}
    return found
