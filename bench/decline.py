"""The decline detector against two rules anybody would write first, in worlds whose truth is known.

The rules: "20 % fewer events than in the 30 days before" and "nobody logged in for 14 days". The worlds: that of
`bench.make_events` (people come and go for good, accounts sign up on the way), and twelve of other shapes
(`bench.fading.worlds`). All three look at every account on every day of a quarter. An alarm is *right* when it is about
an account that was made to fade, once it does.

Each rule could be made stricter or laxer, so each is also compared at its best in each world: *as right* is the one of
all its thresholds that finds most and is wrong no more often than the detector (by more than two in a hundred), and *as
many* the one that raises about as many alarms. Nothing was tuned on the seeds of these worlds; the detector's terms
were chosen on others (seeds under 100).
"""

import math
import time
from collections.abc import Iterator

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.fading.limit import best_possible
from bench.fading.rules import Score, Seen, added_up, detector, less_than_before, no_login, score
from bench.fading.worlds import ACCOUNTS, SHAPES, generated, shaped
from bench.run import Figure
from tenure.stats.decline import judge
from tenure.stats.usage import Terms, Usage

SEEDS = (101, 102)
LESS = (0.8, 0.9, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.0)
ABSENT = (14, 3, 5, 7, 10, 21, 28)
AS_RIGHT = 0.02
CLEARLY = 1.2
"""A rule that is as right is clearly beaten when the detector finds a fifth more …"""
AS_MANY, SOONER = 0.95, 0.75
"""… or about as many, a quarter sooner."""
RULES = {"less": "20 % less", "absent": "14 days absent"}
Tried = dict[str, list[Score]]


def measure() -> Iterator[Figure]:
    """Compare all on each world; time the judging of many accounts."""
    every: dict[str, list[Tried]] = {}
    best: list[list[Score]] = []
    for name in ["generated", *SHAPES]:
        worlds = [Seen(generated(seed) if name == "generated" else shaped(name, seed)) for seed in SEEDS]
        every[name] = [_tried(each) for each in worlds]
        if name == "slow fade":
            best = [best_possible(each) for each in worlds]
        yield from _of_world(name, _joined(every[name]))
    yield from _limit(_joined(every["slow fade"])["detector"][0], best)
    fading = [tried for name, each in every.items() for tried in each if name != "nobody fades"]
    for rule in RULES:
        yield from _against(rule, _joined(fading))
    noise = added_up([tried["detector"][0] for tried in every["nobody fades"]])
    quarters = len(SEEDS) * ACCOUNTS / 1_000
    yield Figure(
        figure="false signals a quarter, 1 000 accounts, none fades", value=noise.alarms / quarters, unit="",
        baseline=_joined(every["nobody fades"])["less"][0].alarms / quarters, bar=1, keep="at most",
    )  # fmt: skip
    yield from _speed()
    yield from _verdict({name: _joined(each) for name, each in every.items() if name != "nobody fades"})


def _tried(seen: Seen) -> Tried:
    return {
        "detector": [score(seen, detector(seen))],
        "less": [score(seen, less_than_before(seen, left)) for left in LESS],
        "absent": [score(seen, no_login(seen, days)) for days in ABSENT],
    }


def _joined(worlds: list[Tried]) -> Tried:
    """Take the same rules of several worlds together."""
    return {name: [added_up(list(same)) for same in zip(*(w[name] for w in worlds), strict=True)] for name in worlds[0]}


def _as_right(rule: list[Score], ours: Score) -> Score | None:
    """Return the rule at the threshold that finds most and is about as often right; None when at none it is."""
    able = [each for each in rule if each.alarms and each.precision >= ours.precision - AS_RIGHT]
    return max(able, key=lambda each: each.recall, default=None)


def _as_many(rule: list[Score], ours: Score) -> Score:
    """Return the rule at the threshold that raises about as many alarms."""
    return min(rule, key=lambda each: abs(math.log(max(each.alarms, 1) / max(ours.alarms, 1))))


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
    for rule, words in RULES.items():
        as_right, as_many = _as_right(tried[rule], ours), _as_many(tried[rule], ours)
        yield _share(f"{name}: … {words}, as right: found", ours.recall, as_right.recall if as_right else 0.0)
        yield _share(f"{name}: … {words}, as many: found", ours.recall, as_many.recall)


def _limit(ours: Score, best: list[list[Score]]) -> Iterator[Figure]:
    """Compare with who knows all but who fades and when."""
    able = [added_up(same) for same in zip(*best, strict=True)]
    able = [each for each in able if each.precision >= ours.precision - AS_RIGHT] or able[-1:]
    theirs = max(able, key=lambda each: each.recall)
    yield _share("slow fade: found, against who knows every habit and the form", ours.recall, theirs.recall)
    yield Figure(figure="slow fade: … and median days", value=ours.delay, unit="d", baseline=theirs.delay)


def _against(rule: str, tried: Tried) -> Iterator[Figure]:
    """Compare with a rule as it is usually set, and at its best in all worlds together."""
    ours, usual, words = tried["detector"][0], tried[rule][0], RULES[rule]
    yield _share(f"all worlds, {words}: right", ours.precision, usual.precision, bar=1.5)
    yield _share(f"all worlds, {words}: found", ours.recall, usual.recall)
    yield Figure(figure=f"all worlds, {words}: days to notice", value=ours.delay, unit="d", baseline=usual.delay)
    as_found = min(tried[rule], key=lambda s: abs(s.recall - ours.recall))
    yield _share(f"all worlds, {words} set to find as many: right", ours.precision, as_found.precision, bar=1.5)
    as_right = _as_right(tried[rule], ours)
    found = as_right.recall if as_right else 0.0
    yield _share(f"all worlds, {words} set to be as right: found", ours.recall, found, bar=CLEARLY)


def _verdict(worlds: dict[str, Tried]) -> Iterator[Figure]:
    """Print one line for each world, and count those in which both rules are clearly beaten when as often right."""
    table = Table(title="Right, found, median days; and found by each rule when it is as right", title_justify="left")
    for column in ("world", "watch", "20 % less", "14 days absent", "20 % less, as right", "absent, as right", ""):
        table.add_column(column)
    beaten = 0
    for name, tried in worlds.items():
        ours = tried["detector"][0]
        at_best = [_as_right(tried[rule], ours) for rule in RULES]
        is_beaten = all(each is None or _is_beaten(each, ours) for each in at_best)
        beaten += is_beaten
        usual = [tried[rule][0] for rule in RULES]
        found = ["never as right" if each is None else f"{each.recall:.0%}, {each.delay:.0f} d" for each in at_best]
        table.add_row(name, *(_words(s) for s in (ours, *usual)), *found, "beats both" if is_beaten else "not both")
    Console(width=170).print(table)
    yield Figure(figure=f"worlds, of {len(worlds)}, in which both are clearly beaten", value=beaten, unit="", bar=10)


def _is_beaten(rule: Score, ours: Score) -> bool:
    as_many_sooner = ours.recall >= AS_MANY * rule.recall and ours.delay <= SOONER * rule.delay
    return ours.recall >= CLEARLY * rule.recall or as_many_sooner


def _words(found: Score) -> str:
    return f"{found.precision:.0%}, {found.recall:.0%}, {found.delay:.0f} d"


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
