"""Fitting log-odds that are a sum over numbers, with as much freedom as the data ask for, and how sure each sum is.

Each number has a slope and, apart from it, bends. How large slopes and bends are on the whole is learnt with them
(empirical Bayes: Fellner 1986, Technometrics 28:65; Wood and Fasiolo 2017, Biometrics 73:1071), not tried out.
The covariance is the Bayesian one, in which the pull towards zero has its part (Wahba 1983, JRSS B 45:133; Marra and
Wood 2012, Scand. J. Stat. 39:53), with the rows of an account counted together (Liang and Zeger 1986,
Biometrika 73:13).
"""

import dataclasses

import numpy as np
import numpy.typing as npt

from tenure.risk.rules.designing import Frame
from tenure.risk.types import Flags, Floats

Days = npt.NDArray[np.int64]
_MOST_STEPS, _LONGEST_STEP = 40, 5.0
_NEARLY = 0.02
"""A step of Newton's that is shorter leaves an error of its square."""
_ROUNDS, _SETTLED = 20, 0.05
USUALLY = (0.3, 0.02)
"""How much slopes, and bends, are thought to scatter log-odds all together (a variance) before anything is seen."""
FIRST_TO_LAST, OF_A_BEND = 5.75, 2.5
"""From a normal number's first knot to its last are so many standard deviations; a bend is scaled alike."""
COUNTS_AS = 60.0
"""As how many weights that thought counts."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fitted:
    """Weights of the columns of a frame's design, and the covariance of what they add up to (intercept first)."""

    weights: Floats
    base: float
    found: Floats
    """Intercept and weights of the turned design."""
    ridge: Floats
    """The penalty of each column of the turned design."""
    turn: Floats
    """Turned columns: slopes, bends and missing values, from those of the frame."""
    middle: Floats
    """The mean of the frame's columns."""


def fit(frame: Frame, columns: Floats, left: Flags, weight: Floats) -> Fitted:
    """Fit the log-odds of leaving and learn how much the weights are to be held back."""
    turn, groups = turned(frame)
    middle = weighted_mean(columns, weight)
    design = (columns - middle) @ turn
    around = np.hstack([np.ones((design.shape[0], 1)), design])
    usual = np.array([each / max((groups == g).sum(), 3) for g, each in enumerate(USUALLY)])
    size = usual
    found = _start(around, left, weight)
    for _ in range(_ROUNDS):
        found, step, curved = _step(around, left, weight, 1.0 / size[groups], found)
        spread = np.diag(np.linalg.inv(curved))[1:]
        before = size
        size = np.array(
            [_size(found[1:][groups == g], spread[groups == g], before[g], usual[g]) for g in range(usual.size)]
        )
        if step < _SETTLED and np.abs(np.log(size / before)).max() < _SETTLED:
            break
    ridge = 1.0 / size[groups]
    found = _solved(around, left, weight, ridge, found)
    weights = turn @ found[1:]
    return Fitted(
        weights=weights,
        base=float(found[0] - middle @ weights),
        found=found,
        ridge=ridge,
        turn=turn,
        middle=middle,
    )


def refit(model: Fitted, columns: Floats, left: Flags, weight: Floats) -> tuple[Floats, float]:
    """Return weights and base as other rows teach them, held back as much."""
    design = (columns - model.middle) @ model.turn
    around = np.hstack([np.ones((design.shape[0], 1)), design])
    found = _solved(around, left, weight, model.ridge, model.found, _NEARLY)
    own = model.turn @ found[1:]
    return own, float(found[0] - model.middle @ own)


def covariance(model: Fitted, columns: Floats, left: Flags, weight: Floats, accounts: Days) -> Floats:
    """Return the covariance of intercept and weights around the mean row, rows of one account counted together."""
    from scipy import special

    design = (columns - model.middle) @ model.turn
    around = np.hstack([np.ones((design.shape[0], 1)), design])
    odds = columns @ model.weights + model.base
    chance = special.expit(odds)
    root = around * np.sqrt(weight * chance * (1 - chance))[:, None]
    curved = root.T @ root
    held = np.diag(np.concatenate([[0.0], model.ridge]))
    _, place = np.unique(accounts, return_inverse=True)
    pulls = around * (weight * (left - chance))[:, None]
    order = np.argsort(place, kind="stable")
    first = np.flatnonzero(np.diff(place[order], prepend=-1))
    together = np.add.reduceat(pulls[order], first, axis=0)
    of_accounts = together.T @ together
    inside = np.linalg.inv(curved + held)
    within = inside @ (of_accounts + held) @ inside
    gone = max(np.unique(accounts[left]).size, 3)
    wider = (special.stdtrit(gone - 1, 0.975) / special.ndtri(0.975)) ** 2
    turn = np.zeros((model.turn.shape[0] + 1, model.turn.shape[1] + 1))
    turn[0, 0], turn[1:, 1:] = 1.0, model.turn
    found: Floats = wider * (turn @ within @ turn.T)
    return found


