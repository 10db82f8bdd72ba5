"""What is wrong with a condition, and where."""

import dataclasses
from collections.abc import Mapping
from enum import StrEnum


class ProblemCode(StrEnum):
    """The ways a condition can be wrong."""

    NOT_AN_OBJECT = "not_an_object"
    KIND_UNKNOWN = "kind_unknown"
    FIELD_MISSING = "field_missing"
    FIELD_UNKNOWN = "field_unknown"
    TYPE_WRONG = "type_wrong"
    CHOICE_UNKNOWN = "choice_unknown"
    GROUP_EMPTY = "group_empty"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    NOT_FOR_SUBJECT = "not_for_subject"
    TEXT_MISSING = "text_missing"
    TEXT_TOO_LONG = "text_too_long"
    NUMBER_NEEDED = "number_needed"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    VALUE_NEEDED = "value_needed"
    VALUE_UNWANTED = "value_unwanted"
    LIST_NEEDED = "list_needed"
    RANGE_BACKWARDS = "range_backwards"
    DATE_NEEDED = "date_needed"
    CURRENCY_NEEDED = "currency_needed"
    STEPS_WRONG = "steps_wrong"
    OPERATOR_UNFIT = "operator_unfit"
    SEGMENT_UNKNOWN = "segment_unknown"
    SEGMENT_OF_OTHERS = "segment_of_others"
    SEGMENTS_IN_CIRCLE = "segments_in_circle"
    TRAIT_IN_CIRCLE = "trait_in_circle"
    YAML_BROKEN = "yaml_broken"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong, at `path` of the condition (and, where it came as text, on `line`, counted from 1)."""

    path: str
    code: ProblemCode
    params: Mapping[str, str | int] = dataclasses.field(default_factory=dict)
    line: int | None = None
