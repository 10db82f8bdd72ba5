"""YAML as plain values with the line of every place in it, so that whoever checks it can say where something is wrong.

Nothing but plain values can be in it; dates come as ISO text; the same name twice is refused.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import yaml

LONGEST = 100_000
MOST_NODES = 5_000
_UNREADABLE = (ValueError, LookupError, AttributeError, ArithmeticError)
"""What PyYAML makes of the 45th of a month, a number of 5,000 digits, or nothing at all that is called a number."""
_TOO_DEEP, _NOT_ALLOWED = "it is nested too deep", "special characters are not allowed"
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")
"""Nothing can keep a NUL, or send half of a character."""


class YamlBroken(ValueError):
    """The text is no YAML we take; `line` (from 1) says where, if that is known."""

    def __init__(self, problem: str, line: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


class YamlTooLong(YamlBroken):
    """The text has more than `LONGEST` characters."""


class YamlSaysTooMuch(YamlBroken):
    """The text names more than `MOST_NODES` values, or the same ones again and again."""


def read_yaml(text: str) -> tuple[Any, dict[str, int]]:
    """Return what a text says, and the line of each path in it (`measures[0].weight`); raises `YamlBroken`."""
    if len(text) > LONGEST:
        raise YamlTooLong(f"longer than {LONGEST} characters")
    lines: dict[str, int] = {}
    root = root_of(text)
    try:
        return (_Reader(lines).read(root, "") if root is not None else {}), lines
    except yaml.YAMLError as error:
        raise _broken(error) from error
    except RecursionError as error:
        raise YamlBroken(_TOO_DEEP) from error


def root_of(text: str) -> yaml.Node | None:
    """Return the node that a text is, None of an empty one; raises `YamlBroken`, whatever is wrong with it."""
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _broken(error) from error
    except RecursionError as error:
        raise YamlBroken(_TOO_DEEP) from error
    except (ValueError, OverflowError) as error:  # an escape of a character that there is not
        raise YamlBroken(_NOT_ALLOWED) from error
    return root


def _broken(error: yaml.YAMLError) -> YamlBroken:
    mark = getattr(error, "problem_mark", None)
    return YamlBroken(str(getattr(error, "problem", "") or ""), mark.line + 1 if mark else None)


def line_of(path: str, lines: Mapping[str, int]) -> int | None:
    """Find the line of a path, or of the nearest place around it."""
    here = path
    while here:
        if here in lines:
            return lines[here]
        here = here[: max(here.rfind("."), here.rfind("["), 0)]
    return lines.get("")


class _Reader:
    """Turns nodes into plain values and notes the line of each path."""

    def __init__(self, lines: dict[str, int]) -> None:
        self._lines = lines
        self._seen = 0
        self._scalars = yaml.constructor.SafeConstructor()

    def read(self, node: yaml.Node, path: str) -> Any:
        self._seen += 1
        if self._seen > MOST_NODES:
            raise YamlSaysTooMuch("it says more than can be read", node.start_mark.line + 1)
        self._lines.setdefault(path, node.start_mark.line + 1)
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self.read(each, f"{path}[{i}]") for i, each in enumerate(node.value)]
            case _:
                try:
                    value = self._scalars.construct_object(node)
                except _UNREADABLE as error:
                    raise YamlBroken(str(error)[:200], node.start_mark.line + 1) from error
                _refuse_no_character(value, node)
                return value.isoformat() if isinstance(value, (date, datetime)) else value

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            _refuse_no_character(key, key_node)
            if key in read:
                raise YamlBroken(f"“{key}” is there twice", key_node.start_mark.line + 1)
            here = f"{path}.{key}" if path else key
            read[key] = self.read(value_node, here)
            self._lines[here] = key_node.start_mark.line + 1
        return read


def _refuse_no_character(said: object, node: yaml.Node) -> None:
    if isinstance(said, str) and _NO_CHARACTER.search(said):
        raise YamlBroken(_NOT_ALLOWED, node.start_mark.line + 1)
