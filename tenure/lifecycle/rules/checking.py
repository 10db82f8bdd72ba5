"""Whether stages and transitions make sense together: everything that is wrong with them, and where."""

from collections.abc import Iterator

from tenure.kernel.written import Checking
from tenure.kernel.written import Wrong as Written
from tenure.lifecycle.rules.holding import TooTangled, Wanted, can_hold
from tenure.lifecycle.types import TRAIT, Machine, Transition, Wrong
from tenure.segments.types.conditions import asks_for

MOST_STAGES = 20
MOST_TRANSITIONS = 80
MOST_DAYS = 3_650
_MOST_WALKS = 5_000


def check(machine: Machine, found: Checking) -> None:
    """Take down what is wrong: stages nobody comes to, transitions that never fire, or that chase each other."""
    keys = machine.keys
    for n, stage in enumerate(machine.stages):
        if stage.key in keys[:n]:
            found.wrong(f"stages[{n}]", Written.TWICE, given=stage.key)
    for n, transition in enumerate(machine.transitions):
        _check_transition(transition, keys, f"transitions[{n}]", found)
    if found.problems:
        return
    reached = set(_reached(machine))
    for n, stage in enumerate(machine.stages):
        if stage.key not in reached:
            found.wrong(f"stages[{n}]", Wrong.UNREACHABLE, given=stage.key)
    _check_order(machine, found)
    _check_loops(machine, found)


def _check_transition(transition: Transition, keys: tuple[str, ...], path: str, found: Checking) -> None:
    for field, key in (("from", transition.source), ("to", transition.target)):
        if key and key not in keys:
            found.wrong(f"{path}.{field}", Wrong.STAGE_UNKNOWN, given=key, choices=", ".join(keys))
    if transition.source == transition.target and transition.source:
        found.wrong(f"{path}.to", Wrong.NOWHERE)
    if transition.when is None and not transition.after_days:
        found.wrong(path, Wrong.NOTHING_ASKED)
    if transition.when is not None and asks_for(transition.when, TRAIT):
        found.wrong(f"{path}.when", Wrong.ASKS_ITSELF)


def _reached(machine: Machine) -> Iterator[str]:
    seen, waiting = set(), [machine.start]
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            yield key
            waiting += [t.target for _, t in machine.leaving(key)]


def _check_order(machine: Machine, found: Checking) -> None:
    """Find transitions that an earlier one of the same stage always forestalls."""
    for n, transition in enumerate(machine.transitions):
        forestalls = [
            earlier.target
            for earlier in machine.transitions[:n]
            if (earlier.source, earlier.when) == (transition.source, transition.when)
            and earlier.after_days <= transition.after_days
        ]
        if forestalls:
            found.wrong(f"transitions[{n}]", Wrong.NEVER_FIRES, earlier=forestalls[0])


def _check_loops(machine: Machine, found: Checking) -> None:
    """Find transitions that could lead round and back within one moment; those that take days cannot."""
    reported: set[frozenset[int]] = set()
    walks = 0
    waiting: list[tuple[tuple[int, ...], tuple[Wanted, ...]]] = [((), ())]
    while waiting:
        path, wanted = waiting.pop()
        walks += 1
        if walks > _MOST_WALKS:
            found.wrong("transitions", Wrong.LOOP, stages=", ".join(machine.keys))
            return
        last = machine.transitions[path[-1]].target if path else ""
        begins = [last] if path else list(machine.keys)
        for begin in begins:
            for n, transition, asked in _at_once(machine, begin):
                together = (*wanted, *asked)
                if not _possible(together):
                    continue
                visited = [machine.transitions[i].source for i in path] + [begin]
                if transition.target in visited:
                    round_trip = (*path, n)[visited.index(transition.target) :]
                    if visited.index(transition.target) == 0 and frozenset(round_trip) not in reported:
                        reported.add(frozenset(round_trip))
                        stages = [machine.transitions[i].source for i in round_trip]
                        found.wrong(f"transitions[{max(round_trip)}]", Wrong.LOOP, stages=" → ".join(stages))
                else:
                    waiting.append(((*path, n), together))


def _at_once(machine: Machine, key: str) -> Iterator[tuple[int, Transition, list[Wanted]]]:
    """Give the transitions that may fire on entering a stage, with what has to be true for each to be the one."""
    before: list[Wanted] = []
    for n, transition in machine.leaving(key):
        if transition.after_days == 0 and transition.when is not None:
            yield n, transition, [*before, (transition.when, True)]
            before.append((transition.when, False))


def _possible(wanted: tuple[Wanted, ...]) -> bool:
    try:
        return can_hold(wanted)
    except TooTangled:
        return True
