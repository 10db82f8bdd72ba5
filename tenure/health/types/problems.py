"""What is wrong with a scorecard, and where."""

import dataclasses
from collections.abc import Mapping
from enum import StrEnum

from tenure.segments.types.problems import Problem as ConditionProblem


class ProblemCode(StrEnum):
    """The ways a scorecard can be wrong."""

    NAMES_NEEDED = "names_needed"
    FIELD_MISSING = "field_missing"
    FIELD_UNKNOWN = "field_unknown"
    KIND_UNKNOWN = "kind_unknown"
    CHOICE_UNKNOWN = "choice_unknown"
    TEXT_NEEDED = "text_needed"
    TEXT_TOO_LONG = "text_too_long"
    NUMBER_NEEDED = "number_needed"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    LIST_NEEDED = "list_needed"
    PAIR_NEEDED = "pair_needed"
    NOT_RISING = "not_rising"
    ENDS_EQUAL = "ends_equal"
    NAME_TWICE = "name_twice"
    NOTHING_WEIGHS = "nothing_weighs"
    TOO_MANY = "too_many"
    TOO_DEEP = "too_deep"
    ONE_OF_TWO = "one_of_two"
    BEGINS_AT_ZERO = "begins_at_zero"
    TRAITS_ONLY = "traits_only"
    OWN_CONCLUSION = "own_conclusion"
    CONDITION = "condition"
    YAML_BROKEN = "yaml_broken"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong, at `path` of the scorecard (and, where it came as text, on `line`, counted from 1).

    `condition` is what is wrong inside a condition in the language of segments.
    """

    path: str
    code: ProblemCode
    params: Mapping[str, str | int] = dataclasses.field(default_factory=dict)
    line: int | None = None
    condition: ConditionProblem | None = None
