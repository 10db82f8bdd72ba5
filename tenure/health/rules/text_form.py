"""A scorecard as YAML: the plain form with its name, kept with code, compared, reviewed, and read back."""

import dataclasses
from collections.abc import Mapping

import yaml

from tenure.health.errors import ScorecardWrong
from tenure.health.rules.checking import KNOWN, ReadCondition, read_definition
from tenure.health.rules.writing import WriteCondition, to_plain
from tenure.health.types.problems import Problem, ProblemCode
from tenure.health.types.scorecards import Definition
from tenure.kernel.yaml_lines import YamlBroken, line_of, read_yaml


@dataclasses.dataclass(frozen=True, kw_only=True)
class WrittenScorecard:
    """What the text form of a scorecard says."""

    name: str
    description: str
    definition: Definition


def to_text(written: WrittenScorecard, write: WriteCondition) -> str:
    """Write a scorecard as YAML."""
    plain: dict[str, object] = {"name": written.name}
    if written.description:
        plain["description"] = written.description
    plain |= to_plain(written.definition, write)
    return dumped(plain)


def dumped(plain: Mapping[str, object]) -> str:
    """Write names and values as the text form has them, whether or not they make a scorecard."""
    return yaml.dump(dict(plain), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def from_text(text: str, read_condition: ReadCondition) -> WrittenScorecard:
    """Read YAML back; raises `ScorecardWrong` whose problems know their line."""
    try:
        whole, lines = read_yaml(text)
    except YamlBroken as broken:
        params = {"problem": broken.problem}
        raise ScorecardWrong(
            [Problem(path="", code=ProblemCode.YAML_BROKEN, params=params, line=broken.line)]
        ) from broken
    if not isinstance(whole, dict):
        raise ScorecardWrong([Problem(path="", code=ProblemCode.NAMES_NEEDED, params={"choices": "name"}, line=1)])
    problems = []
    if not isinstance(whole.get("name"), str) or not whole["name"].strip():
        problems.append(Problem(path="name", code=ProblemCode.TEXT_NEEDED, line=lines.get("name", 1)))
    if not isinstance(whole.get("description", ""), str):
        problems.append(Problem(path="description", code=ProblemCode.TEXT_NEEDED, line=lines.get("description")))
    definition = None
    try:
        rest = {key: value for key, value in whole.items() if key not in ("name", "description")}
        definition = read_definition(rest, read_condition)
    except ScorecardWrong as wrong:
        problems += [dataclasses.replace(p, line=line_of(p.path, lines)) for p in wrong.problems]
    if problems or definition is None:
        raise ScorecardWrong(problems)
    return WrittenScorecard(
        name=whole["name"].strip(), description=str(whole.get("description", "")).strip(), definition=definition
    )


class _Dumper(yaml.SafeDumper):
    """Writes short lists and what is read or scored on one line, everything else below each other."""

    def represent_mapping(self, tag: str, mapping: object, flow_style: bool | None = None) -> yaml.MappingNode:
        """Choose the style by what is inside."""
        names = set(mapping) if isinstance(mapping, dict) else set()
        is_short = bool(names) and not names & {"group", "measure", "exception", *KNOWN, "where", "all", "any", "not"}
        return super().represent_mapping(tag, mapping, flow_style=is_short and len(str(mapping)) < 110)  # type: ignore[arg-type]

    def represent_sequence(self, tag: str, sequence: object, flow_style: bool | None = None) -> yaml.SequenceNode:
        """Choose the style by what is inside."""
        is_short = isinstance(sequence, list | tuple) and not any(isinstance(each, dict) for each in sequence)
        return super().represent_sequence(tag, sequence, flow_style=is_short)  # type: ignore[arg-type]
