"""Who goes where: the conditions of all transitions in one pass, and what each account makes of them."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from tenure.kernel.in_force import NONE, Kept, Open, Whole, open_rows
from tenure.lifecycle.models import Placement
from tenure.lifecycle.rules.moving import Moved, Truths, move, stay_put
from tenure.lifecycle.types import Machine
from tenure.segments.queries.matching import Matches, matching_each
from tenure.segments.types import Subject
from tenure.segments.types.conditions import AnyOf, Churned, Condition

STAYS = Kept(
    table="lifecycle_stay", thing="stage", since="entered_at", version="version",
    rules="lifecycle_lifecycle", touched="lifecycle_lifecycletouched", lock=7_205_320,
)  # fmt: skip
_EVERYBODY = -1
_ANYBODY: Condition = AnyOf(conditions=(Churned(value=True), Churned(value=False)))


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
    """All accounts that were looked at, as columns: what each has now, and the place of its stage after."""

    machine: Machine
    matches: Matches
    ids: Whole
    now_open: Open
    mine: Whole
    """Which of the open stays is each account's own; −1 for none."""
    before: Whole
    """The place of its stage; −1 for none, or one that is no more."""
    moved: Moved

    @property
    def rows(self) -> Whole:
        """The accounts that go to another stage, as rows of these columns."""
        return np.flatnonzero(self.moved.stages != self.before)

    def going(self, rows: Whole) -> list[Going]:
        """Return some of them one by one, by id, with the evidence."""
        taken = {row: self.moved.taken(row) for row in rows.tolist()}
        looked_at = self._evidence({int(self.ids[row]): path[-1] for row, path in taken.items() if path})
        going = []
        for row, path in taken.items():
            account_id, mine = int(self.ids[row]), int(self.mine[row])
            has = mine != NONE
            going.append(
                Going(
                    account_id=account_id,
                    stage=self.machine.stages[int(self.moved.stages[row])].key,
                    came_from=self.now_open.names[int(self.now_open.things[mine])] if has else "",
                    stay_id=int(self.now_open.rows[mine]) if has else None,
                    entered_at=self.now_open.began(mine) if has else None,
                    taken=path,
                    leaves=looked_at.get(account_id, {}),
                )
            )
        return going

    def _evidence(self, last: Mapping[int, int]) -> dict[int, dict[str, list[Any]]]:
        by_transition: dict[int, list[int]] = {}
        for account_id, n in last.items():
            if self.machine.transitions[n].when is not None:
                by_transition.setdefault(n, []).append(account_id)
        found: dict[int, dict[str, list[Any]]] = {}
        for n, account_ids in by_transition.items():
            for account_id, reasons in self.matches.reasons(n, account_ids).items():
                found[account_id] = {r.path: [r.value, r.held] for r in reasons}
        return found


def judge(machine: Machine, *, now: datetime, ids: Sequence[int] | None = None) -> Judged:
    """Look at every account (or at some) by stages and transitions that need not be in force.

    Those that a member put into a stage stay there, as long as there is that stage. Raises `CannotCompute`.
    """
    matches = _matches(machine, now, ids)
    everybody = matches.ids(_EVERYBODY)
    now_open = open_rows(STAYS, ids)
    mine = now_open.of(everybody)
    has = mine != NONE
    before = np.full(len(everybody), NONE, np.int64)
    stayed = np.zeros(len(everybody), np.int64)
    before[has] = now_open.places_in(machine.keys)[mine[has]]
    stayed[has] = now_open.held(now)[mine[has]]
    held = (before != NONE) & np.isin(everybody, _held(ids))
    moved = stay_put(move(machine, before, stayed, _truths(machine, matches, everybody)), before, held)
    return Judged(
        machine=machine, matches=matches, ids=everybody, now_open=now_open, mine=mine, before=before, moved=moved
    )


def _held(ids: Sequence[int] | None) -> list[int]:
    """Return the accounts that a member put into a stage and that stay there for now."""
    found = Placement.objects.filter(ended_at=None)
    if ids is not None:
        found = found.filter(account__in=ids)
    return sorted(found.values_list("account_id", flat=True))


def _matches(machine: Machine, now: datetime, ids: Sequence[int] | None) -> Matches:
    conditions: dict[int, Condition] = {n: t.when for n, t in enumerate(machine.transitions) if t.when is not None}
    return matching_each({_EVERYBODY: _ANYBODY, **conditions}, Subject.ACCOUNT, ids, now=now)


def _truths(machine: Machine, matches: Matches, everybody: Whole) -> dict[int, Truths]:
    return {
        n: np.isin(everybody, matches.ids(n), assume_unique=True)
        for n, transition in enumerate(machine.transitions)
        if transition.when is not None
    }
