"""The text form of what is called leaving: YAML that a person can read, review in a diff, and put back.

leaving: contract        # or use: nobody has used the product for gap_days
horizon_days: 90
gap_days: 30
"""

import yaml

from tenure.kernel.yaml_lines import YamlBroken, root_of
from tenure.risk.types import Choices, ChurnKind, Problem

LONGEST = 2_000
KEYS = ("leaving", "horizon_days", "gap_days")


def to_text(chosen: Choices) -> str:
    """Write it down."""
    return f"leaving: {chosen.kind.value}\nhorizon_days: {chosen.horizon_days}\ngap_days: {chosen.gap_days}\n"


def read_text(text: str, horizons: tuple[int, int], gaps: tuple[int, int]) -> tuple[Choices | None, list[Problem]]:
    """Read it; whatever is wrong comes back with its line, and then nothing is chosen."""
    if len(text) > LONGEST:
        return None, [Problem(line=1, code="text_too_long")]
    try:
        node = root_of(text)
    except YamlBroken as broken:
        return None, [Problem(line=broken.line or 1, code="not_yaml")]
    if not isinstance(node, yaml.MappingNode):
        return None, [Problem(line=1, code="not_lines")]
    said: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    for key, value in node.value:
        name, line = "".join(c for c in str(key.value) if c.isprintable()), key.start_mark.line + 1
        if name not in KEYS:
            problems.append(Problem(line=line, code="key_unknown", key=name[:60]))
        elif name in said:
            problems.append(Problem(line=line, code="key_twice", key=name))
        elif not isinstance(value, yaml.ScalarNode):
            problems.append(Problem(line=line, code="value_wrong", key=name))
        else:
            said[name], lines[name] = value.value.strip(), line
    problems += [Problem(line=1, code="key_missing", key=name) for name in KEYS if name not in said and not problems]
    if "leaving" in said and said["leaving"] not in set(ChurnKind):
        problems.append(Problem(line=lines["leaving"], code="leaving_wrong", key="leaving"))
    for name, (least, most) in (("horizon_days", horizons), ("gap_days", gaps)):
        days = _whole(said[name]) if name in said else least
        if days is None or not least <= days <= most:
            problems.append(Problem(line=lines[name], code="days_wrong", key=name, least=least, most=most))
    if problems:
        return None, sorted(problems, key=lambda p: (p.line, p.code, p.key))
    return Choices(
        kind=ChurnKind(said["leaving"]),
        horizon_days=int(said["horizon_days"]),
        gap_days=int(said["gap_days"]),
        is_chosen=True,
    ), []


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
