"""The decline detector against two rules anybody would write first, in worlds whose truth is known.

The rules: "20 % fewer events than in the 30 days before" and "nobody logged in for 14 days". The worlds: that of
`bench.make_events` (people come and go for good, accounts sign up on the way), and twelve of other shapes
(`bench.fading.worlds`). All three look at every account on every day of a quarter. An alarm is *right* when it is about
an account that was made to fade, once it does.

Each rule could be made stricter or laxer, so each is also compared at its best: of all thresholds the one that finds
about as many as the detector (then: who is right more often?), and the one that is about as often right (then: who
finds more?). Nothing was tuned on the seeds of these worlds; the detector's terms were chosen on others (seeds under
100).
"""

import time
from collections.abc import Iterator

import numpy as np

from bench.fading.rules import Score, Seen, added_up, detector, less_than_before, no_login, score
from bench.fading.worlds import ACCOUNTS, SHAPES, generated, shaped
from bench.run import Figure
from tenure.stats.decline import judge
from tenure.stats.usage import Terms, Usage

SEEDS = (101, 102)
LESS = (0.8, 0.9, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.0)
ABSENT = (14, 3, 5, 7, 10, 21, 28)
Tried = dict[str, list[Score]]


def measure() -> Iterator[Figure]:
    """Compare all on each world; time the judging of many accounts."""
    every: dict[str, list[Tried]] = {}
    for name in ["generated", *SHAPES]:
        every[name] = [_tried(Seen(generated(seed) if name == "generated" else shaped(name, seed))) for seed in SEEDS]
        yield from _of_world(name, _joined(every[name]))
    fading = [tried for name, each in every.items() for tried in each if name != "nobody fades"]
    yield from _against("20 % less", "less", _joined(fading))
    yield from _against("14 days absent", "absent", _joined(fading))
    noise = added_up([tried["detector"][0] for tried in every["nobody fades"]])
    quarters = len(SEEDS) * ACCOUNTS / 1_000
    yield Figure(
        figure="false signals a quarter, 1 000 accounts, none fades", value=noise.alarms / quarters, unit="",
        baseline=_joined(every["nobody fades"])["less"][0].alarms / quarters, bar=1, keep="at most",
    )  # fmt: skip
    yield from _speed()


def _tried(seen: Seen) -> Tried:
    return {
        "detector": [score(seen, detector(seen))],
        "less": [score(seen, less_than_before(seen, left)) for left in LESS],
        "absent": [score(seen, no_login(seen, days)) for days in ABSENT],
    }


def _joined(worlds: list[Tried]) -> Tried:
    """Take the same rules of several worlds together."""
    return {name: [added_up(list(same)) for same in zip(*(w[name] for w in worlds), strict=True)] for name in worlds[0]}


def _of_world(name: str, tried: Tried) -> Iterator[Figure]:
    ours, less, absent = tried["detector"][0], tried["less"][0], tried["absent"][0]
    if name == "nobody fades":
        return
    yield _share(f"{name}: alarms that are right, of {ours.alarms}", ours.precision, less.precision)
    if name == "generated":
        down = [each.truly_down / max(each.alarms, 1) for each in (ours, less)]
        yield _share(f"{name}: … about accounts whose true rate fell 30 %", *down)
    yield _share(f"{name}: fading accounts found, of {ours.wanted}", ours.recall, less.recall)
    yield Figure(figure=f"{name}: median days to notice", value=ours.delay, unit="d", baseline=less.delay)
    yield _share(f"{name}: … 14 days absent: right", ours.precision, absent.precision)
    yield _share(f"{name}: … 14 days absent: found", ours.recall, absent.recall)
    yield Figure(figure=f"{name}: … 14 days absent: days", value=ours.delay, unit="d", baseline=absent.delay)


def _against(words: str, rule: str, tried: Tried) -> Iterator[Figure]:
    """Compare with a rule as it is usually set, and at its best."""
    ours, usual = tried["detector"][0], tried[rule][0]
    yield _share(f"all worlds, {words}: right", ours.precision, usual.precision, bar=1.5)
    yield _share(f"all worlds, {words}: found", ours.recall, usual.recall)
    yield Figure(figure=f"all worlds, {words}: days to notice", value=ours.delay, unit="d", baseline=usual.delay)
    as_many = min(tried[rule], key=lambda s: abs(s.recall - ours.recall))
    yield _share(f"all worlds, {words} set to find as many: right", ours.precision, as_many.precision, bar=1.5)
    as_right = min(tried[rule], key=lambda s: (abs(s.precision - ours.precision), -s.recall))
    yield _share(f"all worlds, {words} set to be as right: found", ours.recall, as_right.recall)
    yield _share("all worlds, … and is right", ours.precision, as_right.precision)
    yield Figure(figure="all worlds, … and days to notice", value=ours.delay, unit="d", baseline=as_right.delay)


def _share(figure: str, ours: float, theirs: float, bar: float | None = None) -> Figure:
    return Figure(
        figure=figure, value=100 * ours, unit="%", baseline=100 * theirs, ratio=ours / max(theirs, 1e-3), bar=bar
    )


def _speed() -> Iterator[Figure]:
    """Judge many accounts at once, and one at a time."""
    terms, many = Terms(), 20_000
    rng = np.random.default_rng(1)
    level = rng.lognormal(0.5, 1, many)[:, None]
    people = rng.poisson(np.minimum(level, 50), (many, terms.days)).astype(np.float32)
    usage = Usage(people * 4, people, 0, None, people * 12)
    begun = time.process_time()
    judge(usage, terms=terms)
    together = time.process_time() - begun
    begun = time.process_time()
    for row in range(100):
        judge(usage.of([row]), terms=terms)
    alone = (time.process_time() - begun) * many / 100
    yield Figure(
        figure="20 000 accounts judged in three series, one pass", value=together, unit="s CPU", baseline=alone,
        ratio=alone / together, bar=5,
    )  # fmt: skip
