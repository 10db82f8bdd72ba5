"""What a workspace defines, as text: YAML read with the line of everything in it, checked piece by piece.

A place is written as a *path* (`transitions[2].when.all[0]`), and every problem knows its path and, where it came as
text, its line.
"""

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any

import yaml

from tenure.kernel.errors import Invalid
from tenure.kernel.yaml_lines import LONGEST as LONGEST
from tenure.kernel.yaml_lines import MOST_NODES, YamlBroken, YamlSaysTooMuch, YamlTooLong, line_of, read_yaml

_KEY = re.compile(r"[a-z][a-z0-9_]*")


class Wrong(StrEnum):
    """What can be wrong with any text; each definition adds its own."""

    YAML_BROKEN = "yaml_broken"
    TOO_LONG = "too_long"
    NOT_NAMES_AND_VALUES = "not_names_and_values"
    LIST_NEEDED = "list_needed"
    FIELD_UNKNOWN = "field_unknown"
    FIELD_MISSING = "field_missing"
    TEXT_NEEDED = "text_needed"
    NUMBER_NEEDED = "number_needed"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    YES_OR_NO_NEEDED = "yes_or_no_needed"
    CHOICE_UNKNOWN = "choice_unknown"
    KEY_UNUSABLE = "key_unusable"
    TWICE = "twice"
    TOO_MANY = "too_many"
    CONDITION = "condition"
    """A condition is wrong; `words` says what."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong, at `path` (and, where it came as text, on `line`, counted from 1)."""

    path: str
    code: str
    params: Mapping[str, str | int] = dataclasses.field(default_factory=dict)
    line: int | None = None


class TextWrong(Invalid):
    """The text of a definition cannot be used; `problems` says what is wrong, and on which line."""

    code = "text_wrong"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "; ".join(f"{p.path or 'text'}: {p.code}" for p in problems),
            problems=[{"path": p.path, "code": p.code, "line": p.line, **p.params} for p in problems],
        )
        self.problems = tuple(problems)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Loaded:
    """A text as plain values, and the line of every path in it."""

    plain: Mapping[str, Any]
    lines: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def line_of(self, path: str) -> int | None:
        """Find the line of a path, or of the nearest place around it."""
        return line_of(path, self.lines)


def load(text: str) -> Loaded:
    """Read YAML; raises `TextWrong`."""
    try:
        plain, lines = read_yaml(text)
    except YamlTooLong as error:
        raise TextWrong([Problem(path="", code=Wrong.TOO_LONG, params={"most": LONGEST})]) from error
    except YamlSaysTooMuch as error:
        raise TextWrong([Problem(path="", code=Wrong.TOO_MANY, params={"most": MOST_NODES})]) from error
    except YamlBroken as error:
        problem = Problem(path="", code=Wrong.YAML_BROKEN, params={"problem": error.problem}, line=error.line)
        raise TextWrong([problem]) from error
    if not isinstance(plain, dict):
        raise TextWrong([Problem(path="", code=Wrong.NOT_NAMES_AND_VALUES, line=1)])
    return Loaded(plain=plain, lines=lines)


def dumped(plain: Mapping[str, object]) -> str:
    """Write plain values as YAML, in their order."""
    return yaml.safe_dump(dict(plain), sort_keys=False, allow_unicode=True, width=110)


def inside(path: str, step: str) -> str:
    """Append a step to a path."""
    return f"{path}.{step}" if path else step


class Checking:
    """One walk through plain values, gathering problems; what cannot be used is replaced by the default given."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.problems: list[Problem] = []

    def wrong(self, path: str, code: str, **params: str | int) -> None:
        """Take a problem down."""
        self.problems.append(Problem(path=path, code=code, params=params, line=self.loaded.line_of(path)))

    def finish(self) -> None:
        """Raise `TextWrong` when anything was wrong."""
        if self.problems:
            raise TextWrong(self.problems)

    def mapping(self, raw: object, path: str, *, known: Collection[str] = (), needed: Collection[str] = ()) -> Any:
        """Return names and values; those not `known` and those `needed` and missing are problems."""
        if not isinstance(raw, Mapping):
            self.wrong(path, Wrong.NOT_NAMES_AND_VALUES)
            return {}
        for name in raw:
            if known and name not in known:
                self.wrong(inside(path, str(name)), Wrong.FIELD_UNKNOWN, given=str(name)[:60], choices=", ".join(known))
        for name in needed:
            if name not in raw:
                self.wrong(path, Wrong.FIELD_MISSING, field=name)
        return raw

    def listing(self, raw: object, path: str, *, most: int) -> Sequence[Any]:
        """Return a list of at most so many things; nothing at all is an empty one."""
        if raw is None:
            return []
        if not isinstance(raw, list | tuple):
            self.wrong(path, Wrong.LIST_NEEDED)
            return []
        if len(raw) > most:
            self.wrong(path, Wrong.TOO_MANY, most=most)
        return raw[:most]

    def text(self, raw: object, path: str, *, most: int = 120, default: str | None = None) -> str:
        """Return words; without a `default` there have to be some."""
        if raw is None and default is not None:
            return default
        said = "".join(c for c in raw if c == "\n" or c.isprintable()).strip() if isinstance(raw, str) else ""
        if not isinstance(raw, str) or (not said and default is None):
            self.wrong(path, Wrong.TEXT_NEEDED)
        elif len(said) > most:
            self.wrong(path, Wrong.TOO_LONG, most=most)
        return said[:most]

    def key(self, raw: object, path: str, *, most: int = 30) -> str:
        """Return a short name in small letters, digits and underscores, such as `won_back`."""
        if isinstance(raw, str) and len(raw) <= most and _KEY.fullmatch(raw):
            return raw
        self.wrong(path, Wrong.KEY_UNUSABLE, given=str(raw)[:60])
        return ""

    def whole(self, raw: object, path: str, *, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number within bounds."""
        if raw is None and default is not None:
            return default
        if not isinstance(raw, int) or isinstance(raw, bool):
            self.wrong(path, Wrong.NUMBER_NEEDED)
            return low
        if not low <= raw <= high:
            self.wrong(path, Wrong.NUMBER_OUT_OF_RANGE, low=low, high=high)
            return low
        return raw

    def choice(self, raw: object, path: str, choices: Collection[str], *, default: str | None = None) -> str:
        """Return one of some words."""
        if raw is None and default is not None:
            return default
        if raw not in choices:
            self.wrong(path, Wrong.CHOICE_UNKNOWN, given=str(raw)[:60], choices=", ".join(choices))
            return default if default is not None else next(iter(choices), "")
        return str(raw)
