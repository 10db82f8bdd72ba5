"""Scorecards as they come from outside and as they are stored: plain names and values, and the text form."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from tenure.health.rules.checking import read_definition as read_checked
from tenure.health.rules.inputs import OWN_CONCLUSIONS
from tenure.health.rules.suggesting import SUGGESTED
from tenure.health.rules.text_form import WrittenScorecard, dumped, from_text, to_text
from tenure.health.rules.writing import to_plain
from tenure.health.types.scorecards import Definition, Where
from tenure.kernel.tenancy import current_workspace_id
from tenure.segments.errors import ConditionWrong
from tenure.segments.queries.reading import plain_of, read_plain
from tenure.segments.queries.reading import read_condition as read_whole
from tenure.segments.queries.referring import asks_through
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition, asks_for, to_json
from tenure.segments.types.problems import Problem, ProblemCode

__all__ = [
    "WrittenScorecard",
    "plain_form",
    "read_condition",
    "read_definition",
    "read_text",
    "stored_definition",
    "tidy_condition",
    "to_store",
    "written_text",
]


def read_definition(raw: object) -> Definition:
    """Read the plain form of a scorecard; raises `ScorecardWrong` with every problem found."""
    return read_checked(raw, _read_unbiased)


def read_text(text: str) -> WrittenScorecard:
    """Read the text form; raises `ScorecardWrong` whose problems know their line."""
    return from_text(text, _read_unbiased)


def plain_form(definition: Definition) -> dict[str, Any]:
    """Return the plain form of a scorecard."""
    return to_plain(definition, plain_of)


def written_text(written: WrittenScorecard) -> str:
    """Return the text form of a scorecard that need not be saved yet."""
    return to_text(written, plain_of)


def text_of_plain(plain: Mapping[str, Any]) -> str:
    """Write names and values as text, whether or not they make a scorecard."""
    return dumped(plain)


def suggested_text() -> str:
    """Return the text form of the scorecard Tenure suggests to begin with."""
    return written_text(SUGGESTED)


def to_store(definition: Definition) -> str:
    """Return what is stored of a scorecard: with segments by their ids, as names may be given to others."""
    return msgspec.json.encode(to_plain(definition, to_json)).decode()


def stored_definition(stored: str) -> Definition:
    """Read what is stored, the same only once; raises `ScorecardWrong` for what another version of Tenure wrote."""
    return _stored_definition(stored, current_workspace_id())


@lru_cache(maxsize=512)
def _stored_definition(stored: str, workspace_id: int) -> Definition:
    """Read it in one workspace, whose segments its conditions may name."""
    return read_checked(msgspec.json.decode(stored), read_condition)


def tidy_condition(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a condition as the text form has it, or as it is where it is not one yet."""
    try:
        return dict(plain_of(read_condition(raw)))
    except ConditionWrong:
        return raw


def read_condition(raw: object) -> Condition:
    """Read a condition in the language of segments, in either of its forms; raises `ConditionWrong`."""
    if isinstance(raw, Mapping) and "kind" in raw:
        return read_whole(raw, Subject.ACCOUNT)
    return read_plain(raw, Subject.ACCOUNT)


def conditions_of(definition: Definition) -> tuple[Condition, ...]:
    """Return the conditions a scorecard goes by: whom it is for, and its exceptions."""
    whens = [rule.when.condition for rule in definition.exceptions if isinstance(rule.when, Where)]
    return (*([] if definition.applies_to is None else [definition.applies_to]), *whens)


def _read_unbiased(raw: object) -> Condition:
    """Read a condition that does not ask what scorecards say, be it by way of a segment."""
    read = read_condition(raw)
    for trait in OWN_CONCLUSIONS:
        if asks_for(read, trait) or asks_through(read, trait) is not None:
            problem = Problem(path="", code=ProblemCode.TRAIT_IN_CIRCLE, params={"trait": trait})
            raise ConditionWrong([problem])
    return read
