"""The text form of a rule: YAML that a person can read, review in a diff, and put back.

name: Premium and quiet
segment: Premium without use
confidence: 0.8          # or severity: 0.7, the same for every account
closes_on_leaving: yes
"""

from typing import Any

import yaml

from tenure.kernel.yaml_lines import YamlBroken, root_of
from tenure.segment_signals.types import Problem, Terms, Written

LONGEST = 10_000
KEYS = ("name", "segment", "confidence", "severity", "closes_on_leaving")


def to_text(terms: Terms, segment: str) -> str:
    """Write a rule down, its segment by name."""
    said: dict[str, Any] = {"name": terms.name, "segment": segment}
    if terms.severity is None:
        said["confidence"] = terms.confidence
    else:
        said["severity"] = terms.severity
    said["closes_on_leaving"] = terms.closes_on_leaving
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, default_flow_style=False)


def read_text(text: str) -> tuple[Written | None, list[Problem]]:
    """Read a rule; whatever is wrong comes back with its line, and then there is no rule."""
    if len(text) > LONGEST:
        return None, [Problem(line=1, code="text_too_long")]
    try:
        node = root_of(text)
    except YamlBroken as broken:
        return None, [Problem(line=broken.line or 1, code="not_yaml")]
    if not isinstance(node, yaml.MappingNode):
        return None, [Problem(line=1, code="not_a_rule")]
    said: dict[str, Any] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    for key, value in node.value:
        name, line = "".join(filter(is_storable, str(key.value))), key.start_mark.line + 1
        if name not in KEYS:
            problems.append(Problem(line=line, code="key_unknown", params=(("key", name),)))
        elif name in said:
            problems.append(Problem(line=line, code="key_twice", params=(("key", name),)))
        elif not isinstance(value, yaml.ScalarNode):
            problems.append(Problem(line=line, code="value_wrong", params=(("key", name),)))
        else:
            try:
                said[name], lines[name] = yaml.SafeLoader("").construct_object(value), line
            except (yaml.YAMLError, ValueError, LookupError, AttributeError, ArithmeticError):  # the 45th of a month …
                problems.append(Problem(line=line, code="value_wrong", params=(("key", name),)))
                continue
            if not is_storable(said[name]):
                problems.append(Problem(line=line, code="value_wrong", params=(("key", name),)))
    problems += _wrong(said, lines)
    if problems:
        return None, sorted(problems, key=lambda p: (p.line, p.code))
    return Written(
        name=str(said["name"]).strip(),
        segment=str(said["segment"]).strip(),
        confidence=0.8 if said.get("confidence") is None else float(said["confidence"]),
        severity=None if said.get("severity") is None else float(said["severity"]),
        closes_on_leaving=bool(said.get("closes_on_leaving", True)),
    ), []


def _wrong(said: dict[str, Any], lines: dict[str, int]) -> list[Problem]:
    problems = [
        Problem(line=lines.get(name, 1), code="key_missing", params=(("key", name),))
        for name in ("name", "segment")
        if said.get(name) is None or not str(said[name]).strip()
    ]
    problems += [
        Problem(line=lines[name], code="share_wrong", params=(("key", name),))
        for name in ("confidence", "severity")
        if said.get(name) is not None and not is_share(said[name])
    ]
    if not isinstance(said.get("closes_on_leaving", True), bool):
        problems.append(Problem(line=lines["closes_on_leaving"], code="yes_or_no"))
    return problems


def is_storable(value: object) -> bool:
    """Tell whether the database can keep what a value says: no NUL, and no half of a character."""
    return not any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in str(value))


def is_share(value: object) -> bool:
    """Tell whether a value is a number from 0 to 1."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
