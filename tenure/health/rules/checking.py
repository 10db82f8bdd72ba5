"""Read a scorecard from names and values, and say everything that is wrong with it and where."""

from collections.abc import Callable, Mapping
from typing import Any

from tenure.health.errors import ScorecardWrong
from tenure.health.rules.inputs import LARGEST, InputReading
from tenure.health.types.problems import Problem, ProblemCode
from tenure.health.types.scorecards import (
    LEAVE_OUT,
    NO_SCORE,
    TONES,
    USUAL_BANDS,
    Band,
    Children,
    Compared,
    Definition,
    ExceptionRule,
    Group,
    Listed,
    Measure,
    NewAccounts,
    Node,
    RollUp,
    Scheme,
    Trait,
    Where,
    all_leaves,
)
from tenure.segments.errors import ConditionWrong
from tenure.segments.types.conditions import Condition

DEEPEST = 5
MOST_MEASURES = 50
MOST_EXCEPTIONS = 20
MOST_BANDS = 12
LARGEST_WEIGHT = 999_999
KNOWN = (
    "applies_to", "scheme", "bands", "minimum_coverage", "measures", "new_accounts", "exceptions", "children",
)  # fmt: skip
ReadCondition = Callable[[object], Condition]
"""Reads a condition in the language of segments; raises `ConditionWrong`."""


def read_definition(raw: object, read_condition: ReadCondition) -> Definition:
    """Read the plain form of a scorecard; raises `ScorecardWrong` with every problem found."""
    reading = _Reading(read_condition)
    definition = reading.definition(raw)
    if definition is not None and not reading.problems:
        found = all_leaves(definition)
        if len(found) > MOST_MEASURES:
            reading.wrong("measures", ProblemCode.TOO_MANY, most=MOST_MEASURES)
        seen: set[tuple[bool, str]] = set()
        for leaf in found:
            if (leaf.is_for_new, leaf.key) in seen:
                reading.wrong(leaf.path, ProblemCode.NAME_TWICE, name=leaf.measure.name)
            seen.add((leaf.is_for_new, leaf.key))
    if reading.problems or definition is None:
        raise ScorecardWrong(reading.problems)
    return definition


