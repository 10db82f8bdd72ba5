"""YAML as plain values with the line of every place in it, so that whoever checks it can say where something is wrong.

Nothing but plain values can be in it; dates come as ISO text; the same name twice is refused.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import yaml

_MOST_NODES = 5_000
LONGEST = 100_000


class YamlBroken(ValueError):
    """The text is no YAML we take; `line` (from 1) says where, if that is known."""

    def __init__(self, problem: str, line: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


def read_yaml(text: str) -> tuple[Any, dict[str, int]]:
    """Return what a text says, and the line of each path in it (`measures[0].weight`); raises `YamlBroken`."""
    if len(text) > LONGEST:
        raise YamlBroken(f"longer than {LONGEST} characters")
    lines: dict[str, int] = {}
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        return (_Reader(lines).read(root, "") if root is not None else {}), lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise YamlBroken(str(getattr(error, "problem", "") or ""), mark.line + 1 if mark else None) from error
    except (RecursionError, ValueError, OverflowError, KeyError, AttributeError) as error:
        if isinstance(error, YamlBroken):
            raise
        raise YamlBroken(str(error)[:200]) from error


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
        if self._seen > _MOST_NODES:
            raise YamlBroken("it says more than can be read", node.start_mark.line + 1)
        self._lines.setdefault(path, node.start_mark.line + 1)
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self.read(each, f"{path}[{i}]") for i, each in enumerate(node.value)]
            case _:
                value = self._scalars.construct_object(node)
                return value.isoformat() if isinstance(value, (date, datetime)) else value

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in read:
                raise YamlBroken(f"“{key}” is there twice", key_node.start_mark.line + 1)
            here = f"{path}.{key}" if path else key
            read[key] = self.read(value_node, here)
            self._lines[here] = key_node.start_mark.line + 1
        return read
