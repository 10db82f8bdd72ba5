"""Who should look after which accounts: the best fit within everybody's room.

A small question is solved to the end (mixed-integer programming, HiGHS); a large one is answered account by account,
those first for whom the second choice is much worse, with a bound on how much better the best could be.
"""

import dataclasses

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

UNPLACED = 50.0
"""What it costs to leave an account with nobody: more than any bad fit."""
BALANCE = 4.0
"""What it costs that the fullest member is full, against a member with nothing to do."""
SMALL = 4_000
"""Up to so many pairs of an account and a member are solved to the end."""
_SECONDS = 5.0
NOBODY = -1


@dataclasses.dataclass(frozen=True, kw_only=True)
class Question:
    """Accounts (rows) and members (columns): what each fit costs, what each account takes, what room there is.

    `takes` has one column for each kind of room, `room` the same of each member (infinite: no bound), `used` says how
    full each member is before, as a share, and `share` how much fuller one account makes them.
    """

    cost: Floats
    takes: Floats
    room: Floats
    used: Floats
    share: Floats


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """Who gets each account (−1: nobody), what that costs, and what it costs at least."""

    choice: Whole
    cost: float
    bound: float
    is_best: bool

    @property
    def gap(self) -> float:
        """How much better than this the best could be, as a share of it."""
        return 0.0 if self.cost <= self.bound + 1e-9 else (self.cost - self.bound) / max(self.cost, 1e-9)


def give_out(question: Question) -> Answer:
    """Choose for every account."""
    accounts, members = question.cost.shape
    if not accounts or not members:
        cost = UNPLACED * accounts
        return Answer(choice=np.full(accounts, NOBODY, np.int64), cost=cost, bound=cost, is_best=True)
    if accounts * members <= SMALL:
        solved = _solved(question)
        if solved is not None:
            return solved
    return _chosen(question)


def cost_of(question: Question, choice: Whole) -> float:
    """Return what a choice costs: bad fits, accounts with nobody, and the fullest member."""
    placed = choice != NOBODY
    fits = float(question.cost[np.flatnonzero(placed), choice[placed]].sum())
    given = np.bincount(choice[placed], minlength=question.cost.shape[1])
    fullest = float((question.used + given * question.share).max())
    return fits + UNPLACED * float((~placed).sum()) + BALANCE * fullest


def _solved(question: Question) -> Answer | None:
    from scipy import sparse
    from scipy.optimize import Bounds, LinearConstraint, milp

    accounts, members = question.cost.shape
    pairs = accounts * members
    fits = np.where(np.isfinite(question.cost), question.cost, 0.0).ravel() - UNPLACED
    possible = np.isfinite(question.cost).ravel().astype(np.float64)
    objective = np.concatenate([fits, [BALANCE]])
    once = sparse.hstack([sparse.kron(sparse.eye(accounts), np.ones((1, members))), sparse.csr_matrix((accounts, 1))])
    constraints = [LinearConstraint(once, -np.inf, 1)]
    of_member = sparse.kron(np.ones((1, accounts)), sparse.eye(members)).tocsr()
    for kind in range(question.takes.shape[1]):
        bounded = np.isfinite(question.room[:, kind])
        if bounded.any():
            weighted = of_member.multiply(np.repeat(question.takes[:, kind], members)).tocsr()[bounded]
            room = np.maximum(question.room[bounded, kind], 0.0)
            whole = sparse.hstack([weighted, sparse.csr_matrix((int(bounded.sum()), 1))])
            constraints.append(LinearConstraint(whole, -np.inf, room))
    fuller = of_member.multiply(np.tile(question.share, accounts)).tocsr()
    constraints.append(LinearConstraint(sparse.hstack([fuller, -np.ones((members, 1))]), -np.inf, -question.used))
    found = milp(
        objective,
        integrality=np.concatenate([np.ones(pairs), [0]]),
        bounds=Bounds(np.zeros(pairs + 1), np.concatenate([possible, [np.inf]])),
        constraints=constraints,
        options={"time_limit": _SECONDS, "mip_rel_gap": 1e-6},
    )
    if found.x is None:
        return None
    chosen = np.round(found.x[:pairs]).reshape(accounts, members)
    choice = np.where(chosen.any(axis=1), chosen.argmax(axis=1), NOBODY).astype(np.int64)
    bound = found.mip_dual_bound if found.mip_dual_bound is not None else found.fun
    return Answer(
        choice=choice,
        cost=cost_of(question, choice),
        bound=float(bound) + UNPLACED * accounts,
        is_best=found.status == 0,
    )


def _chosen(question: Question) -> Answer:
    """Choose account by account: those first who lose most by not getting their first choice."""
    accounts, members = question.cost.shape
    room, used = question.room.copy(), question.used.copy()
    choice = np.full(accounts, NOBODY, np.int64)
    ranked = np.sort(np.where(np.isfinite(question.cost), question.cost, UNPLACED), axis=1)
    regret = ranked[:, 1] - ranked[:, 0] if members > 1 else np.zeros(accounts)
    for row in np.lexsort((-question.takes[:, -1], -regret)).tolist():
        fits = (room >= question.takes[row] - 1e-9).all(axis=1) & np.isfinite(question.cost[row])
        if not fits.any():
            continue
        fuller = BALANCE * np.maximum(used + question.share - used.max(), 0.0) + 0.01 * used
        best = int(np.where(fits, question.cost[row] + fuller, np.inf).argmin())
        choice[row] = best
        room[best] -= question.takes[row]
        used[best] += question.share[best]
    cheapest = np.where(np.isfinite(question.cost), question.cost, UNPLACED).min(axis=1)
    bound = float(np.minimum(cheapest, UNPLACED).sum()) + BALANCE * float(question.used.max())
    cost = cost_of(question, choice)
    return Answer(choice=choice, cost=cost, bound=bound, is_best=cost <= bound + 1e-9)