class _Reading(InputReading):
    """One walk through what came in, gathering problems on the way."""

    def __init__(self, read_condition: ReadCondition) -> None:
        super().__init__()
        self.read_condition = read_condition

    def definition(self, raw: object) -> Definition | None:
        whole = self.names(raw, "", KNOWN, needed=("measures",))
        if whole is None:
            return None
        measures = self.nodes(whole.get("measures"), "measures", 1)
        values: dict[str, Any] = {"measures": measures, "bands": self.bands(whole.get("bands"))}
        if "scheme" in whole:
            values["scheme"] = self.choice(whole["scheme"], "scheme", Scheme)
        if "minimum_coverage" in whole:
            values["minimum_coverage"] = self.whole(whole["minimum_coverage"], "minimum_coverage", 0, 100)
        if whole.get("applies_to") is not None:
            values["applies_to"] = self.condition(whole["applies_to"], "applies_to")
        if whole.get("new_accounts") is not None:
            values["new_accounts"] = self.new_accounts(whole["new_accounts"])
        if whole.get("exceptions") is not None:
            values["exceptions"] = self.exceptions(whole["exceptions"])
        if whole.get("children") is not None:
            values["children"] = self.children(whole["children"])
        return None if self.problems else Definition(**values)

    def nodes(self, raw: object, path: str, depth: int) -> tuple[Node, ...]:
        if not isinstance(raw, list | tuple) or not raw:
            self.wrong(path, ProblemCode.LIST_NEEDED)
            return ()
        if depth > DEEPEST:
            self.wrong(path, ProblemCode.TOO_DEEP, most=DEEPEST)
            return ()
        if len(raw) > MOST_MEASURES:
            self.wrong(path, ProblemCode.TOO_MANY, most=MOST_MEASURES)
            return ()
        found = [self.node(each, f"{path}[{n}]", depth) for n, each in enumerate(raw)]
        whole = tuple(node for node in found if node is not None)
        if len(whole) == len(found) and not sum(node.weight for node in whole):
            self.wrong(path, ProblemCode.NOTHING_WEIGHS)
        return whole

    def node(self, raw: object, path: str, depth: int) -> Node | None:
        if isinstance(raw, Mapping) and "group" in raw:
            whole = self.names(raw, path, ("group", "weight", "measures"), needed=("group", "measures"))
            if whole is None:
                return None
            before = len(self.problems)
            name = self.text(whole["group"], f"{path}.group")
            weight = self.number(whole.get("weight", 1), f"{path}.weight", 0, LARGEST_WEIGHT)
            inner = self.nodes(whole["measures"], f"{path}.measures", depth + 1)
            return None if len(self.problems) > before else Group(name=name, weight=weight, measures=inner)
        whole = self.names(
            raw, path, ("measure", "weight", "reads", "scores", "unknown"), needed=("measure", "reads", "scores")
        )
        return None if whole is None else self.measure(whole, path)

    def measure(self, whole: Mapping[str, Any], path: str) -> Measure | None:
        before = len(self.problems)
        name = self.text(whole["measure"], f"{path}.measure")
        weight = self.number(whole.get("weight", 1), f"{path}.weight", 0, LARGEST_WEIGHT)
        reads = self.input(whole["reads"], f"{path}.reads")
        scores = self.function(whole["scores"], f"{path}.scores")
        unknown: str | float = LEAVE_OUT
        if "unknown" in whole:
            said = whole["unknown"]
            if isinstance(said, str) and said in (LEAVE_OUT, NO_SCORE):
                unknown = said
            elif isinstance(said, str):
                choices = f"{LEAVE_OUT}, {NO_SCORE}, 0–100"
                self.wrong(f"{path}.unknown", ProblemCode.CHOICE_UNKNOWN, given=said[:60], choices=choices)
            else:
                unknown = self.number(said, f"{path}.unknown", 0, 100)
        if isinstance(scores, Listed) and reads is not None and not isinstance(reads, Trait):
            self.wrong(f"{path}.scores", ProblemCode.TRAITS_ONLY)
        if len(self.problems) > before or reads is None or scores is None:
            return None
        return Measure(name=name, weight=weight, reads=reads, scores=scores, unknown=unknown)

    def bands(self, raw: object) -> tuple[Band, ...]:
        if raw is None:
            return USUAL_BANDS
        if not isinstance(raw, list | tuple) or not 2 <= len(raw) <= MOST_BANDS:
            self.wrong("bands", ProblemCode.TOO_MANY, least=2, most=MOST_BANDS)
            return ()
        found = []
        for n, each in enumerate(raw):
            whole = self.names(each, f"bands[{n}]", ("band", "from", "tone"), needed=("band", "from", "tone"))
            if whole is not None:
                name = self.text(whole["band"], f"bands[{n}].band")
                least = self.whole(whole["from"], f"bands[{n}].from", 0, 100)
                tone = whole["tone"] if whole["tone"] in TONES else ""
                if not tone:
                    params = {"given": str(whole["tone"])[:60], "choices": ", ".join(TONES)}
                    self.wrong(f"bands[{n}].tone", ProblemCode.CHOICE_UNKNOWN, **params)
                found.append(Band(name=name, least=least, tone=tone))
        if found and len(found) == len(raw):
            if found[0].least != 0:
                self.wrong("bands[0].from", ProblemCode.BEGINS_AT_ZERO)
            for n in range(1, len(found)):
                if found[n].least <= found[n - 1].least:
                    self.wrong(f"bands[{n}].from", ProblemCode.NOT_RISING)
            names = [band.name.casefold() for band in found]
            for n, name in enumerate(names):
                if name in names[:n]:
                    self.wrong(f"bands[{n}].band", ProblemCode.NAME_TWICE, name=found[n].name)
        return tuple(found)

    def new_accounts(self, raw: object) -> NewAccounts | None:
        known = ("until_days", "handover_days", "measures")
        whole = self.names(raw, "new_accounts", known, needed=("until_days", "measures"))
        if whole is None:
            return None
        return NewAccounts(
            until_days=self.whole(whole["until_days"], "new_accounts.until_days", 1, 3_650),
            handover_days=self.whole(whole.get("handover_days", 0), "new_accounts.handover_days", 0, 3_650),
            measures=self.nodes(whole["measures"], "new_accounts.measures", 1),
        )

    def exceptions(self, raw: object) -> tuple[ExceptionRule, ...]:
        if not isinstance(raw, list | tuple):
            self.wrong("exceptions", ProblemCode.LIST_NEEDED)
            return ()
        if len(raw) > MOST_EXCEPTIONS:
            self.wrong("exceptions", ProblemCode.TOO_MANY, most=MOST_EXCEPTIONS)
            return ()
        found = [self.exception(each, f"exceptions[{n}]") for n, each in enumerate(raw)]
        return tuple(rule for rule in found if rule is not None)

    def exception(self, raw: object, path: str) -> ExceptionRule | None:
        whole = self.names(raw, path, ("exception", "when", "cap", "set_to"), needed=("exception", "when"))
        if whole is None:
            return None
        before = len(self.problems)
        name = self.text(whole["exception"], f"{path}.exception")
        when = self.when(whole["when"], f"{path}.when")
        if ("cap" in whole) == ("set_to" in whole):
            self.wrong(path, ProblemCode.ONE_OF_TWO, first="cap", second="set_to")
        cap = self.number(whole["cap"], f"{path}.cap", 0, 100) if "cap" in whole else None
        set_to = self.number(whole["set_to"], f"{path}.set_to", 0, 100) if "set_to" in whole else None
        if len(self.problems) > before or when is None:
            return None
        return ExceptionRule(name=name, when=when, cap=cap, set_to=set_to)

    def when(self, raw: object, path: str) -> Compared | Where | None:
        if isinstance(raw, Mapping) and "where" in raw:
            if self.names(raw, path, ("where",), needed=("where",)) is None:
                return None
            condition = self.condition(raw["where"], f"{path}.where")
            return None if condition is None else Where(condition=condition)
        whole = self.names(raw, path, ("reads", "at_least", "at_most", "where"), needed=("reads",))
        if whole is None:
            return None
        reads = self.input(whole["reads"], f"{path}.reads")
        if "at_least" not in whole and "at_most" not in whole:
            self.wrong(path, ProblemCode.ONE_OF_TWO, first="at_least", second="at_most")
            return None
        ends = {
            end: self.number(whole[end], f"{path}.{end}", -LARGEST, LARGEST)
            for end in ("at_least", "at_most")
            if end in whole
        }
        return None if reads is None else Compared(reads=reads, **ends)

    def children(self, raw: object) -> Children | None:
        whole = self.names(raw, "children", ("how", "share"), needed=("how",))
        if whole is None:
            return None
        how = self.choice(whole["how"], "children.how", RollUp)
        share = self.number(whole.get("share", 50), "children.share", 1, 100)
        return None if how is None else Children(how=how, share=share)

    def condition(self, raw: object, path: str) -> Condition | None:
        try:
            return self.read_condition(raw)
        except ConditionWrong as wrong:
            for each in wrong.problems:
                at = f"{path}.{each.path}" if each.path else path
                self.problems.append(Problem(path=at, code=ProblemCode.CONDITION, condition=each))
            return None
