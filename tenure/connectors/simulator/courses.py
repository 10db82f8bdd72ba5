"""What becomes of accounts: steady use, fading that ends in churn, fading that turns round.

**The true effect of being cared for.** Every account has two possible courses, drawn together: one if it is treated,
one if it is held out. They have the same declines on the same days and differ only in how a decline ends: a treated
account turns round more often than one left alone (`CHURN_OF_DECLINES`). What the members do during the simulated
year does not feed back. So the difference an effect page finds between the two groups is real in this world, and its
size is known: about 12 in 100 treated and 23 in 100 held-out accounts churn within a year. Cancellations out of the
blue happen to both alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tenure.connectors.simulator.types import Course, Decline

DECLINES_A_YEAR = 0.36
CHURN_OF_DECLINES = {"treated": 0.42, "held_out": 0.88}
OUT_OF_THE_BLUE_A_YEAR = 0.025
SLOW_STARTS = 0.11
"""Share of new accounts that never get going by themselves; without a turn they cancel in their second month."""

_RECOVERY_HALF_LIFE = 5.5


@dataclass(frozen=True, kw_only=True)
class _Pattern:
    """The ranges one kind of decline is drawn from, in days; the last two are counted from its onset."""

    half_life: tuple[float, float]
    turns: tuple[int, int]
    churns: tuple[int, int]


_FADING = _Pattern(half_life=(7, 14), turns=(24, 44), churns=(44, 85))
_SLOW_START = _Pattern(half_life=(2.5, 4), turns=(14, 22), churns=(24, 52))
_STILL_FADING = _Pattern(half_life=(5, 8), turns=(40, 55), churns=(60, 85))


@dataclass(frozen=True, kw_only=True)
class _Fate:
    """A decline both courses share, how deep the trouble is (0 to 1), and the day it ends in churn if it does."""

    decline: Decline
    trouble: float
    churns: int


def draw_courses(rng: np.random.Generator, *, signs_up: int, days: int, onset: int | None) -> tuple[Course, Course]:
    """Draw the treated and the held-out course of one account.

    `onset` forces one last decline to begin on that day, with none in the months before it.
    """
    fates = []
    day = max(signs_up, 0) + 25
    if signs_up >= 0 and rng.random() < SLOW_STARTS:
        fates.append(_draw_fate(rng, signs_up + 3, _SLOW_START))
        day = signs_up + 90
    while True:
        day += int(rng.exponential(365 / DECLINES_A_YEAR))
        if day >= days:
            break
        fates.append(_draw_fate(rng, day, _FADING))
        day += 130
    blue = max(signs_up, 0) + 60 + int(rng.exponential(365 / OUT_OF_THE_BLUE_A_YEAR))
    if onset is not None:
        savable = max(CHURN_OF_DECLINES.values())
        fates = [fate for fate in fates if fate.decline.onset < onset - 250 and fate.trouble >= savable]
        fates.append(_draw_fate(rng, onset, _STILL_FADING))
        blue = days
    treated, held_out = (_settle(fates, CHURN_OF_DECLINES[care], blue, days) for care in ("treated", "held_out"))
    return treated, held_out


def _draw_fate(rng: np.random.Generator, onset: int, pattern: _Pattern) -> _Fate:
    return _Fate(
        decline=Decline(
            onset=onset,
            half_life=float(rng.uniform(*pattern.half_life)),
            floor=float(rng.uniform(0.03, 0.15)),
            turns=onset + int(rng.integers(*pattern.turns)),
            comes_back_to=float(rng.uniform(0.85, 1.05)),
        ),
        trouble=float(rng.random()),
        churns=onset + int(rng.integers(*pattern.churns)),
    )


def _settle(fates: list[_Fate], churn_share: float, blue: int, days: int) -> Course:
    """Let the deepest `churn_share` of the troubles end in churn, and a cancellation out of the blue on day `blue`."""
    declines = []
    for fate in fates:
        if blue <= fate.decline.onset:
            break
        if fate.trouble < churn_share:
            declines.append(replace(fate.decline, turns=None))
            return Course(declines=tuple(declines), churns=min(fate.churns, blue))
        declines.append(fate.decline)
    return Course(declines=tuple(declines), churns=blue if blue < days else None)


def remaining_use(course: Course, days: int) -> npt.NDArray[np.float64]:
    """Give the share of its usual activity an account keeps on each day: 1 when all is well, 0 once it has churned."""
    remaining = np.ones(days)
    for decline in course.declines:
        onset = max(decline.onset, 0)
        if onset >= days:
            continue
        since = np.arange(onset, days) - decline.onset
        faded = decline.floor + (1 - decline.floor) * 0.5 ** (since / decline.half_life)
        if decline.turns is not None:
            before = decline.turns - decline.onset
            at_turn = decline.floor + (1 - decline.floor) * 0.5 ** (before / decline.half_life)
            back = since - before
            risen = decline.comes_back_to - (decline.comes_back_to - at_turn) * 0.5 ** (back / _RECOVERY_HALF_LIFE)
            faded = np.where(back >= 0, risen, faded)
        remaining[onset:] = np.minimum(faded, 1.05)
    if course.churns is not None:
        remaining[max(course.churns, 0) + 1 :] = 0
    return remaining
