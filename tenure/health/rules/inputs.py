"""Read what a measure reads and how it scores, and the plain values everything else is made of."""

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from tenure.health.rules.forms import CHOICE, DAYS, FUNCTIONS, INPUTS, NOTHING
from tenure.health.types.problems import Problem, ProblemCode
from tenure.health.types.scorecards import Banded, Bounded, Function, Input, Linear, Listed

LONGEST_NAME = 80
LONGEST_TRAIT = 250
MOST_DAYS = 730
MOST_STEPS = 50
LARGEST = 1e15
OWN_CONCLUSIONS = ("health_score", "health_grade")
"""Traits that health itself sets: a scorecard that read them would judge by its own judgement."""

Choice = TypeVar("Choice", bound=StrEnum)


def _is_finite(number: float) -> bool:
    return isinstance(number, int) or math.isfinite(number)  # an int may be too large to become a float


class InputReading:
    """Reads plain values, noting what is wrong; what cannot be read is None, or the lowest that is allowed."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, path: str, code: ProblemCode, **params: str | int) -> None:
        """Note a problem."""
        self.problems.append(Problem(path=path, code=code, params=params))

    def names(
        self, raw: object, path: str, known: Sequence[str], *, needed: Sequence[str] = ()
    ) -> Mapping[str, Any] | None:
        """Read names and values of which these are known; None where what is needed is not there."""
        if not isinstance(raw, Mapping):
            self.wrong(path, ProblemCode.NAMES_NEEDED, choices=", ".join(known))
            return None
        for key in raw:
            if key not in known:
                at = f"{path}.{key}" if path else str(key)
                self.wrong(at, ProblemCode.FIELD_UNKNOWN, choices=", ".join(known))
        missing = [key for key in needed if key not in raw]
        for key in missing:
            self.wrong(f"{path}.{key}" if path else key, ProblemCode.FIELD_MISSING)
        return None if missing else raw

    def text(self, raw: object, path: str, longest: int = LONGEST_NAME) -> str:
        """Read a name."""
        text = raw.strip() if isinstance(raw, str) else ""
        if not text:
            self.wrong(path, ProblemCode.TEXT_NEEDED)
        elif len(text) > longest:
            self.wrong(path, ProblemCode.TEXT_TOO_LONG, most=longest)
        elif "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            self.wrong(path, ProblemCode.TEXT_NEEDED)
        return text

    def number(self, raw: object, path: str, low: float, high: float) -> float:
        """Read a number within bounds."""
        if isinstance(raw, bool) or not isinstance(raw, int | float) or not _is_finite(raw):
            self.wrong(path, ProblemCode.NUMBER_NEEDED)
            return low
        if not low <= raw <= high:
            self.wrong(path, ProblemCode.NUMBER_OUT_OF_RANGE, low=int(low), high=int(high))
            return low
        return float(raw)

    def whole(self, raw: object, path: str, low: int, high: int) -> int:
        """Read a whole number within bounds."""
        number = self.number(raw, path, low, high)
        if number != int(number):
            self.wrong(path, ProblemCode.NUMBER_NEEDED)
        return int(number)

    def choice(self, raw: object, path: str, choices: type[Choice]) -> Choice | None:
        """Read one of some words."""
        if isinstance(raw, str) and raw in tuple(choices):
            return choices(raw)
        self.wrong(path, ProblemCode.CHOICE_UNKNOWN, given=str(raw)[:60], choices=", ".join(choices))
        return None

    def input(self, raw: object, path: str) -> Input | None:
        """Read what a measure reads."""
        if not isinstance(raw, Mapping):
            self.wrong(path, ProblemCode.NAMES_NEEDED, choices=", ".join(INPUTS))
            return None
        name = next((key for key in raw if key in INPUTS), None)
        if name is None:
            given = str(next(iter(raw), ""))[:60]
            self.wrong(path, ProblemCode.KIND_UNKNOWN, given=given, choices=", ".join(INPUTS))
            return None
        form, before, values = INPUTS[name], len(self.problems), dict[str, Any]()
        self.names(raw, path, (name, "days") if form.has_days else (name,))
        at = f"{path}.{name}"
        if form.kind == CHOICE and form.choices is not None:
            values[form.head] = self.choice(raw[name], at, form.choices)
        elif form.kind == DAYS:
            values[form.head] = self.whole(raw[name], at, 1, MOST_DAYS)
        elif form.kind == NOTHING:
            if raw[name] is not True:
                self.wrong(at, ProblemCode.CHOICE_UNKNOWN, given=str(raw[name])[:60], choices="true")
        else:
            values[form.head] = self.text(raw[name], at, LONGEST_TRAIT)
            if values[form.head] in OWN_CONCLUSIONS:
                self.wrong(at, ProblemCode.OWN_CONCLUSION)
        if form.has_days and "days" in raw:
            values["days"] = self.whole(raw["days"], f"{path}.days", 1, MOST_DAYS)
        if len(self.problems) > before:
            return None
        read: Input = form.made(**values)
        return read

    def function(self, raw: object, path: str) -> Function | None:
        """Read how a measure scores."""
        if not isinstance(raw, Mapping):
            self.wrong(path, ProblemCode.NAMES_NEEDED, choices=", ".join(FUNCTIONS))
            return None
        name = next((key for key in raw if key in FUNCTIONS), None)
        if name is None:
            given = str(next(iter(raw), ""))[:60]
            self.wrong(path, ProblemCode.KIND_UNKNOWN, given=given, choices=", ".join(FUNCTIONS))
            return None
        before = len(self.problems)
        self.names(raw, path, (name, "otherwise") if name == "listed" else (name,))
        at = f"{path}.{name}"
        found: Function | None
        match name:
            case "linear" | "bounded":
                found = self._ends(raw[name], at, Linear if name == "linear" else Bounded)
            case "banded":
                found = self._steps(raw[name], at)
            case _:
                found = self._listed(raw, path)
        return None if len(self.problems) > before else found

    def _ends(self, raw: object, at: str, made: type[Linear] | type[Bounded]) -> Linear | Bounded | None:
        if not isinstance(raw, list | tuple) or len(raw) != 2:
            self.wrong(at, ProblemCode.PAIR_NEEDED)
            return None
        low, high = (self.number(each, f"{at}[{n}]", -LARGEST, LARGEST) for n, each in enumerate(raw))
        if low == high:
            self.wrong(at, ProblemCode.ENDS_EQUAL)
        return made(low, high)

    def _steps(self, raw: object, at: str) -> Banded | None:
        if not isinstance(raw, list | tuple) or not 1 <= len(raw) <= MOST_STEPS:
            self.wrong(at, ProblemCode.LIST_NEEDED)
            return None
        steps: list[tuple[float | None, float]] = []
        for n, each in enumerate(raw):
            if not isinstance(each, list | tuple) or len(each) != 2:
                self.wrong(f"{at}[{n}]", ProblemCode.PAIR_NEEDED)
                return None
            least = None if each[0] is None and not n else self.number(each[0], f"{at}[{n}][0]", -LARGEST, LARGEST)
            points = self.number(each[1], f"{at}[{n}][1]", 0, 100)
            before = steps[-1][0] if steps else None
            if least is not None and before is not None and least <= before:
                self.wrong(f"{at}[{n}]", ProblemCode.NOT_RISING)
            steps.append((least, points))
        return Banded(tuple(steps))

    def _listed(self, raw: Mapping[str, Any], path: str) -> Listed | None:
        at = f"{path}.listed"
        if not isinstance(raw["listed"], Mapping) or not 1 <= len(raw["listed"]) <= MOST_STEPS:
            self.wrong(at, ProblemCode.NAMES_NEEDED, choices="")
            return None
        values: list[tuple[str, float]] = []
        for name, points in raw["listed"].items():
            text = self.text(name if isinstance(name, str) else str(name), at, LONGEST_TRAIT)
            if text.lower() in [known.lower() for known, _ in values]:
                self.wrong(f"{at}.{name}", ProblemCode.NAME_TWICE, name=text[:60])
            values.append((text, self.number(points, f"{at}.{name}", 0, 100)))
        otherwise = raw.get("otherwise")
        if otherwise is not None:
            otherwise = self.number(otherwise, f"{path}.otherwise", 0, 100)
        return Listed(tuple(values), otherwise)