def logistic(columns: Floats, left: Flags, weight: Floats, ridge: Floats) -> tuple[Floats, float]:
    """Return weights and base of a weighted ridge logistic regression, by Newton's method.

    The same as scikit-learn's (a test compares them), at a tenth of the work: it is fitted often here.
    """
    middle = weighted_mean(columns, weight)
    around = np.hstack([np.ones((columns.shape[0], 1)), columns - middle])
    found = _solved(around, left, weight, ridge, _start(around, left, weight))
    return found[1:], float(found[0] - middle @ found[1:])


def weighted_mean(columns: Floats, weight: Floats) -> Floats:
    """Return the mean of columns."""
    mean: Floats = weight @ columns / weight.sum()
    return mean


def turned(frame: Frame) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Return what turns a frame's columns into slopes, bends and missing values, and the group of each (0 or 1).

    A slope is measured from the first knot to the last, as that of a normal number is in standard deviations; bends
    are what the line through the knots leaves over. What only few rows show has little weight in either.
    """
    blocks, groups = [], []
    for knots, width in zip(frame.knots, frame.widths, strict=True):
        count = len(knots)
        block = np.zeros((width, max(count, 1)))
        block[-1, -1] = 1.0
        if count >= 2:
            line = np.array(knots) - np.mean(knots)
            block[:-1, 0] = line / (line[-1] - line[0]) * FIRST_TO_LAST
            whole, _ = np.linalg.qr(np.column_stack([np.ones(count), line]), mode="complete")
            block[:-1, 1:-1] = whole[:, 2:] * OF_A_BEND
            groups += [0] + [1] * (count - 2)
        groups.append(0)
        blocks.append(block)
    turn = np.zeros((sum(b.shape[0] for b in blocks), len(groups)))
    row = column = 0
    for block in blocks:
        turn[row : row + block.shape[0], column : column + block.shape[1]] = block
        row, column = row + block.shape[0], column + block.shape[1]
    return turn, np.array(groups, dtype=np.intp)


def _start(around: Floats, left: Flags, weight: Floats) -> Floats:
    found = np.zeros(around.shape[1])
    rate = float(weight @ left / weight.sum())
    found[0] = np.log(rate / (1 - rate))
    return found


def _solved(around: Floats, left: Flags, weight: Floats, ridge: Floats, found: Floats, exact: float = 1e-6) -> Floats:
    for _ in range(_MOST_STEPS):
        found, step, _curved = _step(around, left, weight, ridge, found)
        if step < exact:
            break
    return found


def _step(around: Floats, left: Flags, weight: Floats, ridge: Floats, found: Floats) -> tuple[Floats, float, Floats]:
    """Take one of Newton's steps; returns where it leads, how long it is, and the curvature where it began."""
    from scipy import special

    held = np.concatenate([[0.0], ridge])
    chance = special.expit(around @ found)
    root = around * np.sqrt(weight * np.maximum(chance * (1 - chance), 1e-12))[:, None]
    curved = root.T @ root + np.diag(held)  # of a matrix with itself BLAS works out half
    step = np.linalg.solve(curved, around.T @ (weight * (left - chance)) - held * found)
    step *= min(1.0, _LONGEST_STEP / max(float(np.abs(step).max()), 1e-12))
    return found + step, float(np.abs(step).max()), curved


def _size(weights: Floats, spread: Floats, before: float, usual: float) -> float:
    """Return how large weights of a kind are on the whole, squared, by what was found of them (MacKay 1992)."""
    known = float(np.clip(1 - spread / before, 0, 1).sum())
    return float(((weights**2).sum() + COUNTS_AS * usual) / (known + COUNTS_AS))
