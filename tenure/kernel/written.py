"""What a workspace defines, as text: YAML read with the line of everything in it, checked piece by piece.

A place is written as a *path* (`transitions[2].when.all[0]`), and every problem knows its path and, where it came as
text, its line.
"""

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import yaml

from tenure.kernel.errors import Invalid

LONGEST = 100_000
MOST_NODES = 5_000
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
        here = path
        while here:
            if here in self.lines:
                return self.lines[here]
            here = here[: max(here.rfind("."), here.rfind("["), 0)]
        return self.lines.get("")


def load(text: str) -> Loaded:
    """Read YAML; raises `TextWrong`."""
    if len(text) > LONGEST:
        raise TextWrong([Problem(path="", code=Wrong.TOO_LONG, params={"most": LONGEST})])
    lines: dict[str, int] = {}
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        plain = _Nodes(lines).read(root, "") if root is not None else {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        params = {"problem": str(getattr(error, "problem", "") or "")}
        line = mark.line + 1 if mark else None
        raise TextWrong([Problem(path="", code=Wrong.YAML_BROKEN, params=params, line=line)]) from error
    except RecursionError as error:
        params = {"problem": "it is nested too deep"}
        raise TextWrong([Problem(path="", code=Wrong.YAML_BROKEN, params=params)]) from error
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


class _Nodes:
    """Turns YAML nodes into plain values and notes the line of each path."""

    def __init__(self, lines: dict[str, int]) -> None:
        self._lines = lines
        self._seen = 0
        self._scalars = yaml.constructor.SafeConstructor()

    def read(self, node: yaml.Node, path: str) -> Any:
        self._seen += 1
        if self._seen > MOST_NODES:
            raise TextWrong([Problem(path="", code=Wrong.TOO_MANY, params={"most": MOST_NODES})])
        self._lines.setdefault(path, node.start_mark.line + 1)
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self.read(each, f"{path}[{i}]") for i, each in enumerate(node.value)]
            case _:
                try:
                    value = self._scalars.construct_object(node)
                except (ValueError, KeyError, AttributeError) as error:  # the 45th of a month, a number of 5,000 digits
                    raise yaml.MarkedYAMLError(problem=str(error)[:200], problem_mark=node.start_mark) from error
                return value.isoformat() if isinstance(value, date | datetime) else value

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in read:
                raise yaml.MarkedYAMLError(problem=f"“{key}” is there twice", problem_mark=key_node.start_mark)
            read[key] = self.read(value_node, inside(path, key))
            self._lines[inside(path, key)] = key_node.start_mark.line + 1
        return read
